/** Bringing the schema of a Postgres journal up to date, also when twenty instances start at once. */
import type { Client } from 'pg';
import { createIdentity } from '../identity.ts';
import { loadMigrations, type Migration, pendingMigrations } from '../migrate.ts';
import { withClient } from './connection.ts';
import { ask } from './query.ts';
import { describePostgres } from './url.ts';

/** The advisory lock of those who migrate. Nobody else in this database may use the number. */
const MIGRATION_LOCK = 7_106_301;

/** Applies the migrations that the schema lacks, and answers with their names. Rejects when the schema is newer. */
export function migratePostgres(url: string): Promise<readonly string[]> {
  return withClient(url, 'migrate', async (client) => {
    const applied: string[] = [];
    for (;;) {
      const next = (await pending(client, url))[0];
      if (next === undefined) return applied;
      if (await apply(client, next, url)) applied.push(next.name);
    }
  });
}

/** Rejects unless there is a schema and this release can read it. */
export function checkSchema(url: string): Promise<void> {
  return withClient(url, 'check', async (client) => {
    await pending(client, url);
    if ((await schemaVersion(client)) > 0) return;
    throw new Error(`There is no journal in ${describePostgres(url)}. Set DATABASE_URL to the journal's database.`);
  });
}

/** Whether the migration was still pending when our turn came, and is now applied. */
async function apply(client: Client, { version, sql }: Migration, url: string): Promise<boolean> {
  const run = (text: string, values?: unknown[]) => ask(client, { text }, values);
  await run('begin isolation level read committed');
  try {
    // Others wait here as long as it takes, whatever the server's default.
    await run('set local lock_timeout = 0; set local statement_timeout = 0; set local synchronous_commit = on');
    await run(`select pg_advisory_xact_lock(${MIGRATION_LOCK})`);
    const isOurs = (await pending(client, url))[0]?.version === version;
    if (isOurs) {
      if (version === 1) await run('create table journal_schema (version integer primary key)');
      await run(sql);
      if (version === 1) {
        for (const fact of createIdentity())
          await run('insert into journal_facts (name, value) values ($1, $2)', [...fact]);
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

async function pending(client: Client, url: string): Promise<readonly Migration[]> {
  return pendingMigrations(loadMigrations('postgres'), await schemaVersion(client), describePostgres(url));
}

async function schemaVersion(client: Client): Promise<number> {
  // Not to_regclass: inside a transaction it does not notice a table that another session has made since.
  const exists = "select from pg_class where relname = 'journal_schema' and pg_table_is_visible(oid)";
  if ((await ask(client, { text: exists })).rowCount === 0) return 0;
  const { rows } = await ask(client, { text: 'select max(version) as version from journal_schema' });
  return Number(rows[0]?.['version'] ?? 0);
}
