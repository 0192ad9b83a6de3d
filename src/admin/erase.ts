/** Erasing a customer. */

import type { Logger } from 'pino';
import { requireCustomerId } from '../access/customer-id.ts';
import type { Feed } from '../feed/feed.ts';
import type { ErasureOutcome, Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import { reasonOf } from './decision.ts';

/** Which customer is erased, by which person, and why. */
export interface Erase {
  readonly customerId: string;
  /** The token's subject. */
  readonly by: string;
  readonly reason?: string | null | undefined;
}

/** Erases everything that is known about a customer. Null when nothing was known. */
export async function erase(
  { journal, feed, log }: { readonly journal: Journal; readonly feed: Feed; readonly log: Logger },
  { customerId, by, reason: given }: Erase,
): Promise<ErasureOutcome | null> {
  requireCustomerId(customerId);
  const reason = reasonOf(given);
  const outcome = await journal.erase(customerId, { at: currentTime(), by, ...(reason !== null && { reason }) });
  feed.invalidate(customerId, outcome?.record.position);
  if (outcome !== null) {
    const { updates, deadLetters, record } = outcome;
    // Neither the customer's ID nor the reason, which may name them: logs outlive what was erased.
    log.warn({ by, updates, deadLetters, position: record.position }, 'A customer was erased');
  }
  return outcome;
}
