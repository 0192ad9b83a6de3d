/**
 * The guard against a second writer: a file beside the journal, held in an exclusive SQLite transaction. The operating system
 * releases it when this process ends, however it ends, and readers of the journal itself are not affected.
 */
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../errors.ts';
import { isBusy, openingError, resultCodeOf } from './errors.ts';

const READONLY = 8;

/**
 * Holds the journal at `path` (its real path) for this process. Throws when another process holds it, or when the lock can't
 * be written: a lock that can only be read keeps nobody out.
 */
export function lockJournal(path: string): Disposable {
  const file = `${path}.lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(file, { timeout: 0 });
    // The write is never committed. It fails where SQLite could open the file only for reading, which "begin" accepts.
    lock.exec('pragma journal_mode = memory; begin exclusive; pragma user_version = 1');
    return { [Symbol.dispose]: () => lock?.close() };
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
    throw openingError(path, cause);
  }
}
