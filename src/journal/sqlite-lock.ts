/**
 * The guard against a second writer: a side file beside the journal, held in an exclusive SQLite transaction. The operating
 * system lets go of it when we die, however we die, and readers of the journal itself are not shut out.
 */
import { DatabaseSync } from 'node:sqlite';

/** Holds the journal at `path` for this process. Throws when another process holds it. */
export function lockJournal(path: string): Disposable {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    lock.exec('pragma journal_mode = memory; begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(
      `Another process serves the journal ${path}. Stop it first, or let several instances share a Postgres ` +
        '(DATABASE_URL=postgres://…). Reading commands such as "verify" and "backup" work beside a running server.',
      { cause },
    );
  }
  return { [Symbol.dispose]: () => lock.close() };
}
