/** The React hook: one customer's KYC, live. */
'use client';

import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react';
import type { KycConnectionOptions } from './connection.ts';
import { followKyc } from './follow.ts';
import type { FollowedUpdate, KycFollowState } from './follow-contract.ts';

export type { KycConnectionOptions, TokenSource } from './connection.ts';
export type { FollowedUpdate, KycFollowState } from './follow-contract.ts';
export type {
  Kyc,
  KycConfirmation,
  KycDocument,
  KycNextAction,
  KycSource,
  KycState,
  KycStatus,
  KycUpdate,
  KycUpdateConnection,
  KycUpdateEdge,
  Node,
  PageInfo,
} from './generated/kyc.ts';
export type { TransportName } from './transport.ts';

/** What the hook returns: the same object until something changes. */
export interface KycView {
  /**
   * The customer's latest update. Null before the first has arrived, and for a customer that XGateway has never reported. It
   * stays while the connection is down.
   */
  readonly kyc: FollowedUpdate | null;
  /** How the page is connected. `live` means that `kyc` is current. */
  readonly connection: KycFollowState;
}

const NOTHING: KycView = { kyc: null, connection: { name: 'connecting' } };

/** One customer's view, shared by all components that show it, and connected while at least one does. */
class LiveKyc {
  readonly #follow: (show: (news: Partial<KycView>) => void) => () => void;
  readonly #idle: () => void;
  readonly #listeners = new Set<() => void>();
  #stop: (() => void) | null = null;
  #view = NOTHING;

  constructor(follow: (show: (news: Partial<KycView>) => void) => () => void, idle: () => void) {
    this.#follow = follow;
    this.#idle = idle;
  }

  readonly view = (): KycView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#stop ??= this.#follow((news) => {
      this.#view = { ...this.#view, ...news };
      for (const notify of this.#listeners) notify();
    });
    return () => {
      this.#listeners.delete(listener);
      // The component may subscribe again at once: strict mode does so with every effect, a change of pages with some.
      setTimeout(() => this.#closeIfUnused());
    };
  };

  #closeIfUnused(): void {
    if (this.#listeners.size > 0 || this.#stop === null) return;
    this.#stop();
    this.#stop = null;
    this.#view = NOTHING;
    this.#idle();
  }
}

/** A gateway, and the customers that are shown from it. */
class KycSource {
  /** From the last render, so that a token function sees current state. */
  options: KycConnectionOptions;
  readonly #customers = new Map<string | null, LiveKyc>();

  constructor(options: KycConnectionOptions) {
    this.options = options;
  }

  customer(customerId: string | null): LiveKyc {
    const known = this.#customers.get(customerId);
    if (known !== undefined) return known;
    const live = new LiveKyc(
      (show) => {
        const { options } = this;
        const token = () => (typeof this.options.token === 'string' ? this.options.token : this.options.token());
        const follower = followKyc({
          ...options,
          token: typeof options.token === 'string' ? options.token : token,
          customerId,
          onUpdate: (kyc) => show({ kyc }),
          onState: (connection) => show({ connection }),
        });
        return follower.close;
      },
      () => this.#customers.delete(customerId),
    );
    this.#customers.set(customerId, live);
    return live;
  }
}

function useSource(options: KycConnectionOptions | undefined): KycSource | null {
  // Another gateway, or another user's plain token: another source, with connections of its own.
  const { url, streamUrl, transport, token } = options ?? {};
  const key = options && JSON.stringify([url, streamUrl, transport, typeof token === 'string' ? token : null]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: options are new with each render, the key is what counts
  const source = useMemo(() => (options === undefined ? null : new KycSource(options)), [key]);
  useEffect(() => {
    if (source !== null && options !== undefined) source.options = options;
  });
  return source;
}

const SourceContext = createContext<KycSource | null>(null);

/**
 * Gives the hooks below it the gateway's address and token. Hooks that show the same customer share one connection. Change its
 * `key` when another user signs in, so that nothing of the previous user stays on the page.
 *
 * @example
 * ```tsx
 * export const Page = () => (
 *   <KycProvider url="/graphql" token={() => fetch('/api/kyc-token').then((response) => response.text())}>
 *     <p>…</p>
 *   </KycProvider>
 * );
 * ```
 */
export function KycProvider({
  children,
  ...options
}: KycConnectionOptions & { readonly children?: ReactNode }): ReactElement {
  return createElement(SourceContext.Provider, { value: useSource(options) }, children);
}

/**
 * A customer's KYC, live: their latest update, and how the page is connected. Needs a `KycProvider` above it, or `options`.
 * Never suspends, and never throws because of the network.
 *
 * @param customerId default: the token's own customer
 *
 * @example
 * ```tsx
 * export function Status() {
 *   const { kyc, connection } = useKycStatus();
 *   return <p>{kyc === null ? connection.name : kyc.status}</p>;
 * }
 * ```
 */
export function useKycStatus(customerId: string | null = null, options?: KycConnectionOptions): KycView {
  const provided = useContext(SourceContext);
  const source = useSource(options) ?? provided;
  if (source === null) throw new Error('useKycStatus needs options, or a KycProvider above it.');
  const live = source.customer(customerId);
  return useSyncExternalStore(live.subscribe, live.view, () => NOTHING);
}
