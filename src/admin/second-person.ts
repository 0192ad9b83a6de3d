/**
 * Two people for what makes a customer verified on a person's word (`CONFIRM_REQUIRES_TWO`): the first one's decision is kept until a second
 * person decides the same about the same revision.
 */
import { isSamePerson, namesPerson } from '../access/same-person.ts';
import type { StaffDecision } from '../domain/trust.ts';
import { KycError } from '../errors.ts';
import type { PendingDecision, PendingDecisions } from '../journal/pending-decisions.ts';

/** One person's half of a decision that verifies a `FULL_USER`. */
export interface Half {
  readonly customerId: string;
  /** The revision that the person saw. */
  readonly revision: number;
  readonly decision: StaffDecision;
  /** The identity of `decision.by`: the `sub` of their token, null for one without. */
  readonly subject: string | null;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Both halves. `first` was taken out of the store: put it back when the decision can't be recorded. */
export interface WholeDecision {
  readonly decision: StaffDecision;
  readonly first: PendingDecision;
}

/**
 * Joins a person's half with the one that is pending. Null: it is the first half, and is pending now. Rejects with `FORBIDDEN` for a caller
 * who is not a person, and with `REVISION_OUTDATED` when the first half was withdrawn or completed at the same moment.
 */
export async function joinHalves(store: PendingDecisions, half: Half): Promise<WholeDecision | null> {
  const { customerId, revision, decision, subject, at } = half;
  if (!namesPerson(subject)) {
    throw new KycError(
      'FORBIDDEN',
      'Two people have to decide this (CONFIRM_REQUIRES_TWO), and this token names none. Use one with a "sub".',
    );
  }
  const { by, reason, evidenceUrl } = decision;
  const first = await store.propose({
    customerId,
    revision,
    status: 'FULL_USER',
    by,
    subject,
    ...(reason !== undefined && { reason }),
    ...(evidenceUrl !== undefined && { evidenceUrl }),
    at,
  });
  const isCurrent = first?.revision === revision;
  if (isCurrent && isSamePerson(first.subject, subject)) return null;
  if (!isCurrent || !(await store.take(first))) {
    throw new KycError(
      'REVISION_OUTDATED',
      'Another person has completed or withdrawn this decision, or the customer has changed. Review the customer, then try again.',
    );
  }
  return { first, decision: joined(first, decision) };
}

function joined(first: PendingDecision, second: StaffDecision): StaffDecision {
  return {
    by: first.by,
    ...(first.reason !== undefined && { reason: first.reason }),
    ...(first.evidenceUrl !== undefined && { evidenceUrl: first.evidenceUrl }),
    secondBy: second.by,
    ...(second.reason !== undefined && { secondReason: second.reason }),
    ...(second.evidenceUrl !== undefined && { secondEvidenceUrl: second.evidenceUrl }),
  };
}
