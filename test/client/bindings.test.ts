/** The bindings for Vue and Svelte, with the real frameworks where they are installed (tools/ci), and the texts. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeKyc, KYC_STATUS_TEXTS } from '../../src/client/index.ts';
import { type KycView, kycStore } from '../../src/client/svelte.ts';
import { ciModule, ciPath, hasCiModule } from '../support/ci-module.ts';
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

test.skipIf(!hasCiModule('svelte'))(
  'Svelte reads the store, and does not connect while it renders on a server',
  async () => {
    const { derived, get } = await import(/* @vite-ignore */ ciPath('svelte', 'src', 'store', 'index-server.js'));
    const store = kycStore({ ...options, customerId: 'c' });
    expect(get(store)).toEqual({ kyc: null, connection: { name: 'connecting' } });
    await new Promise((resolve) => setTimeout(resolve));
    expect(tokens).toBe(0);
    await server.callback('c', { status: 'KYC_NEEDED' });
    const action = derived(store, ({ kyc }: KycView) => kyc?.nextAction);
    let shown = '';
    const leave = action.subscribe((next: string) => {
      shown = next;
    });
    await vi.waitFor(() => expect(shown).toBe('START'));
    leave();
  },
);

describe.skipIf(!hasCiModule('vue'))('Vue', () => {
  test('the composable follows the customer that its ref names, and leaves with its scope', async () => {
    const { effectScope, ref } = await import('vue' as string);
    const { useKycStatus } = await import('../../src/client/vue.ts');
    await server.callback('a', { status: 'FULL_USER' });
    await server.callback('b', { status: 'KYC_NEEDED' });
    const customerId = ref('a');
    const scope = effectScope();
    const { kyc, connection } = scope.run(() => useKycStatus(customerId, options));
    await vi.waitFor(() => expect(kyc.value?.status).toBe('FULL_USER'));
    await vi.waitFor(() => expect(connection.value.name).toBe('live'));
    customerId.value = 'b';
    await vi.waitFor(() => expect(kyc.value?.customerId).not.toBe('a'));
    await vi.waitFor(() => expect(kyc.value?.customerId).toBe('b'));
    await server.callback('b', { status: 'KYC_PENDING' });
    await vi.waitFor(() => expect(kyc.value?.status).toBe('KYC_PENDING'));
    scope.stop();
    await expect.poll(subscriptions).toBe(0);
  });

  test('components below provideKyc share one connection; on a server none is opened', async () => {
    const { createRenderer, createSSRApp, defineComponent, h } = await import('vue' as string);
    const { renderToString } = ciModule('vue/server-renderer');
    const { provideKyc, useKycStatus } = await import('../../src/client/vue.ts');
    await server.callback('a', { status: 'FULL_USER' });
    const shown: string[] = [];
    const Status = defineComponent(() => {
      const { kyc } = useKycStatus('a');
      return () => {
        shown.push(kyc.value?.status ?? 'unknown');
        return h('p', kyc.value?.status ?? 'unknown');
      };
    });
    const Page = defineComponent(() => {
      provideKyc(options);
      return () => h('div', [h(Status), h(Status)]);
    });
    expect(await renderToString(createSSRApp(Page))).toContain('<p>unknown</p><p>unknown</p>');
    expect(tokens).toBe(0);

    // A renderer that draws nothing: mounting is what counts.
    const node = () => ({});
    const nothing = () => {};
    const { createApp } = createRenderer({
      ...{ createElement: node, createText: node, createComment: node, parentNode: node, nextSibling: () => null },
      ...{ insert: nothing, remove: nothing, setText: nothing, setElementText: nothing, patchProp: nothing },
    });
    const app = createApp(Page);
    app.mount({});
    await vi.waitFor(() => expect(shown.slice(-2)).toEqual(['FULL_USER', 'FULL_USER']));
    expect([await subscriptions(), tokens]).toEqual([1, 1]);
    app.unmount();
    await expect.poll(subscriptions).toBe(0);
  });
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
