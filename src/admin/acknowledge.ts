/** A person has seen an update that waited for one. */
import { requireCustomerId } from '../access/customer-id.ts';
import { isRevision } from '../domain/kyc.ts';
import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import { decisionOf, type Grounds } from './decision.ts';

/** Which update, and by which person. */
export interface Acknowledge extends Grounds {
  readonly customerId: string;
  /** The update's own revision. */
  readonly revision: number;
  /** The token's subject. */
  readonly by: string;
}

/** The result of an acknowledgement. `UNCHANGED`: the update was not waiting. */
export interface Acknowledged {
  readonly outcome: 'ACKNOWLEDGED' | 'UNCHANGED';
  readonly update: KycUpdate;
}

/** Acknowledges an update. Rejects with `BAD_USER_INPUT` when there is none, and for grounds that can't be stored. */
export async function acknowledge(
  { journal }: { readonly journal: Journal },
  { customerId, revision, by, ...grounds }: Acknowledge,
): Promise<Acknowledged> {
  requireCustomerId(customerId);
  const decision = decisionOf(by, grounds);
  const [update] = isRevision(revision) ? await journal.updatesByRevisions([{ customerId, revision }]) : [];
  if (update == null) {
    throw new KycError('BAD_USER_INPUT', 'The customer has no update with this revision. Read their history.');
  }
  const { position } = update;
  const acknowledged = await journal.attention.acknowledge(
    { customerId, from: position, to: position },
    { ...decision, at: currentTime() },
  );
  return { outcome: acknowledged > 0 ? 'ACKNOWLEDGED' : 'UNCHANGED', update };
}
