/** The journal in an embedded SQLite file: one writer, many readers, every commit synced to disk. */
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { type KycUpdate, needsUpgrade, UPGRADE_REVISIONS, upgraded } from '../../domain/update.ts';
import { cursorCodec } from '../cursor.ts';
import type { DeadLetterLimits } from '../dead-letters.ts';
import { type BatchDraft, draftBatch, placeBatch, type StoredCustomer } from '../decide-batch.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import { type Content, nobodyAt, planErasure } from '../erasure.ts';
import { readIdentity } from '../identity.ts';
import type {
  AppendOutcome,
  CustomerRecord,
  CustomerSelection,
  ErasureCircumstances,
  Head,
  Journal,
  StoredEntry,
  Submission,
} from '../journal.ts';
import { loadMigrations } from '../migrate.ts';
import {
  type CustomerRecordRow,
  type CustomerRow,
  customerRecord,
  readStatusCounts,
  type StatusCountRow,
  storedCustomer,
  writeStatus,
} from '../rows.ts';
import { sqliteConfirmationTasks } from './confirmation-tasks.ts';
import { openForReading, openForWriting, schemaVersionOf } from './connection.ts';
import { sqliteDeadLetters } from './dead-letters.ts';
import { lockJournal } from './lock.ts';
import { prepareReading, prepareWriting } from './statements.ts';
import { transactions } from './transaction.ts';

/**
 * Opens the journal in the file at `path`, for this process alone to write.
 * Throws when another process serves it, or when its schema is newer than this release.
 */
export function openSqliteJournal(path: string, limits?: DeadLetterLimits): Journal {
  using stack = new DisposableStack();
  stack.use(lockJournal(path));
  const isNew = schemaVersionOf(path) === 0;
  const database = openForWriting(path);
  stack.defer(() => database.close());
  return sqliteJournal(database, stack.move(), { path, isNew }, limits);
}

/** Brings the schema of the file up to date, and answers with the migrations that were applied. Throws as opening does. */
export function migrateSqlite(path: string): readonly string[] {
  using _lock = lockJournal(path);
  const before = schemaVersionOf(path);
  openForWriting(path).close();
  return loadMigrations('sqlite')
    .slice(before)
    .map(({ name }) => name);
}

/** Opens the journal beside a running server, for reading only: `append` and `checkWritable` fail. */
export function openSqliteReader(path: string): Journal {
  using stack = new DisposableStack();
  const database = openForReading(path);
  stack.defer(() => database.close());
  return sqliteJournal(database, stack.move(), { path, isNew: false });
}

