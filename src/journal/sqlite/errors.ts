/** What SQLite's errors mean for the journal. */
import { KycError } from '../../errors.ts';

// Primary result codes (https://sqlite.org/rescode.html) after which the same write may succeed later.
const PASSING_CODES: ReadonlySet<number> = new Set([
  5, // BUSY
  6, // LOCKED
  7, // NOMEM
  8, // READONLY
  10, // IOERR
  13, // FULL
  14, // CANTOPEN
]);

/** Turns what SQLite threw into `JOURNAL_UNAVAILABLE` when it is about the disk and not about the data. */
export function asJournalError(error: unknown): unknown {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
  if (code === undefined || !PASSING_CODES.has(code)) return error;
  return new KycError(
    'JOURNAL_UNAVAILABLE',
    'The journal is unavailable: its file cannot be read or written. Check its disk.',
    {
      cause: error,
    },
  );
}
