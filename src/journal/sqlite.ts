/** The journal in an embedded SQLite file: one writer, many readers, every commit synced to disk. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { cursorCodec } from '../domain/cursor.ts';
import type { KycUpdate } from '../domain/update.ts';
import { type BatchPlan, planBatch, type StoredCustomer } from './batch.ts';
import { type EntryRow, readEntry } from './entry.ts';
import { readFacts } from './facts.ts';
import type { AppendOutcome, CustomerRecord, CustomerSelection, Head, Journal, Submission } from './journal.ts';
import { type CustomerRow, readStatusCounts, type StatusCountRow, storedCustomer, writeStatus } from './rows.ts';
import { asJournalError, openForReading, openForWriting } from './sqlite-file.ts';
import { lockJournal } from './sqlite-lock.ts';
import { prepareReading, prepareWriting } from './sqlite-statements.ts';

/**
 * Opens the journal in the file at `path`, for this process alone to write.
 * Throws when another process serves it, or when its schema is newer than this release.
 */
export function openSqliteJournal(path: string): Journal {
  using stack = new DisposableStack();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  stack.use(lockJournal(path));
  const database = openForWriting(path);
  stack.defer(() => database.close());
  return sqliteJournal(database, stack.move());
}

/** Opens the journal beside a running server, for reading only: `append` and `checkWritable` fail. */
export function openSqliteReader(path: string): Journal {
  using stack = new DisposableStack();
  const database = openForReading(path);
  stack.defer(() => database.close());
  return sqliteJournal(database, stack.move());
}

function sqliteJournal(database: DatabaseSync, resources: DisposableStack): Journal {
  const facts = readFacts(database.prepare('select name, value from journal_facts').all());
  const read = prepareReading(database);
  const write = prepareWriting(database);

  const readHead = (): Head => {
    const row = read.head.get() as unknown as EntryRow | undefined;
    return row ?? { position: 0, digest: facts.seed };
  };
  const load = (customerId: string): StoredCustomer | null => {
    const row = read.customer.get(customerId) as unknown as CustomerRow | undefined;
    return row === undefined ? null : storedCustomer(row);
  };
  const save = (plan: BatchPlan): void => {
    for (const { update, content } of plan.entries) {
      write.insertEntry.run(update.position, update.customerId, update.revision, content, update.digest);
    }
    for (const { latest, firstSeenAt, confirmedAt, fingerprints } of plan.customers.values()) {
      const { position, customerId, status } = latest;
      write.saveCustomer.run(position, customerId, writeStatus(status), firstSeenAt, confirmedAt, fingerprints);
    }
    for (const [status, change] of plan.statusChanges) write.changeCount.run(writeStatus(status), change);
  };
  const inTransaction = <Result>(work: () => Result): Result => {
    try {
      write.begin.run();
      const result = work();
      write.commit.run();
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (database.isTransaction) write.rollback.run();
      throw asJournalError(error);
    }
  };

  return {
    cursors: cursorCodec(facts.cursorKey),
    seed: facts.seed,

    append: (batch: readonly Submission[]): readonly AppendOutcome[] =>
      inTransaction(() => {
        const plan = planBatch(readHead(), batch, load);
        save(plan);
        return plan.outcomes;
      }),

    head: readHead,
    entry: (position) => entries(read.entry.all(position))[0] ?? null,
    entriesAfter: (position, limit) => entries(read.entriesAfter.all(position, limit)),
    entryRows: (position, limit) => read.entriesAfter.all(position, limit) as unknown as EntryRow[],
    customer: load,
    updatesAfter: (customerId, revision, limit) => entries(read.updatesAfter.all(customerId, revision, limit)),
    updatesBefore: (customerId, revision, limit) =>
      entries(read.updatesBefore.all(customerId, revision ?? Number.MAX_SAFE_INTEGER, limit)),

    customers({ statuses, changedAfter, before, limit }: CustomerSelection): readonly CustomerRecord[] {
      const upTo = before ?? Number.MAX_SAFE_INTEGER;
      const rows =
        statuses === null
          ? read.customers.all(changedAfter, upTo, limit)
          : statuses.flatMap((status) => read.customersByStatus.all(writeStatus(status), changedAfter, upTo, limit));
      const customers = (rows as unknown as CustomerRow[]).map(storedCustomer);
      return customers.sort((a, b) => b.latest.position - a.latest.position).slice(0, limit);
    },
    statusCounts: () => readStatusCounts(read.statusCounts.all() as unknown as StatusCountRow[]),

    checkWritable: () =>
      inTransaction(() => {
        // Dirties a page, so that the commit has to reach the disk.
        database.exec(
          `pragma user_version = ${Number(database.prepare('pragma user_version').get()?.['user_version'])}`,
        );
      }),
    close: () => resources.dispose(),
  };
}

function entries(rows: readonly unknown[]): readonly KycUpdate[] {
  return (rows as readonly EntryRow[]).map(readEntry);
}
