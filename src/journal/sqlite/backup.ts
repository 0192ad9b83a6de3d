/** Copying an SQLite journal while it is in use. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { openForReading } from './connection.ts';

/**
 * Writes a copy of the journal at `from` to `to`, as of one moment, readable only by its owner. Returns the position of its
 * last entry. The copy has its name only once it is whole and synced; a copy that fails leaves nothing.
 */
export function backUpSqlite(from: string, to: string): number {
  const partial = `${to}.partial`;
  const mask = process.umask(0o077);
  try {
    const database = openForReading(from);
    try {
      database.prepare('vacuum into ?').run(partial);
    } finally {
      database.close();
    }
    const file = openSync(partial, 'r+');
    fsyncSync(file);
    closeSync(file);
    renameSync(partial, to);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    process.umask(mask);
  }
  const copy = openForReading(to);
  try {
    return Number(copy.prepare('select max(position) as position from entries').get()?.['position'] ?? 0);
  } finally {
    copy.close();
  }
}
