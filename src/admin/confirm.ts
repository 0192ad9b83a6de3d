/** A person confirms what is recorded. */
import { decisionOf, type Grounds } from './decision.ts';
import { type Decided, type DecisionStores, recordDecision } from './staff-update.ts';

/** What was confirmed, and by which person. */
export interface Confirm extends Grounds {
  readonly customerId: string;
  /** The revision that was checked. */
  readonly revision: number;
  /** The name that it is recorded under. */
  readonly by: string;
  /** The person's identity: the `sub` of their token, null for one without. Default `by`. */
  readonly subject?: string | null | undefined;
}

/**
 * Records that a person checked the customer's latest revision. Rejects with `REVISION_OUTDATED` when it is not the latest, and with
 * `BAD_USER_INPUT` for a reason or an evidence URL that can't be stored.
 */
export async function confirm(
  stores: DecisionStores,
  { customerId, revision, by, subject = by, ...grounds }: Confirm,
): Promise<Decided> {
  const decision = decisionOf(by, grounds);
  return recordDecision(stores, { customerId, revision, decision, subject, statusOf: (current) => current });
}
