/** The Svelte store: one customer's KYC, live. */
import type { KycConnectionOptions } from './connection.ts';
import { type KycView, KycViews } from './kyc-views.ts';

export type { KycView } from './kyc-views.ts';

/** Where the store connects to, and which customer it shows. */
export interface KycStoreOptions extends KycConnectionOptions {
  /** The customer; the token's own when left out. */
  readonly customerId?: string | null | undefined;
}

/** A readable store, as Svelte defines it. */
export interface KycStore {
  /** Calls `run` with the view, now and after each change. Returns how to stop it. */
  subscribe(run: (view: KycView) => void): () => void;
}

/**
 * A store of a customer's KYC, live. It is connected while it is subscribed to, with one connection for all subscribers; not while a
 * page is rendered on a server.
 *
 * @example
 * const kyc = kycStore({ url: '/graphql', token: () => fetch('/api/kyc-token').then((response) => response.text()) });
 * const leave = kyc.subscribe(({ kyc, connection }) => show(kyc?.nextAction, connection.name));
 * // in a component: {$kyc.kyc?.nextAction}
 */
export function kycStore({ customerId = null, ...options }: KycStoreOptions): KycStore {
  const live = new KycViews(options).customer(customerId);
  return {
    subscribe(run) {
      const show = (): void => run(live.view());
      let leave: (() => void) | undefined;
      // On a server Svelte leaves before the next turn.
      const timer = setTimeout(() => {
        leave = live.subscribe(show);
      });
      show();
      return () => {
        clearTimeout(timer);
        leave?.();
      };
    },
  };
}
