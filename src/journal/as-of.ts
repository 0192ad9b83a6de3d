/** What was known about a customer at a moment. */
import type { KycUpdate } from '../domain/update.ts';
import type { CustomerRecord, Journal } from './journal.ts';

/**
 * The customer as known at `moment` (milliseconds since 1970); null when they were not known yet. An update is known from
 * when it was recorded: for a replayed callback that is later than when it was received.
 *
 * Revisions are recorded in order, so a binary search finds the last one before `moment`: 20 reads for a million updates.
 */
export async function customerAsOf(
  journal: Journal,
  customerId: string,
  moment: number,
): Promise<CustomerRecord | null> {
  const now = await journal.customer(customerId);
  if (now === null) return null;
  const latest = isKnown(now.latest, moment) ? now.latest : await search(journal, now.latest, moment);
  if (latest === null) return null;
  return { ...now, latest, confirmedAt: confirmedAt(latest, now, moment) };
}

/** The customer as they were when `update` was their latest. `now`: as they are now. Later confirmations count. */
export function customerAtUpdate(now: CustomerRecord, update: KycUpdate): CustomerRecord {
  return { ...now, latest: update, confirmedAt: confirmedAt(update, now, Number.POSITIVE_INFINITY) };
}

/** The last update before `after` that was known at `moment`. */
async function search(
  journal: Journal,
  { customerId, revision }: KycUpdate,
  moment: number,
): Promise<KycUpdate | null> {
  let found: KycUpdate | null = null;
  // Known at `low`, where 0 is before the first; not yet known at `high`.
  let [low, high] = [0, revision];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const [update] = await journal.updatesBefore(customerId, middle + 1, 1);
    if (update !== undefined && isKnown(update, moment)) {
      found = update;
      low = middle;
    } else high = middle;
  }
  return found;
}

function isKnown({ receivedAt, recordedAt = receivedAt }: KycUpdate, moment: number): boolean {
  return recordedAt <= moment;
}

/** Only the last confirmation is kept, and it may have come after `moment`. */
function confirmedAt(latest: KycUpdate, now: CustomerRecord, moment: number): number | null {
  const isCurrent = latest.revision === now.latest.revision && now.confirmedAt !== null && now.confirmedAt <= moment;
  if (isCurrent) return now.confirmedAt;
  return latest.source === 'API' && latest.confirmed ? latest.receivedAt : null;
}
