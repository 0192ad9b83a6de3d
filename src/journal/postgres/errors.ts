/** What the errors of Postgres and of its connections mean for the journal. */
import { DatabaseError } from 'pg';
import { KycError, messageOf } from '../../errors.ts';
import { describePostgres } from './url.ts';

/** The server did not answer within its own deadline: it is gone, or the connection is half open. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

const READ_ONLY_TRANSACTION = '25006';

/** Classes of SQLSTATE (appendix A of the manual) that blame the data or our SQL: retrying does not help. */
const LASTING_CLASSES: ReadonlySet<string> = new Set(['21', '22', '23', '42']);

/** The journal's tables or functions are gone: the database is being dropped or restored. */
const MISSING: ReadonlySet<string> = new Set(['42P01', '42883']);

/** Turns what `pg` threw into `JOURNAL_UNAVAILABLE` when the fault is in the connection or the server, not in the data. */
export function asJournalError(error: unknown): unknown {
  if (error instanceof KycError) return error;
  const code = error instanceof DatabaseError ? (error.code ?? '') : null;
  if (code !== null && LASTING_CLASSES.has(code.slice(0, 2)) && !MISSING.has(code)) return error;
  const message =
    code !== null && MISSING.has(code)
      ? 'The journal is unavailable: its tables or functions are missing. Restore the database.'
      : 'The journal is unavailable: its Postgres does not answer. Try again.';
  return new KycError('JOURNAL_UNAVAILABLE', message, { cause: error });
}

/**
 * Whether an error on one connection means that all are broken: the server did not answer within its own deadline (they are half
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

/** The SQLSTATE, or the code of the operating system. */
export function codeOf(error: unknown): string | undefined {
  const cause = error instanceof KycError ? error.cause : error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}

/** Why the journal at `url` can't be opened: target, cause and next step. Never the password. An error of ours is left alone. */
export function startError(url: string, error: unknown): unknown {
  const cause = error instanceof KycError && error.cause !== undefined ? error.cause : error;
  const advice = adviceFor(url, cause);
  if (advice === null) return error;
  const message = `Cannot open the journal at ${describePostgres(url)}: ${reasonOf(cause)}. ${advice}`;
  return new KycError('JOURNAL_UNAVAILABLE', message, { cause });
}

/** What an operator can do about an error code of Postgres (appendix A), of the operating system, or of TLS. */
const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'Check the user and the password in DATABASE_URL.',
  '28000':
    'Check the user in DATABASE_URL, pg_hba.conf on the server, and whether it requires TLS (sslmode=verify-full).',
  '3D000': 'Create the database, or correct its name in DATABASE_URL.',
  '42501':
    'Grant the right (for a new schema: grant create on database …), or run "xgateway-kyc migrate" as the owner of the database.',
  '53300': 'Raise max_connections, or lower pool_size in DATABASE_URL.',
  '57P03': 'Wait until it has started, then start again.',
  '25006': 'This server is read-only, a standby: set DATABASE_URL to the primary.',
  ECONNREFUSED: 'Start Postgres, or correct the host and the port in DATABASE_URL.',
  ENOENT: 'Start Postgres, or correct the folder of its socket in DATABASE_URL.',
  ENOTFOUND: 'Correct the host in DATABASE_URL, or the DNS.',
  EAI_AGAIN: 'Correct the host in DATABASE_URL, or the DNS.',
  EHOSTUNREACH: 'Check the network, and the host in DATABASE_URL.',
  ENETUNREACH: 'Check the network, and the host in DATABASE_URL.',
  ETIMEDOUT: 'Check the network and its firewalls, and the host and the port in DATABASE_URL.',
  ECONNRESET: 'Check that a Postgres listens at this host and port.',
};

function adviceFor(url: string, cause: unknown): string | null {
  const code = codeOf(cause);
  if (code !== undefined && ADVICE[code] !== undefined) return ADVICE[code];
  const message = messageOf(cause);
  if (/timeout|terminated/i.test(message)) return ADVICE['ETIMEDOUT'] as string;
  if (/client password must be a string/.test(message)) return 'Add the password to DATABASE_URL.';
  if (isAboutTls(code, message)) {
    return 'Check sslmode and sslrootcert in DATABASE_URL, and the certificate of the server.';
  }
  if (cause instanceof DatabaseError) return 'Check the log of the server, and DATABASE_URL.';
  return code === undefined
    ? null
    : `Check the host and the port in DATABASE_URL, and that ${describePostgres(url)} is a Postgres.`;
}

function isAboutTls(code: string | undefined, message: string): boolean {
  return /SSL|TLS|certificate/i.test(message) || /CERT|TLS|SSL|SIGNATURE|EPROTO/.test(code ?? '');
}

function reasonOf(cause: unknown): string {
  switch (codeOf(cause)) {
    case 'ECONNREFUSED':
      return 'nothing accepts connections there (ECONNREFUSED)';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host is unknown (${messageOf(cause)})`;
    default:
      return /client password must be a string/.test(messageOf(cause))
        ? 'the server wants a password and DATABASE_URL has none'
        : messageOf(cause).replace(/\.$/, '');
  }
}
