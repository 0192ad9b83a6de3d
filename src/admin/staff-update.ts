/** Recording what a person decided about a customer. */

import { requireCustomerId } from '../access/customer-id.ts';
import { FULL_USER } from '../domain/kyc.ts';
import type { StaffDecision } from '../domain/trust.ts';
import type { KycReport } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { AppendOutcome, CustomerRecord, Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import { joinHalves, type WholeDecision } from './second-person.ts';

/** The customer after a decision. `UNCHANGED`: nothing was recorded. `PENDING_SECOND_PERSON`: nothing yet, a second person has to agree. */
export interface Decided {
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'PENDING_SECOND_PERSON';
  readonly customer: CustomerRecord;
}

/** A decision about one customer at one revision. */
export interface Decidable {
  readonly customerId: string;
  /** The revision that the person saw. */
  readonly revision: number;
  readonly decision: StaffDecision;
  /** The identity of `decision.by`: the `sub` of their token, null for one without. */
  readonly subject: string | null;
  /** The status (as sent) that the person says is true, given the customer's current one. */
  readonly statusOf: (current: string | null) => string | null;
}

/** What recording a decision needs. */
export interface DecisionStores {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  /** Whether two people are needed to make a customer verified. */
  readonly confirmRequiresTwo: boolean;
}

/**
 * Records a decision, and acknowledges the customer's updates up to the one that the person saw. Rejects with `REVISION_OUTDATED` when the
 * customer is not at the revision that the person saw, and as `joinHalves` does.
 */
export async function recordDecision(stores: DecisionStores, given: Decidable): Promise<Decided> {
  const { journal, confirmRequiresTwo } = stores;
  const { customerId, revision, decision, subject, statusOf } = given;
  requireCustomerId(customerId);
  const known = await journal.customer(customerId);
  if (known?.latest.revision !== revision) throw outdated();
  const status = statusOf(known.latest.status);
  const at = currentTime();
  if (!confirmRequiresTwo || status !== FULL_USER || known.latest.verified) {
    return settle(stores, known, { status, decision, at });
  }
  const whole = await joinHalves(journal.pendingDecisions, { customerId, revision, decision, subject, at });
  if (whole === null) return { outcome: 'PENDING_SECOND_PERSON', customer: known };
  try {
    return await settle(stores, known, { status, decision: whole.decision, at });
  } catch (error) {
    await putBack(journal, whole);
    throw error;
  }
}

interface Settlement {
  readonly status: string | null;
  readonly decision: StaffDecision;
  readonly at: number;
}

async function settle(
  { journal, queue }: DecisionStores,
  { latest: { customerId, revision, position } }: CustomerRecord,
  { status, decision, at }: Settlement,
): Promise<Decided> {
  // `extra` is for readers of release 0.1, which named the person there.
  const report: KycReport = { customerId, status, extra: { confirmedBy: decision.by } };
  const recorded: AppendOutcome = await queue.submit({
    report,
    circumstances: {
      source: 'STAFF',
      receivedAt: at,
      requireConfirmation: false,
      atRevision: revision,
      decision,
    },
  });
  if (recorded.outcome === 'superseded') throw outdated();
  await journal.attention.acknowledge({ customerId, from: 0, to: position }, { ...decision, at });
  const customer = await journal.customer(customerId);
  if (customer === null) throw outdated();
  return { outcome: recorded.outcome === 'applied' ? 'APPLIED' : 'UNCHANGED', customer };
}

/** The first person need not decide again because the journal was unavailable. When the customer has changed, their half has lapsed. */
async function putBack(journal: Journal, { first }: WholeDecision): Promise<void> {
  try {
    await journal.pendingDecisions.propose(first);
  } catch {
    // The first error is the one that is reported.
  }
}

function outdated(): KycError {
  return new KycError(
    'REVISION_OUTDATED',
    'The customer is no longer at this revision. Review the latest one, then try again.',
  );
}
