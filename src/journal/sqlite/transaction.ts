/** Transactions on the SQLite journal. */
import type { DatabaseSync } from 'node:sqlite';
import { asJournalError } from './errors.ts';
import type { FileGuard } from './guard.ts';

/** What is asked before and after each commit. */
export type CommitGuard = Pick<FileGuard, 'frames' | 'requireSound' | 'check' | 'onError'>;

/** Runs work that is written as a whole, or not at all. What SQLite throws becomes a journal's error. */
export type Transact = <Result>(work: () => Result) => Result;

/** From this many frames on, a commit is followed by a checkpoint: SQLite's own default. */
const CHECKPOINT_FRAMES = 1_000;

/**
 * The transactions of a connection. Each commit is followed by a check of the files before its result is returned, and the
 * check goes before a checkpoint: that would write over the traces of a file that was truncated.
 */
export function transactions(database: DatabaseSync, guard: CommitGuard): Transact {
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const rollback = database.prepare('rollback');
  const checkpoint = database.prepare('pragma wal_checkpoint(passive)');
  // Commits are durable without it; one that fails for lack of space is retried after the next commit.
  const tryCheckpoint = (): void => {
    try {
      checkpoint.get();
    } catch (error) {
      guard.onError(error);
    }
  };
  return (work) => {
    guard.requireSound();
    try {
      begin.run();
      const result = work();
      commit.run();
      guard.check(1);
      if (guard.frames >= CHECKPOINT_FRAMES) tryCheckpoint();
      return result;
    } catch (error) {
      // After some errors SQLite has already rolled back.
      if (database.isTransaction) rollback.run();
      throw asJournalError(guard.onError(error));
    }
  };
}

/** How long commits of `syncedSeldom` may stay unsynced, in milliseconds. */
const UNSYNCED_MS = 1_000;

/**
 * Transactions whose loss in a power failure only repeats work: most are not synced, and the next one that is syncs them too. A crash of
 * this process loses none.
 */
export function syncedSeldom(database: DatabaseSync, transact: Transact): Transact {
  let syncedAt = performance.now();
  return (work) => {
    const now = performance.now();
    if (now - syncedAt >= UNSYNCED_MS) {
      syncedAt = now;
      return transact(work);
    }
    database.exec('pragma synchronous = normal');
    try {
      return transact(work);
    } finally {
      database.exec('pragma synchronous = full');
    }
  };
}
