/** Making a new SQLite journal, whole or not at all. */
import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { migrate } from './migrate.ts';

/**
 * Makes the journal at `path` when there is no file, and says whether it did. It has its name only once it is whole and synced,
 * so an empty file is never a start that was interrupted. Throws for an empty file, and for a write-ahead log whose journal is
 * gone: SQLite would replay it into the new one.
 */
export function createWhenMissing(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats !== undefined) {
    if (stats.size > 0) return false;
    throw new Error(
      `${path} is empty, so it is not a journal. If it held one, restore it from a backup; if it is meant to be new, delete the file.`,
    );
  }
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) {
    throw new Error(
      `${path} is missing, but its write-ahead log ${path}-wal is there. Restore the journal from a backup and delete the log, ` +
        'or move the log away to start a new journal.',
    );
  }
  const draft = `${path}.new`;
  for (const file of [draft, `${draft}-journal`, `${draft}-wal`, `${path}-wal`, `${path}-shm`])
    rmSync(file, { force: true });
  try {
    // Readable only by its owner; SQLite gives the files beside it the same mode.
    closeSync(openSync(draft, 'wx', 0o600));
    const database = new DatabaseSync(draft);
    try {
      // A draft that was interrupted is made anew: one sync of the whole file, below, in place of one for each migration.
      database.exec('pragma synchronous = off; pragma journal_mode = memory');
      migrate(database, path);
      database.exec('pragma journal_mode = wal');
    } finally {
      database.close();
    }
    sync(draft);
    renameSync(draft, path);
    sync(dirname(path));
    return true;
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/** Throws when the database belongs to another application: it has tables, and none of a journal. */
export function requireJournal(database: DatabaseSync, path: string): void {
  const tables = database.prepare("select name from sqlite_schema where type = 'table'").all();
  if (tables.length === 0 || tables.some(({ name }) => name === 'journal_facts')) return;
  throw new Error(
    `${path} is an SQLite database of another application. Set DATABASE_URL to a file of the journal's own.`,
  );
}

/** Whether there is a file at `path`. Throws what is in the way of finding out. */
export function isThere(path: string): boolean {
  return existsSync(path) || statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function sync(path: string): void {
  if (process.platform === 'win32') return;
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}
