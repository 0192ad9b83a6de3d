/** The bindings for Vue and Svelte, with the real frameworks. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type KycView, kycStore } from '../../src/client/svelte.ts';
import { type BindingServer, startBindingServer } from '../support/bindings.ts';
import { installedModule, installedPath } from './installed.ts';

let bindings: BindingServer;
beforeEach(async () => {
  bindings = await startBindingServer();
});
afterEach(async () => bindings[Symbol.asyncDispose]());

test('Svelte reads the store, and does not connect while it renders on a server', async () => {
  const { derived, get } = await import(/* @vite-ignore */ installedPath('svelte', 'src', 'store', 'index-server.js'));
  const store = kycStore({ ...bindings.options, customerId: 'c' });
  expect(get(store)).toEqual({ kyc: null, connection: { name: 'connecting' } });
  await new Promise((resolve) => setTimeout(resolve));
  expect(bindings.tokens).toBe(0);
  await bindings.server.callback('c', { status: 'KYC_NEEDED' });
  const action = derived(store, ({ kyc }: KycView) => kyc?.nextAction);
  let shown = '';
  const leave = action.subscribe((next: string) => {
    shown = next;
  });
  await vi.waitFor(() => expect(shown).toBe('START'));
  leave();
});

describe('Vue', () => {
  test('the composable follows the customer that its ref names, and leaves with its scope', async () => {
    const { effectScope, ref } = await import('vue' as string);
    const { useKycStatus } = await import('../../src/client/vue.ts');
    await bindings.server.callback('a', { status: 'FULL_USER' });
    await bindings.server.callback('b', { status: 'KYC_NEEDED' });
    const customerId = ref('a');
    const scope = effectScope();
    const { kyc, connection } = scope.run(() => useKycStatus(customerId, bindings.options));
    await vi.waitFor(() => expect(kyc.value?.status).toBe('FULL_USER'));
    await vi.waitFor(() => expect(connection.value.name).toBe('live'));
    customerId.value = 'b';
    await vi.waitFor(() => expect(kyc.value?.customerId).not.toBe('a'));
    await vi.waitFor(() => expect(kyc.value?.customerId).toBe('b'));
    await bindings.server.callback('b', { status: 'KYC_PENDING' });
    await vi.waitFor(() => expect(kyc.value?.status).toBe('KYC_PENDING'));
    scope.stop();
    await expect.poll(() => bindings.subscriptions()).toBe(0);
  });

  test('components below provideKyc share one connection; on a server none is opened', async () => {
    const { createRenderer, createSSRApp, defineComponent, h } = await import('vue' as string);
    const { renderToString } = installedModule('vue/server-renderer');
    const { provideKyc, useKycStatus } = await import('../../src/client/vue.ts');
    await bindings.server.callback('a', { status: 'FULL_USER' });
    const shown: string[] = [];
    const Status = defineComponent(() => {
      const { kyc } = useKycStatus('a');
      return () => {
        shown.push(kyc.value?.status ?? 'unknown');
        return h('p', kyc.value?.status ?? 'unknown');
      };
    });
    const Page = defineComponent(() => {
      provideKyc(bindings.options);
      return () => h('div', [h(Status), h(Status)]);
    });
    expect(await renderToString(createSSRApp(Page))).toContain('<p>unknown</p><p>unknown</p>');
    expect(bindings.tokens).toBe(0);

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
    expect([await bindings.subscriptions(), bindings.tokens]).toEqual([1, 1]);
    app.unmount();
    await expect.poll(() => bindings.subscriptions()).toBe(0);
  });
});
