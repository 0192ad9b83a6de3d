/**
 * The guard against a second writer: a file beside the journal, held in an exclusive SQLite transaction. The operating system
 * releases it when this process ends, however it ends, and readers of the journal itself are not affected.
 */
import { type BigIntStats, lstatSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../errors.ts';
import { isBusy, isDamage, openingError, resultCodeOf } from './errors.ts';

const READONLY = 8;

/** The lock on a journal, until it is disposed of. */
export interface JournalLock extends Disposable {
  /** Why the lock no longer keeps other servers out, or null: the file that holds it is not the one that a second server would open. */
  mismatch(): string | null;
}

/**
 * Holds the journal at `path` (its real path) for this process. Throws when another process holds it, or when the lock can't
 * be written: a read-only lock keeps no other server out.
 */
export function lockJournal(path: string): JournalLock {
  const file = `${path}.lock`;
  requireRegular(file);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    // The write is never committed. It fails where SQLite could open the file only for reading, which "begin" accepts.
    lock.exec('pragma journal_mode = memory; begin exclusive; pragma user_version = 1');
    const opened = statOf(file);
    return { mismatch: () => mismatchOf(file, opened), [Symbol.dispose]: () => lock?.close() };
  } catch (cause) {
    lock?.close();
    if (isBusy(cause)) {
      throw new Error(
        `Another process serves the journal ${path}. Stop it first, or let several instances share a Postgres ` +
          '(DATABASE_URL=postgres://…). Reading commands such as "verify" and "backup" work beside a running server.',
        { cause },
      );
    }
    if (resultCodeOf(cause) === READONLY) {
      throw new Error(
        `The lock file ${file} can only be read (${messageOf(cause)}), so it cannot keep a second server out. Give it to the ` +
          'user who runs the server (chown), or delete it while no server runs.',
        { cause },
      );
    }
    if (isDamage(cause)) {
      throw new Error(
        `The lock file ${file} was not made by this program (${messageOf(cause)}). Delete it while no server runs; the journal ` +
          'itself is not affected.',
        { cause },
      );
    }
    throw openingError(path, cause);
  }
}

/** Throws for a lock file that SQLite could not hold a lock in: a folder, a pipe, a device. */
function requireRegular(file: string): void {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined || stats.isFile()) return;
  throw new Error(`The lock file ${file} is not a regular file. Remove it while no server runs, then start again.`);
}

function mismatchOf(file: string, opened: BigIntStats | null): string | null {
  const found = statOf(file);
  if (found === null) return `${file} was deleted or moved, so a second server could open the journal`;
  const isSame = found.dev === opened?.dev && found.ino === opened.ino;
  return isSame ? null : `${file} was replaced by another file, so a second server could open the journal`;
}

function statOf(file: string): BigIntStats | null {
  return statSync(file, { bigint: true, throwIfNoEntry: false }) ?? null;
}
