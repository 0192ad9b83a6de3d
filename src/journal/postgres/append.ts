/**
 * Appending to the Postgres journal.
 *
 * A batch is decided on what was read without the lock. Then one statement takes the lock that all instances share, appends,
 * and commits. So the lock is held for the database's work and one sync to disk, and not for a network round trip or for an
 * instance whose event loop is busy. Positions and digests are given under the lock, the commit releases it: positions are
 * in commit order, and no reader sees a gap that fills later. When another instance has changed one of the customers in
 * between, nothing was written, and the batch is decided again: in the end with the lock held while it is.
 *
 * A connection that is lost around the commit leaves its outcome unknown. It is never retried blindly: we take the lock,
 * which the lost session holds until it has ended either way, and read whether the last entry of the batch is there.
 */
import type { Pool, PoolClient } from 'pg';
import { MAX_REVISION } from '../../domain/kyc.ts';
import type { DailyCount } from '../../domain/statistics.ts';
import { needsUpgrade, UPGRADE_REVISIONS, upgraded } from '../../domain/upgrade.ts';
import { isUnavailable } from '../../errors.ts';
import { JournalContradiction } from '../contradiction.ts';
import { writeStanding } from '../customer-selection.ts';
import { type BatchDraft, draftBatch, placeBatch, type StoredCustomer } from '../decide-batch.ts';
import { contentDigest, type EntryRow, readEntry } from '../entry.ts';
import type { AppendOutcome, Head, Submission } from '../journal.ts';
import { type CustomerRow, storedCustomer, writeStatus } from '../rows.ts';
import { bigintArray, byteaArray, integerArray, textArray } from './arrays.ts';
import { sqlStateOf } from './errors.ts';
import { ask, checkedOut, rowsOf } from './query.ts';
import { READ, WRITE } from './statements.ts';
import { beginLocked, locked } from './transaction.ts';

/** How often a batch is decided without the lock before it is decided with it: a conflict is rare, and two in a row are rarer. */
const TRIES_WITHOUT_LOCK = 2;
/** What `append_batch` raises when a customer has changed (serialization_failure). */
const CONFLICT = '40001';
/**
 * SQLSTATE codes that end a statement and undo it, but not the connection: there was no commit. Besides the conflict,
 * `lock_timeout` and `statement_timeout`. The severity would show it too, but it is in the server's language.
 */
const ROLLED_BACK: ReadonlySet<string | undefined> = new Set([CONFLICT, '55P03', '57014']);

/**
 * A conflict, or a row that is there already (unique_violation): another instance's change, or, with the lock held, rows that
 * contradict each other.
 */
const CONTRADICTIONS: ReadonlySet<string | undefined> = new Set([CONFLICT, '23505']);

/** Appends one batch. Follows the contract of `Journal.append`. `seed`: the digest before the first entry. */
export async function appendBatch(
  writers: Pool,
  seed: Uint8Array,
  batch: readonly Submission[],
): Promise<readonly AppendOutcome[]> {
  for (let tries = 0; tries < TRIES_WITHOUT_LOCK; tries++) {
    try {
      return await attempt(writers, seed, batch, checkedOut);
    } catch (error) {
      if (!CONTRADICTIONS.has(sqlStateOf(error))) throw error;
    }
  }
  try {
    return await attempt(writers, seed, batch, locked);
  } catch (error) {
    // With the lock held, no other instance changes what was read.
    if (!CONTRADICTIONS.has(sqlStateOf(error))) throw error;
    throw new JournalContradiction(error);
  }
}

/** `borrow`: a connection alone, or one in a transaction that already has the lock. */
async function attempt(
  writers: Pool,
  seed: Uint8Array,
  batch: readonly Submission[],
  borrow: typeof checkedOut,
): Promise<readonly AppendOutcome[]> {
  const customers = textArray([...new Set(batch.map(({ report }) => report.customerId))]);
  let draft: BatchDraft | undefined;
  try {
    return await borrow(writers, async (client) => {
      const known = await loadCustomers(client, customers);
      draft = draftBatch(batch, (customerId) => known.get(customerId) ?? null);
      // Nothing to write: what was read was durable.
      if (draft.customers.size === 0) return placeBatch(draft, { position: 0, digest: seed }).outcomes;
      const [head] = await rowsOf<Head>(client, WRITE.append, [seed, ...columnsOf(draft)]);
      return placeBatch(draft, head as Head).outcomes;
    });
  } catch (error) {
    const isUnknown = draft !== undefined && isUnavailable(error) && !ROLLED_BACK.has(sqlStateOf(error));
    const head = isUnknown ? await headBefore(writers, seed, draft as BatchDraft) : null;
    if (head === null) throw error;
    return placeBatch(draft as BatchDraft, head).outcomes;
  }
}

/** The head before a batch whose commit got no answer; null when the batch is not in the journal, or that can't be determined. */
async function headBefore(writers: Pool, seed: Uint8Array, { entries }: BatchDraft): Promise<Head | null> {
  const last = entries.at(-1);
  if (last === undefined) return null;
  const { customerId, revision } = last.content;
  try {
    return await checkedOut(writers, async (client) => {
      const [, [found]] = await Promise.all([
        beginLocked(client),
        // The salt makes the content of each entry unique.
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

type LoadedRow = CustomerRow & { readonly customer_id: string };

async function loadCustomers(client: PoolClient, customers: Buffer): Promise<ReadonlyMap<string, StoredCustomer>> {
  const rows = await rowsOf<LoadedRow>(client, WRITE.load, [customers]);
  const known = new Map(rows.map((row) => [row.customer_id, storedCustomer(row)]));
  for (const [customerId, stored] of known) {
    if (!needsUpgrade(stored)) continue;
    // Once for each customer of an older release. What is committed meanwhile is a conflict, and the batch is decided again.
    const newest = await rowsOf<EntryRow>(client, READ.updatesBefore, [customerId, MAX_REVISION, UPGRADE_REVISIONS]);
    known.set(customerId, upgraded(stored, newest.map(readEntry)));
  }
  return known;
}

function columnsOf({ entries, customers, statusChanges, dailyCounts }: BatchDraft): Buffer[] {
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
    integerArray(changed.map(({ standing }) => writeStanding(standing))),
    bigintArray(changed.map(({ latest }) => latest.receivedAt)),
    integerArray(entries.map(({ flags }) => flags)),
    ...countColumns(dailyCounts),
  ];
}

/** What is added to the statistics, as columns. */
export function countColumns(counts: readonly DailyCount[]): Buffer[] {
  return [
    integerArray(counts.map(({ day }) => day)),
    integerArray(counts.map(({ metric }) => metric)),
    textArray(counts.map(({ key }) => key)),
    bigintArray(counts.map(({ count }) => count)),
  ];
}
