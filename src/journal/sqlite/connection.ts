/** Opening the SQLite file behind a journal: pragmas, migrations, and what SQLite's errors mean. */
import { chmodSync, existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { loadMigrations, pendingMigrations } from '../migrate.ts';
import { migrate, schemaVersion } from './migrate.ts';

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
