/** Copying the journal that a `DATABASE_URL` names into a file. */
import type { MoveProgress } from './move-tables.ts';
import type { Database } from './open.ts';
import { backUpSqlite } from './sqlite/backup.ts';

/**
 * Writes a copy of a journal to the file `to`, always an SQLite journal, as of one moment; servers may go on writing meanwhile. Resolves to
 * the position of its last entry. The copy has its name only once it is whole and synced; a copy that fails leaves nothing.
 */
export async function backUpJournal(
  database: Exclude<Database, { kind: 'memory' }>,
  to: string,
  onProgress: (progress: MoveProgress) => void = () => {},
): Promise<number> {
  if (database.kind === 'sqlite') return backUpSqlite(database.path, to);
  // The driver costs start-up time: loaded by those who need it.
  const { backUpPostgres } = await import('./postgres-backup.ts');
  return backUpPostgres(database.url, to, onProgress);
}
