/** The store for Svelte, without Svelte, and the texts. test/gateways has both frameworks. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeKyc, KYC_STATUS_TEXTS } from '../../src/client/index.ts';
import { type KycView, kycStore } from '../../src/client/svelte.ts';
import { readerToken, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let options: { url: string; token: () => Promise<string> };
let tokens = 0;
beforeEach(async () => {
  server = await startTestServer();
  tokens = 0;
  const token = await readerToken();
  const counted = () => {
    tokens++;
    return Promise.resolve(token);
  };
  options = { url: `${server.url}/graphql`, token: counted };
});
afterEach(async () => server[Symbol.asyncDispose]());

const subscriptions = () => server.metric('xgateway_kyc_subscriptions{transport="websocket"}');

test('the Svelte store shows each change to all its subscribers over one connection, and closes it', async () => {
  await server.callback('c', { status: 'KYC_NEEDED' });
  const store = kycStore({ ...options, customerId: 'c' });
  const seen: KycView[] = [];
  const leave = [store.subscribe((view) => seen.push(view)), store.subscribe(() => {})];
  expect(seen).toEqual([{ kyc: null, connection: { name: 'connecting' } }]);
  await vi.waitFor(() => expect(seen.at(-1)?.kyc?.status).toBe('KYC_NEEDED'));
  await server.callback('c', { status: 'FULL_USER' });
  await vi.waitFor(() => expect(seen.at(-1)?.kyc?.verified).toBe(true));
  expect([await subscriptions(), tokens]).toEqual([1, 1]);
  for (const one of leave) one();
  await expect.poll(subscriptions).toBe(0);
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
