/** A person records what XGateway's back office shows, where that differs from what was received. */
import type { Logger } from 'pino';
import { type KycStatus, rawStatusOf } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import { explainedDecisionOf, type Grounds } from './decision.ts';
import { type Decided, type DecisionStores, recordDecision } from './staff-update.ts';

/** What holds, and who says so. */
export interface Correct extends Grounds {
  readonly customerId: string;
  /** The revision that the person saw. */
  readonly revision: number;
  /** The status that holds. */
  readonly status: KycStatus;
  /** The name that it is recorded under. */
  readonly by: string;
  /** The person's identity: the `sub` of their token, null for one without. Default `by`. */
  readonly subject?: string | null | undefined;
}

/**
 * Records a status on a person's word, which makes a `FULL_USER` verified. Rejects with `BAD_USER_INPUT` for `UNRECOGNIZED` and without a
 * reason, and with `REVISION_OUTDATED` when the customer is at another revision.
 */
export async function correct(
  stores: DecisionStores & { readonly log: Logger },
  { customerId, revision, status, by, subject = by, ...grounds }: Correct,
): Promise<Decided> {
  const rawStatus = rawStatusOf(status);
  if (rawStatus === undefined) {
    throw new KycError('BAD_USER_INPUT', 'UNRECOGNIZED cannot be recorded. Give the status that XGateway shows.');
  }
  const decision = explainedDecisionOf(by, grounds);
  const decided = await recordDecision(stores, { customerId, revision, decision, subject, statusOf: () => rawStatus });
  if (decided.outcome === 'APPLIED') {
    stores.log.warn({ customerId, revision: revision + 1, status, by }, 'A person corrected the KYC of a customer');
  }
  return decided;
}
