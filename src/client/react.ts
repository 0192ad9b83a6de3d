/** The React hooks: one customer's KYC, live; and for staff pages, everybody's. */
'use client';

import type { KycConnectionOptions } from './connection.ts';
import { type KycView, NO_KYC } from './kyc-views.ts';
import { useLiveView } from './react-source.ts';
import {
  customersView,
  type KycCustomersQuery,
  type KycCustomersView,
  type KycUpdatesQuery,
  type KycUpdatesView,
  NO_CUSTOMERS,
  NO_UPDATES,
  updatesView,
} from './staff-views.ts';

export type { KycConnectionOptions, TokenSource } from './connection.ts';
export type { FollowedUpdate, KycFollowState } from './follow-contract.ts';
export type {
  Kyc,
  KycAcknowledgement,
  KycConfirmation,
  KycDocument,
  KycDoubtReason,
  KycFilter,
  KycJournalHead,
  KycNextAction,
  KycPendingDecision,
  KycSource,
  KycState,
  KycStatus,
  KycUpdate,
  KycUpdateConnection,
  KycUpdateEdge,
  KycUpdateFilter,
  Node,
  PageInfo,
} from './generated/kyc.ts';
export type { KycView } from './kyc-views.ts';
export { KycProvider } from './react-source.ts';
export { KycStatusView, type KycStatusViewProps } from './react-status-view.ts';
export type { KycCustomersQuery, KycCustomersView, KycUpdatesQuery, KycUpdatesView, ListedKyc } from './staff-views.ts';
export {
  type DescribedKyc,
  describeKyc,
  KYC_STATUS_TEXTS,
  type KycDescription,
  type KycStatusText,
  type KycStatusTexts,
  type KycTone,
} from './status-texts.ts';
export type { TransportName } from './transport.ts';

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
  return useLiveView('useKycStatus', options, (views) => views.customer(customerId), NO_KYC);
}

/**
 * The latest updates of all customers, newest first, from now on or from a cursor: for staff pages. Needs a token with the scope
 * `kyc:read`, and a `KycProvider` above it, or `options`.
 *
 * @example
 * ```tsx
 * export function Reversals() {
 *   const { updates, connection } = useKycUpdates({ filter: { reversal: true }, limit: 20 });
 *   return <ul data-connection={connection.name}>{updates.map(({ id, customerId }) => <li key={id}>{customerId}</li>)}</ul>;
 * }
 * ```
 */
export function useKycUpdates(query: KycUpdatesQuery = {}, options?: KycConnectionOptions): KycUpdatesView {
  return useLiveView('useKycUpdates', options, (views) => updatesView(views, query), NO_UPDATES);
}

/**
 * A list of customers, most recently changed first, that is read again when a customer has changed: for staff pages. Needs a token
 * with the scope `kyc:read`, and a `KycProvider` above it, or `options`.
 *
 * @example
 * ```tsx
 * export function InDoubt() {
 *   const { customers } = useKycCustomers({ filter: { statuses: ['FULL_USER'] }, first: 20 });
 *   return <ul>{customers?.map(({ id, customerId, inDoubt }) => <li key={id}>{customerId} {inDoubt && 'in doubt'}</li>)}</ul>;
 * }
 * ```
 */
export function useKycCustomers(query: KycCustomersQuery = {}, options?: KycConnectionOptions): KycCustomersView {
  return useLiveView('useKycCustomers', options, (views) => customersView(views, query), NO_CUSTOMERS);
}
