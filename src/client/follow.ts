/** Following one customer, and following all of them. */
import { ask } from './ask.ts';
import { FOLLOW_KYC, FOLLOW_KYC_UPDATES, NOW } from './documents.ts';
import type { FollowKycOptions, FollowKycUpdatesOptions, KycFollower } from './follow-contract.ts';
import { follow } from './follower.ts';

/**
 * Follows a customer's KYC.
 *
 * @example
 * const follower = followKyc({
 *   url: 'https://kyc.shop.example/graphql',
 *   token: () => fetch('/api/kyc-token').then((response) => response.text()),
 *   onUpdate: ({ status, verified }) => show(status, verified),
 * });
 * // later
 * follower.close();
 */
export function followKyc(options: FollowKycOptions): KycFollower {
  const customerId = options.customerId ?? null;
  return follow(options, {
    field: 'kycStatusChanged',
    query: FOLLOW_KYC,
    variables: { customerId },
    key: customerId ?? '',
    now: null,
  });
}

/**
 * Follows the updates of all customers, in commit order, from now on or from a cursor. Needs a token with the scope `kyc:read`.
 *
 * @example
 * const follower = followKycUpdates({
 *   url: 'https://kyc.shop.example/graphql',
 *   token: () => fetch('/api/staff-token').then((response) => response.text()),
 *   filter: { reversal: true },
 *   onUpdate: ({ customerId, status }) => show(customerId, status),
 * });
 * // later
 * follower.close();
 */
export function followKycUpdates(options: FollowKycUpdatesOptions): KycFollower {
  return followUpdatesSince(options, (closing) => ask<AsOf>(options, NOW, {}, closing).then(asOfIn));
}

/** The same, with the cursor to start from as `now` gives it. */
export function followUpdatesSince(
  options: FollowKycUpdatesOptions,
  now: (closing: AbortSignal) => Promise<string>,
): KycFollower {
  return follow(options, {
    field: 'kycUpdates',
    query: FOLLOW_KYC_UPDATES,
    variables: { filter: options.filter ?? null },
    key: `updates:${JSON.stringify(options.filter ?? null)}`,
    now,
  });
}

interface AsOf {
  readonly kycCustomers: { readonly asOf: string };
}
const asOfIn = ({ kycCustomers: { asOf } }: AsOf): string => asOf;
