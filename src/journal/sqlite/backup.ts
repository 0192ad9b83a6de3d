/** Copying a journal into an SQLite file of its own, whole or not at all. */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { openForReading } from './connection.ts';
import { copyError } from './errors.ts';

/**
 * Writes a copy of the journal at `from` to `to`, as of one moment, readable only by its owner. Returns the position of its
 * last entry. The copy has its name only once it is whole and synced; a copy that fails leaves nothing.
 */
export async function backUpSqlite(from: string, to: string): Promise<number> {
  await writeWhole(to, (partial) => {
    const database = openForReading(from);
    try {
      database.prepare('vacuum into ?').run(partial);
    } finally {
      database.close();
    }
  });
  const copy = openForReading(to);
  try {
    return Number(copy.prepare('select max(position) as position from entries').get()?.['position'] ?? 0);
  } finally {
    copy.close();
  }
}

/**
 * Has `write` fill an empty file that only its owner can read, syncs it, and only then gives it the name `to`. What an earlier run that was
 * killed left of it is overwritten; a write that fails leaves nothing.
 */
export async function writeWhole<Result>(
  to: string,
  write: (partial: string) => Result | Promise<Result>,
): Promise<Result> {
  const partial = `${to}.partial`;
  const remove = () => {
    for (const file of [partial, `${partial}-journal`]) rmSync(file, { force: true });
  };
  remove();
  try {
    closeSync(openSync(partial, 'wx', 0o600));
    // Whatever the umask is.
    chmodSync(partial, 0o600);
    const result = await write(partial);
    const file = openSync(partial, 'r+');
    fsyncSync(file);
    closeSync(file);
    renameSync(partial, to);
    return result;
  } catch (error) {
    remove();
    throw copyError(to, error);
  }
}
