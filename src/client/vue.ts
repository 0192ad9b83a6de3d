/** The Vue composable: one customer's KYC, live. */
import {
  getCurrentInstance,
  type InjectionKey,
  inject,
  type MaybeRefOrGetter,
  onMounted,
  provide,
  type ShallowRef,
  shallowRef,
  toValue,
  watchEffect,
} from 'vue';
import type { KycConnectionOptions } from './connection.ts';
import type { FollowedUpdate, KycFollowState } from './follow-contract.ts';
import { KycViews, NO_KYC } from './kyc-views.ts';

const VIEWS = Symbol() as unknown as InjectionKey<KycViews>;

/**
 * Gives the components below the gateway's address and token: call it in `setup`. Composables that show the same customer share one
 * connection.
 *
 * @example
 * provideKyc({ url: '/graphql', token: () => fetch('/api/kyc-token').then((response) => response.text()) });
 */
export function provideKyc(options: KycConnectionOptions): void {
  provide(VIEWS, new KycViews(options));
}

/** What the composable returns. */
export interface KycRefs {
  /** The customer's latest update. Null before the first has arrived. It stays while the connection is down. */
  readonly kyc: ShallowRef<FollowedUpdate | null>;
  /** How the page is connected. `live` means that `kyc` is current. */
  readonly connection: ShallowRef<KycFollowState>;
}

/**
 * A customer's KYC, live, while the component is mounted (or, outside components, until the scope ends). Needs `provideKyc` in a
 * component above, or `options`. On a server it does not connect.
 *
 * @param customerId a value, ref or getter; null, the default: the token's own customer
 *
 * @example
 * const { kyc, connection } = useKycStatus();
 * show(kyc.value?.nextAction, connection.value.name);
 */
export function useKycStatus(
  customerId: MaybeRefOrGetter<string | null> = null,
  options?: KycConnectionOptions,
): KycRefs {
  const views = options === undefined ? inject(VIEWS, null) : new KycViews(options);
  if (views === null) throw new Error('useKycStatus needs options, or provideKyc above it.');
  const kyc = shallowRef(NO_KYC.kyc);
  const connection = shallowRef(NO_KYC.connection);
  // Components are mounted in browsers only.
  const isMounted = shallowRef(getCurrentInstance() === null);
  if (!isMounted.value) {
    onMounted(() => {
      isMounted.value = true;
    });
  }
  watchEffect((onCleanup) => {
    if (!isMounted.value) return;
    const live = views.customer(toValue(customerId));
    const show = (): void => {
      ({ kyc: kyc.value, connection: connection.value } = live.view());
    };
    onCleanup(live.subscribe(show));
    show();
  });
  return { kyc, connection };
}
