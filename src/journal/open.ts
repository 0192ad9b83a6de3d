/** Opening the journal that a `DATABASE_URL` names. */
import type { Logger } from 'pino';
import type { Journal } from './journal.ts';
import { migrateSqlite, openSqliteJournal, openSqliteReader } from './sqlite/journal.ts';
import { openMemoryJournal } from './sqlite/memory.ts';

/** Where a journal lives, as `DATABASE_URL` says it. */
export type Database =
  | { readonly kind: 'sqlite'; readonly path: string }
  /** `sqlite::memory:`: for tests and trials, lost when the process ends. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'postgres'; readonly url: string };

/** The journal unless `DATABASE_URL` is set. */
export const DEFAULT_DATABASE_URL = 'sqlite:data/kyc.db';

/** Why a journal in memory is refused, and what to do. */
export const NO_MEMORY_IN_PRODUCTION =
  'A journal in memory would lose what it has acknowledged when the process ends. Set it to sqlite:<path to a file> or postgres://….';

/** How a journal is opened for serving. */
export interface OpenJournalOptions {
  /** Receives what an operator has to know: waiting for a database, a new journal, a fault that ends writing permanently. */
  readonly log?: Pick<Logger, 'info' | 'warn' | 'error' | 'fatal'>;
  /** A Postgres URL with the current user and password, asked for each new connection. Default: those of the URL. */
  readonly currentUrl?: (() => string) | undefined;
  /** Creates no folder, and warns about a new journal. Default: whether `NODE_ENV` is `production`. */
  readonly production?: boolean;
}

/** Reads a `DATABASE_URL`. Throws, without repeating the URL (it may hold a password), when it is not one of these two. */
export function parseDatabaseUrl(url: string): Database {
  if (url === 'sqlite::memory:') return { kind: 'memory' };
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
export async function openJournal(databaseUrl: string, options: OpenJournalOptions = {}): Promise<Journal> {
  const { log, currentUrl, production = process.env['NODE_ENV'] === 'production' } = options;
  const database = parseDatabaseUrl(databaseUrl);
  const onFault = (err: Error) =>
    log?.fatal(
      { err },
      'The journal was changed under the server: nothing is recorded any more. Restore it, then restart',
    );
  const onForeignWrites = (commits: number) =>
    log?.error(
      { commits },
      'Another program wrote to the journal while the server ran. Find out which, and run xgateway-kyc verify',
    );
  if (database.kind === 'memory') return memoryJournal(production, log);
  const journal =
    database.kind === 'sqlite'
      ? openSqliteJournal(database.path, undefined, { mayMakeFolder: !production, onFault, onForeignWrites })
      : await (await postgres()).openPostgresJournal(database.url, undefined, {
          ...(log && { log }),
          currentUrl,
          onFault,
        });
  for (const { customerId, circumstances } of await journal.pendingErasures()) {
    await journal.erase(customerId, circumstances);
    log?.info({ by: circumstances.by }, 'Finished an erasure that an earlier run had begun');
  }
  const { description, isNew } = journal.facts;
  if (isNew && production) {
    log?.warn(
      { journal: description },
      'Made a new, empty journal. If there should be one already, check DATABASE_URL',
    );
  }
  return journal;
}

/** Opens the journal beside running servers, for reading only. Rejects when there is none. */
export async function openReader(databaseUrl: string): Promise<Journal> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'memory') throw notReachable();
  if (database.kind === 'sqlite') return openSqliteReader(database.path);
  return (await postgres()).openPostgresReader(database.url);
}

/** Rejects, with an error that says why, when a Postgres refuses this URL; a file needs no credentials. */
export async function checkAccess(databaseUrl: string): Promise<void> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind !== 'postgres') return;
  const { withFirstConnection } = await import('./postgres/start.ts');
  await withFirstConnection(database.url, 'check', async () => {}, { waitMs: 0 });
}

/** Brings the schema up to date and answers with the migrations that were applied. Rejects as `openJournal` does. */
export async function migrateJournal(databaseUrl: string): Promise<readonly string[]> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'memory') throw notReachable();
  if (database.kind === 'sqlite') return migrateSqlite(database.path);
  return (await (await import('./postgres/migrate.ts')).migratePostgres(database.url)).applied;
}

/**
 * Moves a Postgres journal into another schema of its database. Returns the schema it was in; null: it is there already.
 * Rejects while an instance is connected.
 */
export async function moveJournalToSchema(databaseUrl: string, schema: string): Promise<string | null> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind !== 'postgres') throw new Error('Only a journal in Postgres has a schema.');
  const moved = await (await import('./postgres/migrate.ts')).changeSchema(database.url, schema);
  return moved?.from ?? null;
}

function memoryJournal(production: boolean, log: OpenJournalOptions['log']): Journal {
  if (production) throw new Error(`DATABASE_URL is sqlite::memory:. ${NO_MEMORY_IN_PRODUCTION}`);
  log?.warn('The journal is in memory: everything is lost when this process ends. Set DATABASE_URL to keep it');
  return openMemoryJournal();
}

/** A journal in memory belongs to the process that made it. */
function notReachable(): Error {
  return new Error(
    'A journal in memory (sqlite::memory:) can only be read by the process that has it. Set DATABASE_URL to the journal to open.',
  );
}

/** Loaded on demand: the driver costs start-up time and memory. */
const postgres = () => import('./postgres/journal.ts');
