/** Opening the SQLite file behind a journal. */
import { accessSync, constants } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { loadMigrations, pendingMigrations } from '../migrate.ts';
import { createWhenMissing, isThere, requireJournal } from './create.ts';
import { openingError, resultCodeOf } from './errors.ts';
import { realPath, requireFolder, requireOneName } from './location.ts';
import { type JournalLock, lockJournal } from './lock.ts';
import { migrate, schemaVersion } from './migrate.ts';

/** How long a start may wait for others who use the file, in milliseconds. */
const OPENING_MS = 5_000;
/**
 * How long a commit may wait for a lock, in milliseconds: SQLite waits on the thread that serves all requests. We are the only writer, so a
 * lock is held by a tool that somebody runs by hand, and XGateway retries what was refused.
 */
const COMMIT_MS = 100;
/** The write-ahead log shrinks to this many bytes when it starts over, after a long reader had let it grow. */
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

/**
 * Pages that SQLite keeps, in KiB. A commit that has balanced a tree looks through as many slots as there may be pages: with 32 MB that is 4 µs
 * of every callback (SQLite 3.54). What is not kept comes from the system's page cache.
 */
const CACHE_KIB = 8_000;

/** The journal's file, open for the one writer. Disposing of it closes the file and releases the lock. */
export interface WritableFile extends Disposable {
  readonly database: DatabaseSync;
  readonly lock: JournalLock;
  /** The real path. */
  readonly path: string;
  /** Whether the journal was made just now. */
  readonly isNew: boolean;
  /** The migrations that were applied, by name. */
  readonly applied: readonly string[];
}

/**
 * Opens the file for the one writer: makes it when it is missing, and brings its schema up to date. `mayMakeFolder`: also makes
 * its folder. Throws an error that names the file, the cause and what to do.
 */
export function openForWriting(given: string, mayMakeFolder = true): WritableFile {
  using stack = new DisposableStack();
  const path = realPath(given);
  requireFolder(path, mayMakeFolder);
  requireOneName(path);
  const lock = stack.use(lockJournal(path));
  try {
    const isNew = createWhenMissing(path);
    // SQLite would open it for reading, and fail at the first callback.
    accessSync(path, constants.W_OK);
    const database = new DatabaseSync(path, { timeout: OPENING_MS });
    stack.defer(() => database.close());
    requireJournal(database, path);
    // Full: a commit returns only when the write-ahead log is synced to disk. Secure delete: what is freed is overwritten at
    // once, always, because an erased customer also lives on in what was freed before. We checkpoint ourselves (see guard.ts).
    database.exec(
      `pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on; pragma cache_size = -${CACHE_KIB};
      pragma wal_autocheckpoint = 0; pragma journal_size_limit = ${LOG_LIMIT_BYTES}`,
    );
    const before = isNew ? 0 : schemaVersion(database);
    migrate(database, path);
    database.exec(`pragma busy_timeout = ${COMMIT_MS}`);
    const applied = loadMigrations('sqlite').slice(before);
    const resources = stack.move();
    return {
      database,
      lock,
      path,
      isNew,
      applied: applied.map(({ name }) => name),
      [Symbol.dispose]: () => resources.dispose(),
    };
  } catch (cause) {
    throw explained(path, cause);
  }
}

/** Opens the file beside a running server, for reading only. Throws when there is no journal. */
export function openForReading(path: string): DatabaseSync {
  try {
    if (!isThere(path)) throw new Error(`There is no journal at ${path}. Set DATABASE_URL to the journal's file.`);
    const database = new DatabaseSync(path, { readOnly: true, timeout: OPENING_MS });
    try {
      requireJournal(database, path);
      if (schemaVersion(database) === 0) throw new Error(`${path} is empty: there is no journal in it.`);
      pendingMigrations(loadMigrations('sqlite'), schemaVersion(database), path);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (cause) {
    throw explained(path, cause);
  }
}

/** An error from SQLite or the file system, with its cause and what to do; our own errors say that already. */
export function explained(path: string, cause: unknown): unknown {
  const isForeign = resultCodeOf(cause) !== undefined || (cause instanceof Error && 'syscall' in cause);
  return isForeign ? openingError(path, cause) : cause;
}
