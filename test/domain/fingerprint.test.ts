import { describe, expect, test } from 'vitest';
import {
  FINGERPRINT_BYTES,
  findRepeated,
  fingerprintOf,
  fingerprintsOf,
  isCurrentForm,
  REMEMBERED_REVISIONS,
  remember,
} from '../../src/domain/fingerprint.ts';

const state = (said: Partial<Parameters<typeof fingerprintOf>[0]> = {}) => ({
  status: 'SOFT_KYC_FAILED',
  processingStatus: null,
  missingDocuments: [],
  rejectLabels: [],
  endUserMessage: null,
  ...said,
});

test('70,000 different messages have 70,000 fingerprints', () => {
  const seen = new Set<string>();
  for (let index = 0; index < 70_000; index++) {
    seen.add(Buffer.from(fingerprintOf(state({ endUserMessage: `message ${index}` }))).toString('hex'));
  }
  expect(seen.size).toBe(70_000);
});

test.each([
  ['null and the empty text', { endUserMessage: null }, { endUserMessage: '' }],
  ['a label and two', { rejectLabels: ['A\0B'] }, { rejectLabels: ['A', 'B'] }],
  ['a label and a document', { rejectLabels: ['A'] }, { missingDocuments: ['A'] }],
  ['null and the word null', { status: null }, { status: 'null' }],
  ['two lone surrogates', { endUserMessage: '\ud800' }, { endUserMessage: '\ud801' }],
])('%s differ', (_name, left, right) => {
  expect(fingerprintOf(state(left))).not.toEqual(fingerprintOf(state(right)));
});

test('more states than are remembered keep their fingerprints', () => {
  const states = Array.from({ length: 1_500 }, (_, index) => state({ status: `S${index}` }));
  const all = () => states.map((each) => Buffer.from(fingerprintOf(each)).toString('hex'));
  const first = all();
  expect(all()).toEqual(first);
  expect(new Set(first).size).toBe(1_500);
});

test('lists compare as sets', () => {
  expect(fingerprintOf(state({ rejectLabels: ['A', 'B'] }))).toEqual(
    fingerprintOf(state({ rejectLabels: ['B', 'A'] })),
  );
});

describe('what is remembered', () => {
  const states = Array.from({ length: 40 }, (_, index) => state({ status: `S${index}` }));

  test('is the same whether it was added one by one or rebuilt from the entries', () => {
    let one: Uint8Array | null = null;
    for (const [index, each] of states.entries()) {
      one = remember(one, fingerprintOf(each));
      expect(Buffer.from(one)).toEqual(Buffer.from(fingerprintsOf(states.slice(0, index + 1))));
    }
    expect(one).toHaveLength(1 + REMEMBERED_REVISIONS * FINGERPRINT_BYTES);
  });

  test('finds the latest of the last 32, and none before', () => {
    const remembered = fingerprintsOf(states);
    expect(findRepeated(remembered, fingerprintOf(state({ status: 'S39' })))).toBe(0);
    expect(findRepeated(remembered, fingerprintOf(state({ status: 'S8' })))).toBe(31);
    expect(findRepeated(remembered, fingerprintOf(state({ status: 'S7' })))).toBeNull();
  });

  test('fingerprints of release 0.1 (ten bytes a revision) are recognised', () => {
    for (let revisions = 0; revisions <= 32; revisions++) {
      expect(isCurrentForm(new Uint8Array(10 * revisions).fill(1))).toBe(false);
      expect(isCurrentForm(fingerprintsOf(states.slice(0, revisions)))).toBe(true);
    }
  });
});
