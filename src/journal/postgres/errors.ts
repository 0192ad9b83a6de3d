/** What the errors of Postgres and of its connections mean for the journal. */
import { DatabaseError } from 'pg';
import { KycError } from '../../errors.ts';

/** The server did not answer within its own deadline: it is gone, or the connection is half open. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const READ_ONLY_TRANSACTION = '25006';

/** Classes of SQLSTATE (appendix A of the manual) that blame the data or our SQL: trying again does not help. */
const LASTING_CLASSES: ReadonlySet<string> = new Set(['21', '22', '23', '42']);

/** Turns what `pg` threw into `JOURNAL_UNAVAILABLE` when the fault is in the connection or the server, not in the data. */
export function asJournalError(error: unknown): unknown {
  if (error instanceof KycError) return error;
  if (error instanceof DatabaseError && LASTING_CLASSES.has(error.code?.slice(0, 2) ?? '')) return error;
  return new KycError('JOURNAL_UNAVAILABLE', 'The journal is unavailable: its Postgres does not answer. Try again.', {
    cause: error,
  });
}

/**
 * Whether an error on one connection condemns all of them: the server did not answer within its own deadline (they are half
 * open), or it has become read-only (another server is the primary now, and the same name leads there).
 */
export function condemnsEveryConnection(error: unknown): error is Error {
  if (error instanceof KycError) return condemnsEveryConnection(error.cause);
  if (error instanceof DatabaseError) return error.code === READ_ONLY_TRANSACTION;
  return error instanceof NoAnswer;
}

/** The SQLSTATE of an error that Postgres itself reported, also as the cause of a `KycError`. */
export function sqlStateOf(error: unknown): string | undefined {
  const cause = error instanceof KycError ? error.cause : error;
  return cause instanceof DatabaseError ? cause.code : undefined;
}
