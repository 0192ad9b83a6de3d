/** The journal in an embedded SQLite file: one writer, many readers, every commit synced to disk. */
import { resolve } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { KycError } from '../../errors.ts';
import type { ConsumerLimits } from '../consumers.ts';
import { cursorCodec } from '../cursor.ts';
import type { DeadLetterLimits } from '../dead-letters.ts';
import { readIdentity } from '../identity.ts';
import type { Journal, JournalFacts } from '../journal.ts';
import { appender } from './append.ts';
import { sqliteAttention } from './attention.ts';
import { sqliteAuditLog } from './audit-log.ts';
import { sqliteChecks } from './checks.ts';
import { sqliteConfirmationTasks } from './confirmation-tasks.ts';
import { explained, openForReading, openForWriting } from './connection.ts';
import { sqliteConsumers } from './consumers.ts';
import { CustomerCache } from './customer-cache.ts';
import { sqliteDeadLetters } from './dead-letters.ts';
import { eraser } from './erase.ts';
import { ForeignWrites } from './foreign-writes.ts';
import { FileGuard } from './guard.ts';
import { sqlitePendingDecisions } from './pending-decisions.ts';
import { type Reads, sqliteReads } from './read.ts';
import { prepareReading, prepareWriting } from './statements.ts';
import { sqliteStatistics } from './statistics.ts';
import { type CommitGuard, type Transact, transactions } from './transaction.ts';

/** How a file is opened. */
export interface SqliteOptions {
  /** Whether a missing folder is made, default true. */
  readonly mayMakeFolder?: boolean;
  /** Called at most once, when the files turn out to be changed by another program: nothing is recorded from then on. */
  readonly onFault?: (fault: Error) => void;
  /** For tests. */
  readonly consumerLimits?: ConsumerLimits;
  /** Called with how many commits another program has made in the file. */
  readonly onForeignWrites?: (count: number) => void;
}

/**
 * Opens the journal in the file at `path`, for this process alone to write, and creates it if there is none.
 * Throws when another process serves it, when the file can be reached by another name, when its schema is newer than this
 * release, or when it can't be opened: the message says why and what to do.
 */
export function openSqliteJournal(path: string, limits?: DeadLetterLimits, options: SqliteOptions = {}): Journal {
  using stack = new DisposableStack();
  let opened: FileGuard | undefined;
  // Released after the connection: see the guard.
  stack.defer(() => opened?.[Symbol.dispose]());
  const file = stack.use(openForWriting(path, options.mayMakeFolder));
  const { database } = file;
  let foreign: ForeignWrites | undefined;
  return writableJournal({
    database,
    description: file.path,
    isNew: file.isNew,
    guardFor(stopCaching) {
      foreign = new ForeignWrites(database, options.onForeignWrites ?? (() => {}));
      opened = new FileGuard({
        path: file.path,
        lock: file.lock,
        onFault(fault) {
          stopCaching();
          options.onFault?.(fault);
        },
        onForeignCommits: (count) => foreign?.noticed(count),
      });
      return opened;
    },
    foreignWrites: () => foreign?.count ?? 0,
    stack,
    limits,
    consumerLimits: options.consumerLimits,
  });
}

/** A database that is open for the one writer. */
export interface WritableDatabase {
  readonly database: DatabaseSync;
  readonly description: string;
  readonly isNew: boolean;
  /** Called once the database is known to be a journal. The guard calls `onFault` when its files are no longer what they were. */
  readonly guardFor: (onFault: () => void) => CommitGuard & { readonly logBytes: number | null };
  readonly foreignWrites: Journal['foreignWrites'];
  /** What closing the journal releases. */
  readonly stack: DisposableStack;
  readonly limits?: DeadLetterLimits | undefined;
  readonly consumerLimits?: ConsumerLimits | undefined;
}

/** The journal in a database. Takes what is on `stack`. */
export function writableJournal(given: WritableDatabase): Journal {
  const { database, description, isNew, limits, consumerLimits } = given;
  const { identity, read } = base(database, description);
  const cache = new CustomerCache(database);
  const guard = given.guardFor(() => cache.disable());
  const reads = sqliteReads(read, identity.seed, (error) => guard.onError(error), cache);
  const write = prepareWriting(database);
  const transact = transactions(database, guard);
  const resources = given.stack.move();
  return {
    cursors: cursorCodec(identity.cursorKey),
    seed: identity.seed,
    facts: factsOf(identity.id, description, isNew, reads),
    ...reads,
    append: appender(read, write, transact, reads.head, cache),
    erase: eraser(database, read, write, transact, reads.head, cache),
    deadLetters: sqliteDeadLetters(database, transact, limits),
    confirmationTasks: sqliteConfirmationTasks(database, transact),
    consumers: sqliteConsumers(database, transact, consumerLimits),
    attention: sqliteAttention(database, transact),
    pendingDecisions: sqlitePendingDecisions(database, transact),
    statistics: sqliteStatistics(database),
    auditLog: sqliteAuditLog(database, transact),
    checks: sqliteChecks(database),
    logBytes: () => guard.logBytes,
    foreignWrites: given.foreignWrites,
    checkWritable: () => touch(database, transact),
    close: () => resources.dispose(),
  };
}

/** Brings the schema of the file up to date, and returns the migrations that were applied. Throws as opening does. */
export function migrateSqlite(path: string): readonly string[] {
  using file = openForWriting(path);
  return file.applied;
}

/**
 * Opens the journal beside a running server, for reading only: what writes fails. The schema may be that of an earlier release;
 * what is not there then fails when it is read.
 */
export function openSqliteReader(path: string): Journal {
  const database = openForReading(path);
  using stack = new DisposableStack();
  stack.defer(() => database.close());
  const { identity, read } = base(database, path);
  const reads = sqliteReads(read, identity.seed, (error) => error, null);
  const refuse = (): never => {
    throw new KycError('JOURNAL_UNAVAILABLE', 'The journal was opened for reading only.');
  };
  const resources = stack.move();
  return {
    cursors: cursorCodec(identity.cursorKey),
    seed: identity.seed,
    facts: factsOf(identity.id, resolve(path), false, reads),
    ...reads,
    append: refuse,
    erase: refuse,
    get deadLetters() {
      return sqliteDeadLetters(database, refuse);
    },
    get confirmationTasks() {
      return sqliteConfirmationTasks(database, refuse);
    },
    get consumers() {
      return sqliteConsumers(database, refuse);
    },
    attention: sqliteAttention(database, refuse),
    pendingDecisions: sqlitePendingDecisions(database, refuse),
    statistics: sqliteStatistics(database),
    auditLog: sqliteAuditLog(database, refuse),
    checks: sqliteChecks(database),
    logBytes: () => null,
    foreignWrites: () => null,
    checkWritable: refuse,
    close: () => resources.dispose(),
  };
}

function base(database: DatabaseSync, path: string) {
  try {
    const identity = readIdentity(database.prepare('select name, value from journal_facts').all());
    const read = prepareReading(database);
    read.head.get();
    return { identity, read };
  } catch (cause) {
    throw explained(path, cause);
  }
}

function factsOf(id: string, description: string, isNew: boolean, reads: Reads): JournalFacts {
  return { id, description, isNew, position: reads.head().position };
}

/** Proves that the disk accepts writes: dirties a page, so that the commit has to reach the disk. */
function touch(database: DatabaseSync, transact: Transact): void {
  transact(() => {
    database.exec(`pragma user_version = ${Number(database.prepare('pragma user_version').get()?.['user_version'])}`);
  });
}
