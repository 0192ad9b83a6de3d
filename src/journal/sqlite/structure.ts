/** Whether the tables, indexes and triggers of an SQLite journal are those that its migrations make. */
import { DatabaseSync } from 'node:sqlite';
import { IDENTITY_DIGEST, writesIdentityDigest } from '../identity.ts';
import { loadMigrations } from '../migrate.ts';
import { schemaVersion } from './migrate.ts';

const OBJECTS = `select type, name, sql from sqlite_schema
  where type in ('table', 'index', 'trigger') and name not like 'sqlite_stat%'`;

/** What differs from a journal of the same schema version. */
export function structureProblems(database: DatabaseSync): readonly string[] {
  const found = objectsOf(database);
  const version = schemaVersion(database);
  using reference = referenceAt(version);
  const problems: string[] = [];
  for (const [name, { type, sql }] of objectsOf(reference.database)) {
    const same = found.get(name);
    if (same?.type !== type) problems.push(`the ${type} ${name} is missing`);
    // Statements about tables are rewritten by SQLite when columns are added or renamed.
    else if (type !== 'table' && same.sql !== sql) problems.push(`the ${type} ${name} was changed`);
  }
  const digest = database.prepare('select 1 from journal_facts where name = ?').get(IDENTITY_DIGEST);
  if (loadMigrations('sqlite').slice(0, version).some(writesIdentityDigest) && digest === undefined)
    problems.push(`the fact ${IDENTITY_DIGEST} is missing`);
  if (problems.length === 0 && found.has('status_unused')) problems.push(...unusedStatuses(database));
  return problems;
}

/** A status that no customer has leaves no row: a trigger removes it. */
function unusedStatuses(database: DatabaseSync): readonly string[] {
  return database
    .prepare('select status, customers from status_counts where customers <= 0')
    .all()
    .map(({ status, customers }) => `the status ${status} is listed with ${customers} customers`);
}

interface SchemaObject {
  readonly type: string;
  readonly sql: string | null;
}

function objectsOf(database: DatabaseSync): ReadonlyMap<string, SchemaObject> {
  const rows = database.prepare(OBJECTS).all() as { type: string; name: string; sql: string | null }[];
  return new Map(rows.map(({ type, name, sql }) => [name, { type, sql: sql?.replaceAll(/\s+/g, ' ') ?? null }]));
}

/** An empty journal in memory. */
function referenceAt(version: number): { readonly database: DatabaseSync } & Disposable {
  const database = new DatabaseSync(':memory:');
  for (const { sql } of loadMigrations('sqlite').slice(0, version)) database.exec(sql);
  return { database, [Symbol.dispose]: () => database.close() };
}
