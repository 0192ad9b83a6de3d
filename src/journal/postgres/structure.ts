/** Whether the indexes, triggers and functions of a Postgres journal are those that its migrations make. */
import type { Pool } from 'pg';
import { IDENTITY_DIGEST, writesIdentityDigest } from '../identity.ts';
import { loadMigrations } from '../migrate.ts';
import { rowsOf } from './query.ts';
import { named } from './statements.ts';

const SQL = named({
  structureVersion: `select (select max(version) from journal_schema) as version,
    (select count(*) from journal_facts where name = '${IDENTITY_DIGEST}') as digests`,
  structure: `
    select 'index ' || c.relname as name, i.indisvalid and i.indisready and i.indislive as works, null as body
      from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = current_schema()
    union all select 'primary key of ' || t.relname, i.indisvalid, null
      from pg_index i join pg_class t on t.oid = i.indrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = current_schema() and i.indisprimary
    union all select 'trigger ' || g.tgname, g.tgenabled in ('O', 'A'), null
      from pg_trigger g join pg_class t on t.oid = g.tgrelid join pg_namespace n on n.oid = t.relnamespace
      where n.nspname = current_schema() and not g.tgisinternal
    union all select 'function ' || p.proname, true, p.prosrc
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = current_schema()`,
  unusedStatuses: 'select status, customers from status_counts where customers <= 0',
});

type Found = { readonly name: string; readonly works: boolean; readonly body: string | null };

/** What differs from a journal of the same schema version. */
export async function structureProblems(readers: Pool): Promise<readonly string[]> {
  const [row] = await rowsOf<{ version: number; digests: number }>(readers, SQL.structureVersion);
  const version = Number(row?.version ?? 0);
  const rows = await rowsOf<Found>(readers, SQL.structure);
  const found = new Map(rows.map((one) => [one.name, one]));
  const problems: string[] = [];
  for (const [name, body] of expectedAt(version)) {
    const same = found.get(name);
    if (same === undefined) problems.push(`the ${name} is missing`);
    else if (!same.works) problems.push(`the ${name} is disabled or invalid`);
    else if (body !== null && same.body !== body) problems.push(`the ${name} was changed`);
  }
  if (loadMigrations('postgres').slice(0, version).some(writesIdentityDigest) && Number(row?.digests) !== 1)
    problems.push(`the fact ${IDENTITY_DIGEST} is missing`);
  if (problems.length > 0 || !found.has('trigger status_unused')) return problems;
  // A status that no customer has leaves no row: a trigger removes it.
  const unused = await rowsOf<{ status: string; customers: number }>(readers, SQL.unusedStatuses);
  return unused.map(({ status, customers }) => `the status ${status} is listed with ${customers} customers`);
}

/** In the migrations' SQL: what makes, renames or drops an object. Names are plain words there. */
const STATEMENTS =
  /\b(create(?: unique)? index|create table|create trigger|create(?: or replace)? function|drop index|drop function|drop trigger|drop table|alter index|alter table)(?: if exists)? (\w+)(?: rename to (\w+))?(?:[^;$]*?as \$\$([\s\S]*?)\$\$)?/g;

/** The names of what the first `version` migrations make; of a function, its body too. */
function expectedAt(version: number): ReadonlyMap<string, string | null> {
  const expected = new Map<string, string | null>([['primary key of journal_schema', null]]);
  const sql = loadMigrations('postgres')
    .slice(0, version)
    .map((migration) => migration.sql.replaceAll(/^\s*--.*$/gm, ''))
    .join('\n');
  for (const [, statement = '', name = '', renamed, body] of sql.matchAll(STATEMENTS)) {
    const [verb, ...rest] = statement.split(' ');
    const kind = rest.at(-1) === 'table' ? 'primary key of' : rest.at(-1);
    if (verb === 'create') expected.set(`${kind} ${name}`, kind === 'function' ? (body ?? null) : null);
    else if (verb === 'drop' || renamed !== undefined) expected.delete(`${kind} ${name}`);
    if (renamed !== undefined) expected.set(`${kind} ${renamed}`, null);
  }
  return expected;
}
