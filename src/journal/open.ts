/** Opening the journal that a `DATABASE_URL` names. */
import type { Journal } from './journal.ts';
import { migrateSqlite, openSqliteJournal, openSqliteReader } from './sqlite/journal.ts';

/** Where a journal lives, as `DATABASE_URL` says it. */
export type Database =
  | { readonly kind: 'sqlite'; readonly path: string }
  | { readonly kind: 'postgres'; readonly url: string };

/** The journal of a server that was told nothing. */
export const DEFAULT_DATABASE_URL = 'sqlite:data/kyc.db';

/** Reads a `DATABASE_URL`. Throws, without repeating the URL (it may hold a password), when it is none of ours. */
export function parseDatabaseUrl(url: string): Database {
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return { kind: 'sqlite', path };
  if (/^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url)) return { kind: 'postgres', url };
  throw new Error('DATABASE_URL must be sqlite:<path to a file> or postgres://<user>:<password>@<host>/<database>.');
}

/**
 * Opens the journal for serving: brings its schema up to date, and keeps other processes from an SQLite file.
 * Rejects when another process serves that file, when the database can't be reached, or when the schema is newer than this
 * release.
 */
export async function openJournal(databaseUrl: string): Promise<Journal> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'sqlite') return openSqliteJournal(database.path);
  return (await postgres()).openPostgresJournal(database.url);
}

/** Opens the journal beside running servers, for reading only. Rejects when there is none. */
export async function openReader(databaseUrl: string): Promise<Journal> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'sqlite') return openSqliteReader(database.path);
  return (await postgres()).openPostgresReader(database.url);
}

/** Brings the schema up to date and answers with the migrations that were applied. Rejects as `openJournal` does. */
export async function migrateJournal(databaseUrl: string): Promise<readonly string[]> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'sqlite') return migrateSqlite(database.path);
  return (await import('./postgres/migrate.ts')).migratePostgres(database.url);
}

/** Loaded by those who need it: the driver costs start-up time and memory. */
const postgres = () => import('./postgres/journal.ts');
