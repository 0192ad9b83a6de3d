/** The store for Svelte, without Svelte, and the texts. test/gateways has both frameworks. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeKyc, KYC_STATUS_TEXTS } from '../../src/client/index.ts';
import { type KycView, kycStore } from '../../src/client/svelte.ts';
import { type BindingServer, startBindingServer } from '../support/bindings.ts';

let bindings: BindingServer;
beforeEach(async () => {
  bindings = await startBindingServer();
});
afterEach(async () => bindings[Symbol.asyncDispose]());

test('the Svelte store shows each change to all its subscribers over one connection, and closes it', async () => {
  await bindings.server.callback('c', { status: 'KYC_NEEDED' });
  const store = kycStore({ ...bindings.options, customerId: 'c' });
  const seen: KycView[] = [];
  const leave = [store.subscribe((view) => seen.push(view)), store.subscribe(() => {})];
  expect(seen).toEqual([{ kyc: null, connection: { name: 'connecting' } }]);
  await vi.waitFor(() => expect(seen.at(-1)?.kyc?.status).toBe('KYC_NEEDED'));
  await bindings.server.callback('c', { status: 'FULL_USER' });
  await vi.waitFor(() => expect(seen.at(-1)?.kyc?.verified).toBe(true));
  expect([await bindings.subscriptions(), bindings.tokens]).toEqual([1, 1]);
  for (const one of leave) one();
  await expect.poll(() => bindings.subscriptions()).toBe(0);
});

test('every next action has a text, and translations are data of the same shape', () => {
  const kyc = {
    nextAction: 'NONE',
    verified: true,
    reversal: false,
    endUserMessage: null,
    missingDocuments: [],
  } as const;
  expect(describeKyc(null).title).toBe('Verify your identity');
  expect(describeKyc(kyc)).toMatchObject({ tone: 'done', action: null });
  expect(describeKyc({ ...kyc, verified: false })).toMatchObject({ tone: 'wait', title: 'Almost there' });
  const soft = {
    ...kyc,
    nextAction: 'CORRECT_DATA',
    missingDocuments: [{ type: 'SELFIE' }, { type: '__proto__' }],
  } as const;
  expect(describeKyc(soft)).toEqual({
    tone: 'problem',
    title: 'Something was not right',
    text: 'Please send again:',
    documents: ['a photo of your face', 'another document'],
    action: 'Correct it',
  });
  expect(describeKyc({ ...soft, reversal: true, endUserMessage: 'Too dark.' })).toMatchObject({
    title: 'We have to check you once more',
    text: 'Too dark.',
  });
  expect(describeKyc({ ...kyc, nextAction: 'A_LATER_ONE' as 'WAIT' }).tone).toBe('wait');
  const german = {
    ...KYC_STATUS_TEXTS,
    documents: { SELFIE: 'ein Foto von Ihnen' },
    otherDocument: 'ein weiteres Dokument',
  };
  expect(describeKyc(soft, german).documents).toEqual(['ein Foto von Ihnen', 'ein weiteres Dokument']);
});
