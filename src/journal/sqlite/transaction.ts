/** Transactions on the SQLite journal. */
import type { DatabaseSync } from 'node:sqlite';
import { asJournalError } from './errors.ts';

/** Runs work that is written as a whole, or not at all. What SQLite throws becomes a journal's error. */
export type Transact = <Result>(work: () => Result) => Result;

/** The transactions of a connection. */
export function transactions(database: DatabaseSync): Transact {
  const begin = database.prepare('begin immediate');
  const commit = database.prepare('commit');
  const rollback = database.prepare('rollback');
  return (work) => {
    try {
      begin.run();
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      // After some errors SQLite has rolled back by itself.
      if (database.isTransaction) rollback.run();
      throw asJournalError(error);
    }
  };
}
