/**
 * Copies every table of a Postgres journal into an SQLite one: the way back of `copyTables`, with the same tables and columns. Nothing
 * here knows what the rows mean.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Client } from 'pg';
import { type Moved, type MoveProgress, tablesOf } from './move-tables.ts';
import { ask } from './postgres/query.ts';

/** Rows of up to 64 KiB each are held at once. */
const ROWS_AT_ONCE = 500;

/**
 * Copies all rows within the transaction of `source`, which sees one moment, in a transaction of `target`, whose tables the migrations have
 * made. Throws when a table does not arrive whole.
 */
export async function copyTablesOut(
  source: Client,
  target: DatabaseSync,
  onProgress: (progress: MoveProgress) => void,
): Promise<Moved> {
  const counts: (readonly [table: string, count: number])[] = [];
  for (const table of tablesOf(target)) {
    const { rows } = await ask(source, { text: `select count(*) as count from ${table}` });
    counts.push([table, Number(rows[0]?.['count'])]);
  }
  const of = counts.reduce((sum, [, count]) => sum + count, 0);
  let rows = 0;
  target.exec('begin');
  for (const [table, count] of counts) {
    // Migrations fill a new journal with rows of its own; the copied journal replaces them.
    target.exec(`delete from ${table}`);
    for await (const inserted of insertedBatches(source, target, table)) {
      rows += inserted;
      onProgress({ rows, of });
    }
    await goOnCounting(source, target, table);
    const written = target.prepare(`select count(*) as count from ${table}`).get();
    if (written?.['count'] !== count) throw new Error(`Not every row of ${table} was copied.`);
  }
  target.exec('commit');
  const last = target.prepare('select max(position) as position from entries').get();
  return { position: Number(last?.['position'] ?? 0), rows: Object.fromEntries(counts) };
}

/** Copies the rows of a table in the order of its first column, so that the file is written from its beginning to its end. */
async function* insertedBatches(source: Client, target: DatabaseSync, table: string): AsyncGenerator<number> {
  const columns = target
    .prepare('select name from pragma_table_info(?) order by cid')
    .all(table)
    .map((row) => String(row['name']));
  const names = columns.join(', ');
  const insert = target.prepare(`insert into ${table} (${names}) values (${columns.map(() => '?').join(', ')})`);
  await ask(source, { text: `declare copied no scroll cursor for select ${names} from ${table} order by 1` });
  for (;;) {
    const { rows } = await ask(source, { text: `fetch ${ROWS_AT_ONCE} from copied` });
    for (const row of rows) insert.run(...columns.map((column) => stored(row[column])));
    yield rows.length;
    if (rows.length < ROWS_AT_ONCE) break;
  }
  await ask(source, { text: 'close copied' });
}

/** A value as SQLite holds it: it has no booleans, its integers are used. */
function stored(value: unknown): SQLInputValue {
  return typeof value === 'boolean' ? Number(value) : (value as SQLInputValue);
}

/** An ID that was given once is never given again. */
async function goOnCounting(source: Client, target: DatabaseSync, table: string): Promise<void> {
  const identity = await ask(
    source,
    {
      text: `select column_name as name from information_schema.columns
        where table_schema = current_schema() and table_name = $1 and is_identity = 'YES'`,
    },
    [table],
  );
  const column = identity.rows[0]?.['name'];
  if (column === undefined) return;
  const text = `select coalesce(pg_sequence_last_value(pg_get_serial_sequence($1, $2)::regclass), 0) as last`;
  const { rows } = await ask(source, { text }, [table, column]);
  target.prepare('delete from sqlite_sequence where name = ?').run(table);
  target.prepare('insert into sqlite_sequence (name, seq) values (?, ?)').run(table, Number(rows[0]?.['last']));
}
