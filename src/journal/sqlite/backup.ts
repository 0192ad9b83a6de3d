/** Copying a journal into an SQLite file of its own, whole or not at all. */
import { chmodSync, closeSync, fsyncSync, openSync, renameSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { openForReading } from './connection.ts';
import { copyError } from './errors.ts';
import { UnfinishedFiles } from './unfinished-files.ts';

/**
 * Writes a copy of the journal at `from` to `to`, as of one moment, readable only by its owner. Returns the position of its
 * last entry. The copy has its name only once it is whole and synced; a copy that fails leaves nothing.
 */
export async function backUpSqlite(from: string, to: string): Promise<number> {
  // Says what is wrong with the journal, if anything is.
  openForReading(from).close();
  await writeWhole(to, (partial) => vacuumInto(from, partial));
  const copy = openForReading(to);
  try {
    return Number(copy.prepare('select max(position) as position from entries').get()?.['position'] ?? 0);
  } finally {
    copy.close();
  }
}

/** Runs in a thread of its own: the copy is one call, and nothing in its thread, not even the listener of a signal, runs before it ends. */
const VACUUM = `
  const { workerData: { from, to } } = require('node:worker_threads');
  const { DatabaseSync } = require('node:sqlite');
  const database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  database.prepare('vacuum into ?').run(to);
  database.close();
`;

function vacuumInto(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    new Worker(VACUUM, { eval: true, workerData: { from, to } }).once('error', reject).once('exit', () => resolve());
  });
}

/**
 * Has `write` fill an empty file that only its owner can read, syncs it, and only then gives it the name `to`. What an earlier run that was
 * killed left of it is overwritten; a write that fails, or that a signal interrupts, leaves nothing.
 */
export async function writeWhole<Result>(
  to: string,
  write: (partial: string) => Result | Promise<Result>,
): Promise<Result> {
  const partial = `${to}.partial`;
  using unfinished = new UnfinishedFiles(partial);
  unfinished.remove();
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
    unfinished.remove();
    throw copyError(to, error);
  }
}
