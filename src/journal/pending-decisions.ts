/**
 * What one person decided where two are required: kept beside the journal until a second person decides the same. Durable, and the same
 * for every instance. One for each customer; it is about one revision and lapses with it.
 */
import type { KycStatus } from '../domain/kyc.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** The first half of a decision. */
export interface PendingDecision {
  readonly customerId: string;
  /** The customer's revision that it is about. */
  readonly revision: number;
  /** The status that would be verified. */
  readonly status: KycStatus;
  /** The name that the first person's decision is recorded under. */
  readonly by: string;
  /** Who that is: the `sub` of their token. */
  readonly subject: string;
  readonly reason?: string;
  /** An http or https URL. */
  readonly evidenceUrl?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A pending decision, and its customer's latest update. */
export interface PendingAt {
  readonly decision: PendingDecision;
  readonly update: KycUpdate;
}

/** The contract of a store of pending decisions. Promises reject as those of a `Journal` do. */
export interface PendingDecisions {
  /**
   * Adds a decision and returns it; or returns the one that is there already about the same or a later revision. One about an earlier
   * revision has lapsed and is replaced. One statement: of two that are added at once, one is there for the other. Null, and nothing is
   * added, when the journal does not have the customer: an ID does not come back after an erasure.
   */
  propose(decision: PendingDecision): MaybePromise<PendingDecision | null>;
  /** Removes exactly this decision and says whether it was there, so that only one of two concurrent callers gets it. */
  take(decision: PendingDecision): MaybePromise<boolean>;
  /** What is pending about a customer's latest revision; null: nothing. */
  find(customerId: string): MaybePromise<PendingDecision | null>;
  /** Decisions about customers whose latest update is after `position`, in that order, at most `limit`. None that has lapsed. */
  after(position: number, limit: number): MaybePromise<readonly PendingAt[]>;
}

/** How many decisions that have lapsed a proposal deletes: more than it can add. */
export const SWEPT_AT_ONCE = 100;

/** A decision as a column holds it: as JSON, so that characters which a database folds or refuses are escapes. */
export function writeDecision({ status, by, subject, reason, evidenceUrl, at }: PendingDecision): string {
  return JSON.stringify({ status, by, subject, reason, evidenceUrl, at });
}

/** The columns of a pending decision. */
export interface PendingDecisionRow {
  readonly customer_id: string;
  readonly revision: number;
  readonly decision: string;
}

/** The decision in a row. */
export function readDecision({ customer_id, revision, decision }: PendingDecisionRow): PendingDecision {
  const said = JSON.parse(decision) as Omit<PendingDecision, 'customerId' | 'revision'>;
  return { customerId: customer_id, revision, ...said };
}