function sqliteJournal(
  database: DatabaseSync,
  resources: DisposableStack,
  { path, isNew }: { readonly path: string; readonly isNew: boolean },
  limits?: DeadLetterLimits,
): Journal {
  const identity = readIdentity(database.prepare('select name, value from journal_facts').all());
  const read = prepareReading(database);
  const write = prepareWriting(database);

  const readHead = (): Head => {
    const row = read.head.get() as unknown as EntryRow | undefined;
    return row ?? { position: 0, digest: identity.seed };
  };
  const load = (customerId: string): StoredCustomer | null => {
    const row = read.storedCustomer.get(customerId) as unknown as CustomerRow | undefined;
    if (row === undefined) return null;
    const stored = storedCustomer(row);
    if (!needsUpgrade(stored)) return stored;
    return upgraded(stored, entries(read.updatesBefore.all(customerId, Number.MAX_SAFE_INTEGER, UPGRADE_REVISIONS)));
  };
  const save = ({ entries, customers, statusChanges }: BatchDraft, updates: readonly KycUpdate[]): void => {
    for (const [index, { position, customerId, revision, digest }] of updates.entries()) {
      write.insertEntry.run(position, customerId, revision, entries[index]?.text ?? '', digest);
    }
    for (const { latest, entry, positionBefore, firstSeenAt, confirmedAt, fingerprints } of customers.values()) {
      const position = entry === null ? positionBefore : (updates[entry]?.position ?? null);
      const { customerId, status } = latest;
      write.saveCustomer.run(position, customerId, writeStatus(status), firstSeenAt, confirmedAt, fingerprints);
    }
    for (const [status, change] of statusChanges) write.changeCount.run(writeStatus(status), change);
  };
  const transact = transactions(database);
  const erase = (customerId: string, circumstances: ErasureCircumstances) => {
    const latest = load(customerId)?.latest;
    const deadLetters = Number(write.eraseDeadLetters.run(customerId).changes);
    write.eraseConfirmationTask.run(customerId);
    if (latest === undefined && deadLetters === 0) return null;
    const contents = read.contentsOf.all(customerId) as unknown as Content[];
    const { erased, record } = planErasure(readHead(), contents, circumstances);
    for (const { position, content } of erased) write.eraseEntry.run(nobodyAt(position), content, position);
    write.insertEntry.run(record.position, nobodyAt(record.position), 0, record.content, record.digest);
    write.eraseCustomer.run(customerId);
    if (latest !== undefined) write.changeCount.run(writeStatus(latest.status), -1);
    return { updates: erased.length, deadLetters, record };
  };

  return {
    cursors: cursorCodec(identity.cursorKey),
    seed: identity.seed,
    facts: { id: identity.id, description: resolve(path), isNew, position: readHead().position },

    append: (batch: readonly Submission[]): readonly AppendOutcome[] =>
      transact(() => {
        const draft = draftBatch(batch, load);
        const { updates, outcomes } = placeBatch(draft, readHead());
        save(draft, updates);
        return outcomes;
      }),

    deadLetters: sqliteDeadLetters(database, transact, limits),
    confirmationTasks: sqliteConfirmationTasks(database, transact),
    erase(customerId, circumstances) {
      const outcome = transact(() => erase(customerId, circumstances));
      // Also when there is nobody to erase any more: what an erasure before could not take out of the log.
      const remains = forgetOldPages(database);
      return outcome && { ...outcome, remains };
    },

    head: readHead,
    digestAt(position) {
      const row = position === 0 ? read.seed.get() : read.digestAt.get(position);
      return (row?.['digest'] as Uint8Array | undefined) ?? null;
    },
    entry: (position) => entries(read.entry.all(position))[0] ?? null,
    entriesAfter: (position, limit) => entries(read.entriesAfter.all(position, limit)),
    entryRows: (position, limit) => read.entryRows.all(position, limit) as unknown as StoredEntry[],
    customer(customerId) {
      const row = read.customer.get(customerId) as unknown as CustomerRecordRow | undefined;
      return row === undefined ? null : customerRecord(row);
    },
    updatesAfter: (customerId, revision, limit) => entries(read.updatesAfter.all(customerId, revision, limit)),
    updatesBefore: (customerId, revision, limit) =>
      entries(read.updatesBefore.all(customerId, revision ?? Number.MAX_SAFE_INTEGER, limit)),

    customers({ statuses, changedAfter, before, limit }: CustomerSelection): readonly CustomerRecord[] {
      const upTo = before ?? Number.MAX_SAFE_INTEGER;
      const rows =
        statuses === null
          ? read.customers.all(changedAfter, upTo, limit)
          : statuses.flatMap((status) => read.customersByStatus.all(writeStatus(status), changedAfter, upTo, limit));
      const customers = (rows as unknown as CustomerRecordRow[]).map(customerRecord);
      return customers.sort((a, b) => b.latest.position - a.latest.position).slice(0, limit);
    },
    statusCounts: () => readStatusCounts(read.statusCounts.all() as unknown as StatusCountRow[]),

    checkWritable: () =>
      transact(() => {
        // Dirties a page, so that the commit has to reach the disk.
        database.exec(
          `pragma user_version = ${Number(database.prepare('pragma user_version').get()?.['user_version'])}`,
        );
      }),
    close: () => resources.dispose(),
  };
}

/**
 * Takes old pages out of the write-ahead log. What a reader still needs of it stays until the reader is done; returns what
 * the owner has to do then.
 */
function forgetOldPages(database: DatabaseSync): string | null {
  try {
    if (database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0) return null;
  } catch {
    // The erasure itself is committed: whatever keeps the log from being emptied now, a later checkpoint empties it.
  }
  return 'Old pages are still in the write-ahead log: a reader holds them, or the disk is full. Erase again later.';
}

function entries(rows: readonly unknown[]): readonly KycUpdate[] {
  return (rows as readonly EntryRow[]).map(readEntry);
}
