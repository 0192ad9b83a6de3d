/**
 * Copies every table of an SQLite journal into a Postgres one. Both schemas have the same tables with the same columns, so rows are
 * copied by name and nothing here knows what they mean.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import { bigintArray, byteaArray, integerArray, textArray } from './postgres/arrays.ts';
import { ask } from './postgres/query.ts';

/** How far a move has come. */
export interface MoveProgress {
  readonly rows: number;
  readonly of: number;
}

/** What was moved. */
export interface Moved {
  /** The position of the last entry. */
  readonly position: number;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
}

const ROWS_AT_ONCE = 1_000;

/** Copies all rows, within the transaction of `target`. Throws when a table does not arrive whole. */
export async function copyTables(
  source: DatabaseSync,
  target: Client,
  onProgress: (progress: MoveProgress) => void,
): Promise<Moved> {
  const counts = tablesOf(source).map((table) => [table, countOf(source, table)] as const);
  const of = counts.reduce((sum, [, count]) => sum + count, 0);
  let rows = 0;
  for (const [table, count] of counts) {
    // Migrations fill a new journal with rows of its own; the moved journal replaces them.
    await ask(target, { text: `delete from ${table}` });
    const columns = await columnsOf(target, table);
    for (const batch of batches(source, table, columns)) {
      await insert(target, table, columns, batch);
      rows += batch.length;
      onProgress({ rows, of });
    }
    await goOnCounting(source, target, table, columns);
    const written = await ask(target, { text: `select count(*) as count from ${table}` });
    if (written.rows[0]?.['count'] !== count) throw new Error(`Not every row of ${table} was moved.`);
  }
  const last = await ask(target, { text: 'select max(position) as position from entries' });
  return { position: Number(last.rows[0]?.['position'] ?? 0), rows: Object.fromEntries(counts) };
}

/** The tables of a journal in SQLite; one in Postgres has the same. */
export function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite%'")
    .all()
    .map((row) => String(row['name']));
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isIdentity: boolean;
}

async function columnsOf(target: Client, table: string): Promise<readonly Column[]> {
  const { rows } = await ask(
    target,
    {
      text: `select column_name as name, data_type as type, is_identity = 'YES' as is_identity
        from information_schema.columns where table_schema = current_schema() and table_name = $1 order by ordinal_position`,
    },
    [table],
  );
  return rows.map(({ name, type, is_identity }) => ({ name, type, isIdentity: is_identity }));
}

function countOf(source: DatabaseSync, table: string): number {
  return Number(source.prepare(`select count(*) as count from ${table}`).get()?.['count']);
}

type Value = string | number | null | Uint8Array;

function* batches(source: DatabaseSync, table: string, columns: readonly Column[]): Generator<readonly Value[][]> {
  const names = columns.map(({ name }) => name).join(', ');
  const rows = source.prepare(`select ${names} from ${table}`);
  rows.setReturnArrays(true);
  let batch: Value[][] = [];
  for (const row of rows.iterate() as Iterable<unknown>) {
    batch.push(row as Value[]);
    if (batch.length < ROWS_AT_ONCE) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function insert(
  target: Client,
  table: string,
  columns: readonly Column[],
  rows: readonly Value[][],
): Promise<void> {
  const parameters = columns.map(({ type }, index) => `$${index + 1}::${parameterOf(type).type}[]`);
  const selected = columns.map(({ name, type }) => `${name}::${type}`);
  const names = columns.map(({ name }) => name);
  const text = `insert into ${table} (${names}) overriding system value
    select ${selected} from unnest(${parameters}) as moved (${names})`;
  const values = columns.map(({ type }, index) => parameterOf(type).encode(rows.map((row) => row[index] ?? null)));
  await ask(target, { name: `move_${table}`, text }, values);
}

/** How a column's values are converted: SQLite stores booleans as integers. */
function parameterOf(type: string): { type: string; encode: (items: readonly Value[]) => Buffer } {
  switch (type) {
    case 'text':
      return { type, encode: (items) => textArray(items as (string | null)[]) };
    case 'bytea':
      return { type, encode: (items) => byteaArray(items as (Uint8Array | null)[]) };
    case 'bigint':
      return { type, encode: (items) => bigintArray(items as (number | null)[]) };
    case 'integer':
    case 'boolean':
      return { type: 'integer', encode: (items) => integerArray(items as (number | null)[]) };
    default:
      throw new Error(`A column of the type ${type} cannot be moved.`);
  }
}

/** Continues the sequences, so that no ID is used twice. */
async function goOnCounting(
  source: DatabaseSync,
  target: Client,
  table: string,
  columns: readonly Column[],
): Promise<void> {
  const identity = columns.find(({ isIdentity }) => isIdentity);
  if (identity === undefined) return;
  const last = Number(source.prepare('select seq from sqlite_sequence where name = ?').get(table)?.['seq'] ?? 0);
  const text = 'select setval(pg_get_serial_sequence($1, $2), $3, true)';
  if (last > 0) await ask(target, { text }, [table, identity.name, last]);
}
