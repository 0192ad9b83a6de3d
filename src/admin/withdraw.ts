/** Withdrawing what one person decided, before a second one has agreed. */
import type { Logger } from 'pino';
import { requireCustomerId } from '../access/customer-id.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import type { PendingDecision } from '../journal/pending-decisions.ts';
import { reasonOf } from './decision.ts';

/** Which decision is withdrawn, by which person, and why. */
export interface Withdraw {
  readonly customerId: string;
  /** The revision that the decision is about. */
  readonly revision: number;
  /** The token's subject. */
  readonly by: string;
  readonly reason?: string | null | undefined;
}

/** What was withdrawn, null when nothing was pending, and the customer. */
export interface Withdrawn {
  readonly withdrawn: PendingDecision | null;
  readonly customer: CustomerRecord | null;
}

/** Withdraws a pending decision. Once it is withdrawn, no second half completes it. */
export async function withdraw(
  { journal, log }: { readonly journal: Journal; readonly log: Logger },
  { customerId, revision, by, reason: given }: Withdraw,
): Promise<Withdrawn> {
  requireCustomerId(customerId);
  const reason = reasonOf(given);
  const pending = await journal.pendingDecisions.find(customerId);
  const isTaken = pending?.revision === revision && (await journal.pendingDecisions.take(pending));
  if (isTaken) log.warn({ customerId, revision, by, reason }, 'A pending decision about a customer was withdrawn');
  return { withdrawn: isTaken ? pending : null, customer: await journal.customer(customerId) };
}
