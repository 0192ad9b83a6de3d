/** `KycUpdateFilter`: which updates a stream carries. */
import { statusOf } from '../../domain/kyc.ts';
import { isReversal, type KycUpdate } from '../../domain/update.ts';
import type { KycUpdateFilter } from '../generated/resolvers.ts';

/** Whether a filter selects an update: every condition that is given has to hold. */
export function isSelected(update: KycUpdate, filter: KycUpdateFilter | null | undefined): boolean {
  if (filter == null) return true;
  const { statuses, sources, reversal, verified, possiblyLate } = filter;
  return (
    (statuses?.includes(statusOf(update.status)) ?? true) &&
    (sources?.includes(update.source) ?? true) &&
    (reversal == null || reversal === isReversal(update)) &&
    (verified == null || verified === update.verified) &&
    (possiblyLate == null || possiblyLate === (update.possiblyLate === true))
  );
}
