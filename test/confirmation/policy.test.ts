import { expect, test } from 'vitest';
import { needsLookup } from '../../src/confirmation/policy.ts';
import type { KycUpdate } from '../../src/domain/update.ts';

const update: KycUpdate = {
  customerId: 'c',
  position: 2,
  revision: 2,
  digest: new Uint8Array(32),
  status: 'KYC_PENDING',
  previousStatus: 'PENDING_KYC_DATA',
  processingStatus: null,
  missingDocuments: [],
  rejectLabels: [],
  endUserMessage: null,
  extra: null,
  repeatsRevision: null,
  source: 'CALLBACK',
  confirmed: false,
  doubtful: false,
  verified: false,
  receivedAt: 1,
};
const full = { status: 'FULL_USER', previousStatus: 'FULL_USER' } as const;

test.each<[string, boolean, Partial<KycUpdate>]>([
  ['an ordinary step', false, {}],
  ['an entry to FULL_USER', true, { status: 'FULL_USER', verified: true }],
  ['a reversal', true, { previousStatus: 'FULL_USER' }],
  ['a verified FULL_USER that stays', false, { ...full, verified: true }],
  ['an unverified FULL_USER that stays', true, { ...full }],
  ['a repetition', true, { repeatsRevision: 1 }],
  ['a possibly late callback', true, { possiblyLate: true }],
  ['a replay', true, { source: 'REPLAY' }],
  ['an answer of the API', false, { previousStatus: 'FULL_USER', source: 'API', confirmed: true }],
  ['a decision of a person', false, { status: 'FULL_USER', verified: true, source: 'STAFF', confirmed: true }],
  ['a denial', false, { ...full, source: 'API', doubt: 'DENIAL', repeatsRevision: 1 }],
  ['a callback of a denied customer', false, { ...full, doubt: 'DENIAL', repeatsRevision: 1 }],
  ['a denied customer who leaves FULL_USER', true, { previousStatus: 'FULL_USER', doubt: 'REVERSAL' }],
])('%s: %s', (_name, expected, change) => {
  expect(needsLookup({ ...update, ...change })).toBe(expected);
});
