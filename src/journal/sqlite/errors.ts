/** What the errors of SQLite and of its files mean for the journal. */
import { statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { KycError, messageOf } from '../../errors.ts';

// Primary result codes (https://sqlite.org/rescode.html).
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const CONSTRAINT = 19;
const NOTADB = 26;

/** Codes after which the same write may succeed later. The others are LOCKED and NOMEM. */
const PASSING_CODES: ReadonlySet<number> = new Set([BUSY, 6, 7, READONLY, IOERR, FULL, CANTOPEN]);

/** Below this many free bytes a failure to write means a full disk, whatever SQLite calls it. */
const FULL_BELOW_BYTES = 64 * 1024;

/** The primary result code of an error of SQLite's; undefined for any other. */
export function resultCodeOf(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : undefined;
}

/** Whether another connection holds a lock that we need. */
export function isBusy(error: unknown): boolean {
  return resultCodeOf(error) === BUSY;
}

/** Whether a row was refused because another one is there already. */
export function isConstraint(error: unknown): boolean {
  return resultCodeOf(error) === CONSTRAINT;
}

/** Whether the file is damaged, or no longer a database at all. */
export function isDamage(error: unknown): boolean {
  const code = resultCodeOf(error);
  return code === CORRUPT || code === NOTADB;
}

/** Turns what SQLite threw into `JOURNAL_UNAVAILABLE` when the fault is in the disk and not in the data. */
export function asJournalError(error: unknown): unknown {
  const code = resultCodeOf(error);
  if (code === undefined || !PASSING_CODES.has(code)) return error;
  return new KycError(
    'JOURNAL_UNAVAILABLE',
    'The journal is unavailable: its file cannot be read or written. Check its disk.',
    { cause: error },
  );
}

/** Why the journal at `path` can't be opened: the cause, the file, and what to do. For a start that fails. */
export function openingError(path: string, cause: unknown): Error {
  return new Error(`Cannot open the journal ${path}: ${explain(path, cause)}`, { cause });
}

/**
 * Why a copy of the journal can't be written to `path`: the cause, the file, and what to do. What is no error of SQLite or of the file system
 * is left alone.
 */
export function copyError(path: string, cause: unknown): unknown {
  const code = resultCodeOf(cause);
  if (code === undefined && !(cause instanceof Error && 'syscall' in cause)) return cause;
  return new Error(`Cannot write ${path}: ${explainCopy(path, cause)}`, { cause });
}

function explainCopy(path: string, cause: unknown): string {
  const folder = dirname(resolve(path));
  if (isDiskFull(path, cause)) return `the disk of ${folder} is full. Free some space, or write to another disk.`;
  switch (resultCodeOf(cause) ?? (cause as NodeJS.ErrnoException).code) {
    case CORRUPT:
      return 'the journal that is copied is damaged. Run "xgateway-kyc verify", and restore an earlier backup.';
    case BUSY:
      return 'another program holds a lock on the journal. Close that program, then try again.';
    case 'ENOENT':
    case 'ENOTDIR':
      return `the folder ${folder} does not exist. Make it first.`;
    case 'EROFS':
      return `the file system of ${folder} is read-only. Write to another folder.`;
    case READONLY:
    case CANTOPEN:
    case 'EACCES':
    case 'EPERM':
      return `${userName()} may not write to ${folder}. Change its owner or its mode, or write to another folder.`;
    default:
      return `${messageOf(cause)}. Check the disk of ${folder}.`;
  }
}

function explain(path: string, cause: unknown): string {
  if (isDiskFull(path, cause)) return `the disk of ${dirname(path)} is full. Free some space, then start again.`;
  switch (resultCodeOf(cause) ?? (cause instanceof Error && 'code' in cause ? cause.code : undefined)) {
    case CORRUPT:
      return 'the file is damaged. Restore it from a backup.';
    case NOTADB:
      return 'the file is not an SQLite database, or is damaged. Correct DATABASE_URL, or restore a backup.';
    case BUSY:
      return 'another program holds a lock on it. Close that program, then start again.';
    case 'EROFS':
      return 'the file system is read-only. Mount it read-write, or set DATABASE_URL to a file in a folder that this process may write.';
    case READONLY:
    case CANTOPEN:
    case 'EACCES':
    case 'EPERM':
      return `${userName()} has no access to the file or its folder (${messageOf(cause)}). Change their owner or mode, or set DATABASE_URL to a file in a folder that this process may write.`;
    case 'ENOTDIR':
    case 'ENOENT':
      return `its folder cannot be made (${messageOf(cause)}). Set DATABASE_URL to a file in a folder that this process may write.`;
    case 'ELOOP':
      return 'its symbolic links form a loop. Correct them, or DATABASE_URL.';
    default:
      return `${messageOf(cause)}. Check its disk, and DATABASE_URL.`;
  }
}

function isDiskFull(path: string, cause: unknown): boolean {
  if (resultCodeOf(cause) === FULL) return true;
  if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT')) return true;
  if (resultCodeOf(cause) !== IOERR && resultCodeOf(cause) !== CANTOPEN) return false;
  try {
    const { bavail, bsize, files, ffree } = statfsSync(dirname(path));
    return bavail * bsize < FULL_BELOW_BYTES || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
}

function userName(): string {
  return process.getuid === undefined ? 'this user' : `user ${process.getuid()}`;
}
