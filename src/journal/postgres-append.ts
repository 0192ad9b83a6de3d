/**
 * Appending to the Postgres journal: one transaction a batch, two round trips.
 *
 * There: begin, take the lock that all instances share, read the head and the customers of the batch. Then decide. There: save,
 * commit. The commit lets go of the lock, so positions are given in commit order and no reader sees a gap that fills later.
 *
 * A connection that is lost around the commit leaves its outcome unknown. It is never tried again blindly: we take the lock,
 * which the lost session holds until it has ended either way, and read whether the last entry of the batch is there.
 */
import type { Pool } from 'pg';
import { isUnavailable, KycError } from '../errors.ts';
import { type BatchPlan, planBatch } from './batch.ts';
import type { EntryRow } from './entry.ts';
import type { AppendOutcome, Submission } from './journal.ts';
import { bigintArray, byteaArray, integerArray, textArray } from './postgres-arrays.ts';
import { ask, checkedOut, rowsOf } from './postgres-database.ts';
import { READ, WRITE } from './postgres-statements.ts';
import { beginLocked } from './postgres-transaction.ts';
import { type CustomerRow, storedCustomer, writeStatus } from './rows.ts';

/** Appends one batch. Follows the contract of `Journal.append`. `seed`: the digest before the first entry. */
export async function appendBatch(
  writers: Pool,
  seed: Uint8Array,
  batch: readonly Submission[],
): Promise<readonly AppendOutcome[]> {
  const customers = textArray([...new Set(batch.map(({ report }) => report.customerId))]);
  let plan: BatchPlan | undefined;
  try {
    return await checkedOut(writers, async (client) => {
      const [, rows, [head]] = await Promise.all([
        beginLocked(client),
        rowsOf<CustomerRow & { customer_id: string }>(client, WRITE.load, [customers]),
        rowsOf<EntryRow>(client, READ.head),
      ]);
      const stored = new Map(rows.map((row) => [row.customer_id, row]));
      plan = planBatch(head ?? { position: 0, digest: seed }, batch, (customerId) => {
        const row = stored.get(customerId);
        return row === undefined ? null : storedCustomer(row);
      });
      const nothing = plan.customers.size === 0;
      const [, { command }] = await Promise.all([
        nothing || ask(client, WRITE.save, parametersOf(plan)),
        ask(client, WRITE.commit),
      ]);
      if (command === 'COMMIT' || nothing) return plan.outcomes;
      throw new KycError('JOURNAL_UNAVAILABLE', 'The journal did not take a batch. Try again.');
    });
  } catch (error) {
    if (plan !== undefined && isUnavailable(error) && (await isRecorded(writers, plan))) return plan.outcomes;
    throw error;
  }
}

/** Whether a batch whose commit had no answer is in the journal. When that can't be found out: no. */
async function isRecorded(writers: Pool, plan: BatchPlan): Promise<boolean> {
  const last = plan.entries.at(-1)?.update;
  if (last === undefined) return plan.customers.size === 0;
  try {
    return await checkedOut(writers, async (client) => {
      const [, [entry]] = await Promise.all([
        beginLocked(client),
        rowsOf<EntryRow>(client, READ.entry, [last.position]),
      ]);
      await ask(client, WRITE.rollback);
      return entry !== undefined && Buffer.compare(entry.digest, last.digest) === 0;
    });
  } catch {
    return false;
  }
}

function parametersOf({ entries, customers, statusChanges }: BatchPlan): Buffer[] {
  const updates = entries.map(({ update }) => update);
  const changed = [...customers.values()];
  return [
    bigintArray(updates.map(({ position }) => position)),
    textArray(updates.map(({ customerId }) => customerId)),
    integerArray(updates.map(({ revision }) => revision)),
    textArray(entries.map(({ content }) => content)),
    byteaArray(updates.map(({ digest }) => digest)),
    textArray(changed.map(({ latest }) => latest.customerId)),
    bigintArray(changed.map(({ latest }) => latest.position)),
    textArray(changed.map(({ latest }) => writeStatus(latest.status))),
    bigintArray(changed.map(({ firstSeenAt }) => firstSeenAt)),
    bigintArray(changed.map(({ confirmedAt }) => confirmedAt)),
    byteaArray(changed.map(({ fingerprints }) => fingerprints)),
    textArray([...statusChanges.keys()].map(writeStatus)),
    bigintArray([...statusChanges.values()]),
  ];
}
