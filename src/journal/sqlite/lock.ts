/**
 * The guard against a second writer: a side file beside the journal, held in an exclusive SQLite transaction. The operating
 * system lets go of it when we die, however we die, and readers of the journal itself are not shut out.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../errors.ts';

// https://sqlite.org/rescode.html
const BUSY = 5;

/**
 * Holds the journal at `path` for this process, and makes its folder where there is none. Throws when another process holds
 * it, or when the folder can't be written.
 */
export function lockJournal(path: string): Disposable {
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    lock.exec('pragma journal_mode = memory; begin exclusive');
    return { [Symbol.dispose]: () => lock?.close() };
  } catch (cause) {
    lock?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === BUSY) {
      throw new Error(
        `Another process serves the journal ${path}. Stop it first, or let several instances share a Postgres ` +
          '(DATABASE_URL=postgres://…). Reading commands such as "verify" and "backup" work beside a running server.',
        { cause },
      );
    }
    throw new Error(
      `The journal ${path} can't be opened (${messageOf(cause)}). Set DATABASE_URL to a file in a folder that this process ` +
        'may write.',
      { cause },
    );
  }
}
