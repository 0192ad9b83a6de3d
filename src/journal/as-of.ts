/** What was known of a customer at a moment. */
import type { KycUpdate } from '../domain/update.ts';
import type { CustomerRecord, Journal } from './journal.ts';

const PAGE = 50;

/**
 * The customer as they were known at `moment` (milliseconds since 1970); null when they were not. An update was known from
 * when it was recorded: for a replayed callback later than it was received.
 */
export async function customerAsOf(
  journal: Journal,
  customerId: string,
  moment: number,
): Promise<CustomerRecord | null> {
  const now = await journal.customer(customerId);
  for (let before: number | null = null; now !== null; ) {
    const updates: readonly KycUpdate[] = await journal.updatesBefore(customerId, before, PAGE);
    const latest = updates.find(({ receivedAt, recordedAt = receivedAt }) => recordedAt <= moment);
    if (latest !== undefined)
      return { latest, firstSeenAt: now.firstSeenAt, confirmedAt: confirmedAt(latest, now, moment) };
    if (updates.length < PAGE) return null;
    before = updates.at(-1)?.revision ?? null;
  }
  return null;
}

/** Of agreements only the last is kept, and it may have come later. */
function confirmedAt(latest: KycUpdate, now: CustomerRecord, moment: number): number | null {
  const isCurrent = latest.revision === now.latest.revision && now.confirmedAt !== null && now.confirmedAt <= moment;
  if (isCurrent) return now.confirmedAt;
  return latest.source === 'API' && latest.confirmed ? latest.receivedAt : null;
}
