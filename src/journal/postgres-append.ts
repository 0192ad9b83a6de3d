/**
 * Appending to the Postgres journal.
 *
 * A batch is decided on what was read without the lock. Then everything goes out at once: begin, take the lock that all
 * instances share, append, commit. So the lock is held for the work of the database and one sync to disk, and never for a
 * network or for an instance whose event loop is busy. Positions and digests are given under the lock, the commit lets go of
 * it: positions are in commit order, and no reader sees a gap that fills later. When another instance has changed one of the
 * customers in between, nothing was written, and the batch is decided again under the lock.
 *
 * A connection that is lost around the commit leaves its outcome unknown. It is never tried again blindly: we take the lock,
 * which the lost session holds until it has ended either way, and read whether the last entry of the batch is there.
 */
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { isUnavailable, KycError } from '../errors.ts';
import { type BatchDraft, draftBatch, placeBatch } from './batch.ts';
import { contentDigest } from './entry.ts';
import type { AppendOutcome, Head, Submission } from './journal.ts';
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
  try {
    return await attempt(writers, seed, batch, 'lock last');
  } catch (error) {
    if (!isConflict(error)) throw error;
    return attempt(writers, seed, batch, 'lock first');
  }
}

async function attempt(
  writers: Pool,
  seed: Uint8Array,
  batch: readonly Submission[],
  order: 'lock first' | 'lock last',
): Promise<readonly AppendOutcome[]> {
  const customers = textArray([...new Set(batch.map(({ report }) => report.customerId))]);
  let draft: BatchDraft | undefined;
  try {
    return await checkedOut(writers, async (client) => {
      const begun = order === 'lock first' ? beginLocked(client) : null;
      const [rows] = await Promise.all([rowsOf<LoadedRow>(client, WRITE.load, [customers]), begun]);
      draft = draftBatch(batch, loaderOf(rows));
      const head = draft.customers.size === 0 ? await letGo(client, begun) : await write(client, begun, seed, draft);
      return placeBatch(draft, head).outcomes;
    });
  } catch (error) {
    const isUnknown = draft !== undefined && isUnavailable(error) && !isConflict(error);
    const head = isUnknown ? await headBefore(writers, seed, draft as BatchDraft) : null;
    if (head === null) throw error;
    return placeBatch(draft as BatchDraft, head).outcomes;
  }
}

/** Appends a draft and commits, in one go. Answers with the head that it came after. */
async function write(
  client: PoolClient,
  begun: Promise<unknown> | null,
  seed: Uint8Array,
  draft: BatchDraft,
): Promise<Head> {
  const [, [head], { command }] = await Promise.all([
    begun ?? beginLocked(client),
    rowsOf<Head>(client, WRITE.append, [seed, ...columnsOf(draft)]),
    ask(client, WRITE.commit),
  ]);
  if (command === 'COMMIT' && head !== undefined) return head;
  throw new KycError('JOURNAL_UNAVAILABLE', 'The journal did not take a batch. Try again.');
}

/** Nothing is to be written: what was read was durable. */
async function letGo(client: PoolClient, begun: Promise<unknown> | null): Promise<Head> {
  if (begun !== null) await ask(client, WRITE.rollback);
  return { position: 0, digest: new Uint8Array() };
}

/** The head before a batch whose commit had no answer; null when it is not in the journal, or that can't be found out. */
async function headBefore(writers: Pool, seed: Uint8Array, { entries }: BatchDraft): Promise<Head | null> {
  const last = entries.at(-1);
  if (last === undefined) return null;
  const { customerId, revision } = last.content;
  try {
    return await checkedOut(writers, async (client) => {
      const [, [found]] = await Promise.all([
        beginLocked(client),
        // The salt makes the content of each entry the only one of its kind.
        rowsOf<{ position: number }>(client, READ.recorded, [customerId, revision, last.text]),
      ]);
      const position = (found?.position ?? 0) - entries.length;
      const [before] = await rowsOf<{ digest: Uint8Array }>(client, READ.digestAt, [position]);
      await ask(client, WRITE.rollback);
      return found === undefined ? null : { position, digest: before?.digest ?? seed };
    });
  } catch {
    return null;
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof KycError && error.cause instanceof DatabaseError && error.cause.code === '40001';
}

type LoadedRow = CustomerRow & { readonly customer_id: string };

function loaderOf(rows: readonly LoadedRow[]) {
  const stored = new Map(rows.map((row) => [row.customer_id, row]));
  return (customerId: string) => {
    const row = stored.get(customerId);
    return row === undefined ? null : storedCustomer(row);
  };
}

function columnsOf({ entries, customers, statusChanges }: BatchDraft): Buffer[] {
  const changed = [...customers.values()];
  return [
    textArray(entries.map(({ content }) => content.customerId)),
    integerArray(entries.map(({ content }) => content.revision)),
    textArray(entries.map(({ text }) => text)),
    byteaArray(entries.map(({ text }) => contentDigest(text))),
    textArray([...customers.keys()]),
    bigintArray(changed.map(({ positionBefore }) => positionBefore)),
    integerArray(changed.map(({ entry }) => entry)),
    textArray(changed.map(({ latest }) => writeStatus(latest.status))),
    bigintArray(changed.map(({ firstSeenAt }) => firstSeenAt)),
    bigintArray(changed.map(({ confirmedAt }) => confirmedAt)),
    byteaArray(changed.map(({ fingerprints }) => fingerprints)),
    textArray([...statusChanges.keys()].map(writeStatus)),
    bigintArray([...statusChanges.values()]),
  ];
}
