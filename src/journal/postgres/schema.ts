/**
 * The schema in which a Postgres journal lives.
 *
 * A new journal has a schema of its own, so that its tables never meet the merchant's. A journal of an earlier release stays
 * where it is, in `public`, until `xgateway-kyc migrate --schema` moves it.
 */
import { type Client, escapeIdentifier } from 'pg';
import { loadMigrations } from '../migrate.ts';
import { searchPath } from './connection.ts';
import { ask } from './query.ts';
import { describePostgres, readPostgresUrl } from './url.ts';

/** Where a new journal goes unless the URL says otherwise. */
export const DEFAULT_SCHEMA = 'xgateway_kyc';

/** The schema of the journal at `url`, or the one to make it in. Rejects when the journal is in another. */
export async function findSchema(client: Client, url: string): Promise<string> {
  const { schema: wanted } = readPostgresUrl(url);
  const found = await journalSchemas(client);
  const names = found.map(({ name }) => name);
  if (wanted === null) {
    const visible = found.find(({ isVisible }) => isVisible)?.name;
    const place = names.includes(DEFAULT_SCHEMA) ? DEFAULT_SCHEMA : visible;
    if (place !== undefined || found.length === 0) return place ?? DEFAULT_SCHEMA;
    throw new Error(
      `The journal in ${describePostgres(url)} is in the schema ${names.join(', ')}. Add schema=${names[0]} to DATABASE_URL, ` +
        `or schema=${DEFAULT_SCHEMA} to start a new journal beside it.`,
    );
  }
  if (!names.includes(wanted) && names.includes('public')) {
    throw new Error(
      `The journal in ${describePostgres(url)} is in the schema public, not in ${wanted}. Stop every instance and run ` +
        `"xgateway-kyc migrate --schema ${wanted}", or remove schema=${wanted} from DATABASE_URL.`,
    );
  }
  return wanted;
}

/**
 * Moves the journal at `url` into the schema `to`, which is made when it is missing, in one transaction. Rejects when an
 * instance is connected, when there is no journal, or when tables of the same names are there.
 */
export async function moveToSchema(client: Client, url: string, to: string): Promise<{ readonly from: string } | null> {
  const run = (text: string, values?: unknown[]) => ask(client, { text }, values);
  const names = (await journalSchemas(client)).map(({ name }) => name);
  if (names.includes(to)) return null;
  const from = names.includes('public') ? 'public' : names[0];
  if (from === undefined)
    throw new Error(`There is no journal in ${describePostgres(url)}. Set DATABASE_URL to its database.`);
  await run('begin');
  await run('select pg_advisory_xact_lock(7106300)');
  await requireNoInstance(client, url);
  await createSchema(client, to);
  for (const { kind, name } of await objectsIn(client, from)) {
    await run(`alter ${kind} ${name} set schema ${escapeIdentifier(to)}`);
  }
  await run(`set local ${searchPath(to)}`);
  await pinFunctions(client, to);
  await run('commit');
  return { from };
}

/** Rejects when a server is connected to the database at `url`. */
export async function requireNoInstance(client: Client, url: string): Promise<void> {
  const others = `select from pg_stat_activity where datname = current_database()
    and application_name ~ ' (reader|writer|notifier)$'`;
  if ((await ask(client, { text: others })).rowCount !== 0) {
    throw new Error(`A server is connected to ${describePostgres(url)}. Stop every instance, then try again.`);
  }
}

/** Makes the schema unless it is there: the right to make one is only needed then. */
export async function createSchema(client: Client, schema: string): Promise<void> {
  const { rowCount } = await ask(client, { text: 'select from pg_namespace where nspname = $1' }, [schema]);
  if (rowCount === 0) await ask(client, { text: `create schema ${escapeIdentifier(schema)}` });
}

/** Ties our functions to the schema: what they call never depends on the session's search path. */
export async function pinFunctions(client: Client, schema: string): Promise<void> {
  for (const { kind, name } of await objectsIn(client, schema)) {
    if (kind === 'function') await ask(client, { text: `alter function ${name} set ${searchPath(schema)}` });
  }
}

/** The schemas of the database that hold a journal, those on the search path first. */
export async function journalSchemas(
  client: Client,
): Promise<readonly { readonly name: string; readonly isVisible: boolean }[]> {
  const text = `select n.nspname as name, pg_table_is_visible(c.oid) as "isVisible"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = 'journal_schema' and c.relkind = 'r'
      and exists (select from pg_class f where f.relnamespace = n.oid and f.relname = 'journal_facts' and f.relkind = 'r')
    order by 2 desc, 1`;
  return (await ask<{ name: string; isVisible: boolean }>(client, { text })).rows;
}

/** Our tables and functions in a schema, as the migrations name them. */
async function objectsIn(
  client: Client,
  schema: string,
): Promise<readonly { readonly kind: string; readonly name: string }[]> {
  const sql = loadMigrations('postgres')
    .map((migration) => migration.sql)
    .join('\n');
  const named = (pattern: RegExp) => [...sql.matchAll(pattern)].map(([, name]) => name as string);
  const tables = ['journal_schema', ...named(/create table (\w+)/g), ...named(/rename to (\w+)/g)];
  const functions = named(/create (?:or replace )?function (\w+)/g);
  const text = `select 'table' as kind, format('%I.%I', n.nspname, c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = $1 and c.relkind = 'r' and c.relname = any ($2::text[])
    union all select 'function', format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 and p.proname = any ($3::text[])`;
  return (await ask<{ kind: string; name: string }>(client, { text }, [schema, tables, functions])).rows;
}
