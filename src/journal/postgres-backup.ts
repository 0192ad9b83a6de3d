/**
 * A Postgres journal as an SQLite file, as it is: positions, revisions, times, digests, the key of its cursors and the seed of its chain.
 * The file can be checked, served, and moved into an empty Postgres (see move.ts).
 */
import { DatabaseSync } from 'node:sqlite';
import type { Client } from 'pg';
import { copyTablesOut } from './copy-out.ts';
import { loadMigrations } from './migrate.ts';
import type { MoveProgress } from './move-tables.ts';
import { searchPath } from './postgres/connection.ts';
import { checkSchema, schemaVersion } from './postgres/migrate.ts';
import { ask } from './postgres/query.ts';
import { withFirstConnection } from './postgres/start.ts';
import { describePostgres } from './postgres/url.ts';
import { writeWhole } from './sqlite/backup.ts';
import { migrate } from './sqlite/migrate.ts';

/**
 * Writes a copy of the journal in the Postgres at `url` to the file `to`, as of one moment, beside servers that go on writing. Returns the
 * position of its last entry. Holds a few hundred rows at once. Rejects, and leaves no file, when the journal has another schema version
 * than this release makes.
 */
export async function backUpPostgres(
  url: string,
  to: string,
  onProgress: (progress: MoveProgress) => void = () => {},
): Promise<number> {
  const schema = await checkSchema(url);
  const work = async (source: Client): Promise<number> => {
    await ask(source, { text: `begin isolation level repeatable read read only; set local ${searchPath(schema)}` });
    // A copy takes as long as it takes, whatever the owner's defaults are.
    await ask(source, {
      text: `select set_config(name, '0', true) from pg_settings
        where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')`,
    });
    await requireSameSchema(source, url);
    const { position } = await writeWhole(to, (partial) => copyInto(partial, source, onProgress));
    await ask(source, { text: 'commit' });
    return position;
  };
  return withFirstConnection(url, 'backup', work, { waitMs: 0 });
}

async function copyInto(file: string, source: Client, onProgress: (progress: MoveProgress) => void) {
  const target = new DatabaseSync(file);
  try {
    // A copy that fails is removed: it needs no way back, and is synced once, at its end.
    target.exec('pragma journal_mode = off; pragma synchronous = off');
    migrate(target, file);
    return await copyTablesOut(source, target, onProgress);
  } finally {
    target.close();
  }
}

/** The columns of another version are not those of the SQLite tables that this release makes. */
async function requireSameSchema(source: Client, url: string): Promise<void> {
  const version = await schemaVersion(source);
  const known = loadMigrations('postgres').length;
  if (version === known) return;
  throw new Error(
    `The journal in ${describePostgres(url)} has schema version ${version}, and this release copies only ${known}. Back it up with the ` +
      'release that serves it, or run "xgateway-kyc migrate" first.',
  );
}
