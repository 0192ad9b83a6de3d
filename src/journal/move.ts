/**
 * Moving an SQLite journal into Postgres, as it is: positions, revisions, times, digests, the key of its cursors and the seed of
 * its chain. Clients continue from the cursors that they hold.
 */
import type { Client } from 'pg';
import { copyTables, type Moved, type MoveProgress } from './move-tables.ts';
import { searchPath } from './postgres/connection.ts';
import { migratePostgres } from './postgres/migrate.ts';
import { ask } from './postgres/query.ts';
import { requireNoInstance } from './postgres/schema.ts';
import { withFirstConnection } from './postgres/start.ts';
import { WRITE } from './postgres/statements.ts';
import { describePostgres } from './postgres/url.ts';
import { openForReading, openForWriting } from './sqlite/connection.ts';

/**
 * Moves the journal in the SQLite file at `path` into the Postgres at `url`, in one transaction. The file is left as it is.
 * Rejects when a server runs on either, or when the Postgres has a journal with entries: nothing is moved then.
 */
export async function moveJournal(
  path: string,
  url: string,
  onProgress: (progress: MoveProgress) => void = () => {},
): Promise<Moved> {
  // Refuses a path without a journal: opening it for writing would make one.
  openForReading(path).close();
  using file = openForWriting(path, false);
  const source = file.database;
  const { schema } = await migratePostgres(url);
  return await withFirstConnection(url, 'move', async (target) => {
    await ask(target, { text: `set ${searchPath(schema)}` });
    await ask(target, WRITE.begin);
    await ask(target, WRITE.durable);
    await ask(target, WRITE.lock);
    await requireUnused(target, url);
    const moved = await copyTables(source, target, onProgress);
    const { command } = await ask(target, WRITE.commit);
    if (command !== 'COMMIT') throw new Error('Postgres did not commit: nothing was moved.');
    // Fresh statistics, and no wait for the first vacuum.
    for (const table of Object.keys(moved.rows)) await ask(target, { text: `vacuum (analyze) ${table}` });
    return moved;
  });
}

async function requireUnused(target: Client, url: string): Promise<void> {
  const where = describePostgres(url);
  if ((await ask(target, { text: 'select from entries limit 1' })).rowCount !== 0) {
    throw new Error(`The journal in ${where} has entries already. Move into an empty database.`);
  }
  // A server holds the key of its cursors in memory.
  await requireNoInstance(target, url);
}
