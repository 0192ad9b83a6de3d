/** Opening the SQLite file behind a journal: pragmas, migrations, and what SQLite's errors mean. */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { KycError } from '../../errors.ts';
import { createIdentity } from '../identity.ts';
import { loadMigrations, pendingMigrations } from '../migrate.ts';

/** How long a start may wait for others who use the file, in milliseconds. */
const OPENING_MS = 5_000;
/**
 * How long a commit may: SQLite waits on the one thread that serves everybody, and we are the only writer, so whoever holds
 * the lock is a tool in somebody's hand. XGateway sends again what was refused.
 */
const COMMIT_MS = 100;

/** Opens the file for the one writer: makes it when it is missing, and brings its schema up to date. */
export function openForWriting(path: string): DatabaseSync {
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path, { timeout: OPENING_MS });
  try {
    // FULL: a commit returns only when the write-ahead log has been synced to disk. Secure delete: what is freed is overwritten
    // at once, always, because a customer who is erased also lives on in what was freed before.
    database.exec(
      'pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on; pragma cache_size = -32000;',
    );
    if (isNew) chmodSync(path, 0o600);
    migrate(database, path);
    database.exec(`pragma busy_timeout = ${COMMIT_MS}`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Opens the file beside a running server, to read only. Throws when there is none. */
export function openForReading(path: string): DatabaseSync {
  if (!existsSync(path)) {
    throw new Error(`There is no journal at ${path}. Set DATABASE_URL to the journal's file.`);
  }
  const database = new DatabaseSync(path, { readOnly: true, timeout: OPENING_MS });
  try {
    pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** The version of the schema in the file at `path`; 0 when there is none. */
export function schemaVersionOf(path: string): number {
  if (!existsSync(path)) return 0;
  const database = new DatabaseSync(path, { readOnly: true, timeout: OPENING_MS });
  try {
    return schemaVersion(database);
  } finally {
    database.close();
  }
}

// Primary result codes (https://sqlite.org/rescode.html) after which the same write may succeed later.
const PASSING_CODES: ReadonlySet<number> = new Set([
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  13, // FULL
  14, // CANTOPEN
]);

/** Turns what SQLite threw into `JOURNAL_UNAVAILABLE` when it is about the disk and not about the data. */
export function asJournalError(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  if (code === undefined || !PASSING_CODES.has(code)) return error;
  return new KycError('JOURNAL_UNAVAILABLE', 'The journal cannot be used for now. Check its disk, then try again.', {
    cause: error,
  });
}

/** Runs work that is written as a whole, or not at all. What SQLite throws becomes a journal's error. */
export type Transact = <Result>(work: () => Result) => Result;

/** The transactions of a connection. */
export function transactions(database: DatabaseSync): Transact {
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const rollback = database.prepare('rollback');
  return (work) => {
    try {
      begin.run();
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (database.isTransaction) rollback.run();
      throw asJournalError(error);
    }
  };
}

function migrate(database: DatabaseSync, path: string): void {
  for (const { version, sql } of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    database.exec('begin immediate');
    try {
      database.exec(sql);
      if (version === 1) {
        const insert = database.prepare('insert into journal_facts (name, value) values (?, ?)');
        for (const fact of createIdentity()) insert.run(...fact);
      }
      database.exec(`pragma user_version = ${version}; commit`);
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
