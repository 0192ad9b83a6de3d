/** Opening the SQLite file behind a journal: pragmas, migrations, and what SQLite's errors mean. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { CURSOR_KEY_BYTES } from '../domain/cursor.ts';
import { KycError } from '../errors.ts';
import { DIGEST_BYTES } from './entry.ts';
import { loadMigrations, pendingMigrations } from './migrate.ts';

/** The facts that every journal holds about itself. */
export interface JournalFacts {
  readonly cursorKey: Uint8Array;
  /** The digest before the first entry. */
  readonly seed: Uint8Array;
}

/** Opens the file for the one writer: makes it when it is missing, and brings its schema up to date. */
export function openForWriting(path: string): DatabaseSync {
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path, { timeout: 5_000 });
  try {
    // FULL: a commit returns only when the write-ahead log has been synced to disk.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma cache_size = -32000;');
    if (isNew) chmodSync(path, 0o600);
    migrate(database, path);
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
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5_000 });
  try {
    pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads the journal's facts about itself. */
export function readFacts(database: DatabaseSync): JournalFacts {
  const rows = database.prepare('select name, value from journal_facts').all();
  const facts = new Map(rows.map((row) => [row['name'], row['value']]));
  const [cursorKey, seed] = [facts.get('cursor_key'), facts.get('seed')];
  if (!(cursorKey instanceof Uint8Array) || !(seed instanceof Uint8Array)) {
    throw new Error(
      'The journal has lost the key of its cursors or the seed of its digests. Restore it from a backup.',
    );
  }
  return { cursorKey, seed };
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

function migrate(database: DatabaseSync, path: string): void {
  for (const { version, sql } of pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path)) {
    database.exec('begin immediate');
    try {
      database.exec(sql);
      if (version === 1) makeFacts(database);
      database.exec(`pragma user_version = ${version}; commit`);
    } catch (error) {
      database.exec('rollback');
      throw error;
    }
  }
}

function makeFacts(database: DatabaseSync): void {
  const insert = database.prepare('insert into journal_facts (name, value) values (?, ?)');
  insert.run('journal_id', randomBytes(16));
  insert.run('cursor_key', randomBytes(CURSOR_KEY_BYTES));
  insert.run('seed', randomBytes(DIGEST_BYTES));
}

function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare('pragma user_version').get()?.['user_version'] ?? 0);
}
