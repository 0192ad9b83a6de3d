/** Brings the schema of a Postgres journal up to date, even when twenty instances start at once. */
import type { Client } from 'pg';
import { ATTENTION_MIGRATION } from '../attention-backfill.ts';
import { createIdentity, IDENTITY_DIGEST, identityDigest, writesIdentityDigest } from '../identity.ts';
import { loadMigrations, type Migration, pendingMigrations } from '../migrate.ts';
import { NoJournalError } from '../no-journal-error.ts';
import { STANDING_MIGRATION } from '../standing-backfill.ts';
import { backfillAttention } from './attention-backfill.ts';
import { searchPath } from './connection.ts';
import { ask } from './query.ts';
import { createSchema, findSchema, journalSchemas, moveToSchema, pinFunctions } from './schema.ts';
import { backfillStandings } from './standing-backfill.ts';
import { type StartOptions, withFirstConnection } from './start.ts';
import { describePostgres } from './url.ts';

/** The advisory lock for migrations. Nothing else in this database may use the number. */
const MIGRATION_LOCK = 7_106_301;

/** A database that is ready for this release. */
export interface PreparedDatabase {
  /** Where the journal's tables are. */
  readonly schema: string;
  /** The migrations that were applied now, by name. */
  readonly applied: readonly string[];
  /** Other schemas of the database that hold a journal. */
  readonly others: readonly string[];
}

/** Applies the migrations that the journal at `url` lacks. Rejects when its schema is newer, or can't be brought up to date. */
export function migratePostgres(url: string, options?: StartOptions): Promise<PreparedDatabase> {
  const work = async (client: Client): Promise<PreparedDatabase> => {
    const schema = await findSchema(client, url);
    await ask(client, { text: `set ${searchPath(schema)}` });
    const applied: string[] = [];
    for (;;) {
      const next = (await pending(client, url))[0];
      if (next === undefined) break;
      if (await apply(client, next, url, schema)) applied.push(next.name);
    }
    if (applied.length > 0) await pinInTurn(client, schema);
    const others = (await journalSchemas(client)).map(({ name }) => name).filter((name) => name !== schema);
    return { schema, applied, others };
  };
  return withFirstConnection(url, 'migrate', work, options);
}

/** Rejects unless there is a journal that this release can read. Returns its schema. Does not wait for a database. */
export function checkSchema(url: string): Promise<string> {
  const work = async (client: Client): Promise<string> => {
    const schema = await findSchema(client, url);
    await ask(client, { text: `set ${searchPath(schema)}` });
    await pending(client, url);
    if ((await schemaVersion(client)) > 0) return schema;
    throw new NoJournalError(
      `There is no journal in ${describePostgres(url)}. Set DATABASE_URL to the journal's database.`,
    );
  };
  return withFirstConnection(url, 'check', work, { waitMs: 0 });
}

/** Moves the journal into another schema (see `moveToSchema`). Null: it is there already. */
export function changeSchema(url: string, to: string): Promise<{ readonly from: string } | null> {
  const plain = new URL(url);
  // Whatever schema the URL names: the journal is not there yet.
  plain.searchParams.delete('schema');
  return withFirstConnection(plain.href, 'migrate', (client) => moveToSchema(client, plain.href, to), { waitMs: 0 });
}

/** Applies a migration if it is still pending when our turn comes. Returns whether it was. */
async function apply(client: Client, migration: Migration, url: string, schema: string): Promise<boolean> {
  const { version, sql } = migration;
  const run = (text: string, values?: unknown[]) => ask(client, { text }, values);
  await run('begin isolation level read committed');
  try {
    // Others wait here as long as it takes, whatever the server's default.
    await run('set local lock_timeout = 0; set local statement_timeout = 0; set local synchronous_commit = on');
    await run(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const isOurs = (await pending(client, url))[0]?.version === version;
    if (isOurs) {
      if (version === 1) await createSchema(client, schema);
      if (version === 1) await run('create table journal_schema (version integer primary key)');
      await run(sql);
      if (migration.name.endsWith(STANDING_MIGRATION)) await backfillStandings(client);
      if (migration.name.endsWith(ATTENTION_MIGRATION)) await backfillAttention(client);
      const insert = 'insert into journal_facts (name, value) values ($1, $2)';
      if (version === 1) for (const fact of createIdentity()) await run(insert, [...fact]);
      if (writesIdentityDigest(migration)) {
        const { rows } = await run('select name, value from journal_facts');
        await run(insert, [IDENTITY_DIGEST, identityDigest(rows)]);
      }
      await run('insert into journal_schema (version) values ($1)', [version]);
    }
    await run('commit');
    return isOurs;
  } catch (error) {
    await run('rollback').catch(() => {});
    throw error;
  }
}

/** In turn with others: Postgres refuses two changes of one function at once. */
async function pinInTurn(client: Client, schema: string): Promise<void> {
  await ask(client, { text: `begin; select pg_advisory_xact_lock(${MIGRATION_LOCK})` });
  await pinFunctions(client, schema);
  await ask(client, { text: 'commit' });
}

async function pending(client: Client, url: string): Promise<readonly Migration[]> {
  return pendingMigrations(loadMigrations('postgres'), await schemaVersion(client), describePostgres(url));
}

/** The version of the schema on this search path; 0: there is none. */
export async function schemaVersion(client: Client): Promise<number> {
  // Not to_regclass: inside a transaction it does not notice a table that another session has made since.
  const exists = "select from pg_class where relname = 'journal_schema' and pg_table_is_visible(oid)";
  if ((await ask(client, { text: exists })).rowCount === 0) return 0;
  const { rows } = await ask(client, { text: 'select max(version) as version from journal_schema' });
  return Number(rows[0]?.['version'] ?? 0);
}
