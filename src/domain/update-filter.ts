/** Which updates a stream carries. */
import { type KycSource, type KycStatus, statusOf } from './kyc.ts';
import { isInDoubt, isReversal, type KycUpdate } from './update.ts';

/** Selects updates. Conditions that are left out, or null, do not restrict; every other has to hold. */
export interface KycUpdateFilter {
  /** Only updates to one of these statuses. An empty list selects none. */
  readonly statuses?: readonly KycStatus[] | null | undefined;
  /** Only updates from one of these sources. An empty list selects none. */
  readonly sources?: readonly KycSource[] | null | undefined;
  /** Only updates that take `FULL_USER` back (true), or only those that do not (false). */
  readonly reversal?: boolean | null | undefined;
  /** Only updates that are verified (true), or only those that are not (false). */
  readonly verified?: boolean | null | undefined;
  /** Only updates that are in doubt (true), or only those that are not (false). */
  readonly inDoubt?: boolean | null | undefined;
  /** Only updates that are probably late (true), or only those that are not (false). */
  readonly possiblyLate?: boolean | null | undefined;
  /** Only customers whose ID begins with this text, compared character by character. The empty text does not restrict. */
  readonly customerIdPrefix?: string | null | undefined;
  /** Only updates that were received at this time or later, in milliseconds since 1970. */
  readonly receivedFrom?: number | null | undefined;
  /** Only updates that were received before this time, in milliseconds since 1970. */
  readonly receivedTo?: number | null | undefined;
}

/** Whether a filter selects an update. */
export function isSelected(update: KycUpdate, filter: KycUpdateFilter | null | undefined): boolean {
  if (filter == null) return true;
  const { statuses, sources, reversal, verified, inDoubt, possiblyLate, customerIdPrefix } = filter;
  return (
    (statuses?.includes(statusOf(update.status)) ?? true) &&
    (sources?.includes(update.source) ?? true) &&
    (reversal == null || reversal === isReversal(update)) &&
    (verified == null || verified === update.verified) &&
    (inDoubt == null || inDoubt === isInDoubt(update)) &&
    (possiblyLate == null || possiblyLate === (update.possiblyLate === true)) &&
    (customerIdPrefix == null || update.customerId.startsWith(customerIdPrefix)) &&
    update.receivedAt >= (filter.receivedFrom ?? Number.NEGATIVE_INFINITY) &&
    update.receivedAt < (filter.receivedTo ?? Number.POSITIVE_INFINITY)
  );
}
