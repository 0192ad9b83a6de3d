/** The views of one gateway's customers, shared by the bindings for React, Vue and Svelte. */
import type { KycConnectionOptions } from './connection.ts';
import { followKyc } from './follow.ts';
import type { FollowedUpdate, KycFollowState } from './follow-contract.ts';
import { LiveView } from './live-view.ts';

/** What a page shows of one customer. */
export interface KycView {
  /**
   * The customer's latest update. Null before the first has arrived, and for a customer that XGateway has never reported. It
   * stays while the connection is down.
   */
  readonly kyc: FollowedUpdate | null;
  /** How the page is connected. `live` means that `kyc` is current. */
  readonly connection: KycFollowState;
}

/** How a page is connected before it is. */
export const CONNECTING: KycFollowState = { name: 'connecting' };

/** The view of a customer before anybody has asked. */
export const NO_KYC: KycView = { kyc: null, connection: CONNECTING };

/** A gateway and its views, keyed by what they show. */
export class KycViews {
  /** The latest options given, so that a token function sees current state. */
  options: KycConnectionOptions;
  readonly #views = new Map<string, LiveView<unknown>>();

  constructor(options: KycConnectionOptions) {
    this.options = options;
  }

  /** The view of one customer; null: the token's own. */
  customer(customerId: string | null): LiveView<KycView> {
    return this.view(JSON.stringify(['customer', customerId]), (idle) => {
      const follow = (show: (change: (view: KycView) => KycView) => void) =>
        followKyc({
          ...this.connection(),
          customerId,
          onUpdate: (kyc) => show((view) => ({ ...view, kyc })),
          onState: (connection) => show((view) => ({ ...view, connection })),
        }).close;
      return new LiveView(NO_KYC, follow, idle);
    });
  }

  /** The view that is kept under `key`, made when there is none. */
  view<View>(key: string, make: (idle: () => void) => LiveView<View>): LiveView<View> {
    const known = this.#views.get(key) as LiveView<View> | undefined;
    if (known !== undefined) return known;
    const made = make(() => this.#views.delete(key));
    this.#views.set(key, made as LiveView<unknown>);
    return made;
  }

  /** The options for a connection: a token function is always the latest that was given. */
  connection(): KycConnectionOptions {
    const { options } = this;
    if (typeof options.token === 'string') return options;
    return {
      ...options,
      token: () => (typeof this.options.token === 'string' ? this.options.token : this.options.token()),
    };
  }
}
