/** A person confirms what is recorded. */
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { Journal } from '../journal/journal.ts';
import { decisionOf, type Grounds } from './decision.ts';
import { type Decided, recordDecision } from './staff-update.ts';

/** What was confirmed, and by which person. */
export interface Confirm extends Grounds {
  readonly customerId: string;
  /** The revision that was checked. */
  readonly revision: number;
  /** The token's subject. */
  readonly by: string;
}

/**
 * Records that a person checked the customer's latest revision. Rejects with `REVISION_OUTDATED` when it is not the latest, and with
 * `BAD_USER_INPUT` for a reason or an evidence URL that can't be stored.
 */
export async function confirm(
  stores: { readonly journal: Journal; readonly queue: CommitQueue },
  { customerId, revision, by, ...grounds }: Confirm,
): Promise<Decided> {
  const decision = decisionOf(by, grounds);
  return recordDecision(stores, { customerId, revision, decision, statusOf: (current) => current });
}
