/** Recording what a person decided about a customer. */

import { requireCustomerId } from '../access/customer-id.ts';
import type { StaffDecision } from '../domain/trust.ts';
import type { KycReport } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';

/** The customer after a decision. `UNCHANGED`: nothing was recorded. */
export interface Decided {
  readonly outcome: 'APPLIED' | 'UNCHANGED';
  readonly customer: CustomerRecord;
}

/** A decision about one customer at one revision. */
export interface Decidable {
  readonly customerId: string;
  /** The revision that the person saw. */
  readonly revision: number;
  readonly decision: StaffDecision;
  /** The status (as sent) that the person says is true, given the customer's current one. */
  readonly statusOf: (current: string | null) => string | null;
}

/** Records a decision. Rejects with `REVISION_OUTDATED` when the customer is not at the revision that the person saw. */
export async function recordDecision(
  { journal, queue }: { readonly journal: Journal; readonly queue: CommitQueue },
  { customerId, revision, decision, statusOf }: Decidable,
): Promise<Decided> {
  requireCustomerId(customerId);
  const known = await journal.customer(customerId);
  if (known?.latest.revision !== revision) throw outdated();
  // `extra` is for readers of release 0.1, which named the person there.
  const extra = { confirmedBy: decision.by };
  const report: KycReport = { customerId, status: statusOf(known.latest.status), extra };
  const recorded = await queue.submit({
    report,
    circumstances: {
      source: 'STAFF',
      receivedAt: currentTime(),
      requireConfirmation: false,
      atRevision: revision,
      decision,
    },
  });
  const customer = await journal.customer(customerId);
  if (recorded.outcome === 'superseded' || customer === null) throw outdated();
  return { outcome: recorded.outcome === 'applied' ? 'APPLIED' : 'UNCHANGED', customer };
}

function outdated(): KycError {
  return new KycError(
    'REVISION_OUTDATED',
    'The customer is no longer at this revision. Review the latest one, then try again.',
  );
}
