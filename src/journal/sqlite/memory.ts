/** A journal in memory, for tests and trials: everything else is as in a file, but it is lost when the process ends. */
import { DatabaseSync } from 'node:sqlite';
import type { DeadLetterLimits } from '../dead-letters.ts';
import type { Journal } from '../journal.ts';
import { writableJournal } from './journal.ts';
import { migrate } from './migrate.ts';

/** What stands for the file in messages. */
const DESCRIPTION = 'sqlite::memory: (lost when this process ends)';

/** There is no file that another program could change. */
const NO_FILE = { frames: 0, logBytes: null, requireSound() {}, check() {}, onError: (error: unknown) => error };

/** Makes an empty journal that only this process can see. */
export function openMemoryJournal(limits?: DeadLetterLimits): Journal {
  using stack = new DisposableStack();
  const database = new DatabaseSync(':memory:');
  stack.defer(() => database.close());
  migrate(database, DESCRIPTION);
  return writableJournal({
    database,
    description: DESCRIPTION,
    isNew: true,
    guardFor: () => NO_FILE,
    foreignWrites: () => null,
    stack,
    limits,
  });
}
