/**
 * Watches that the files under a running journal stay the ones that were opened, and whole.
 *
 * SQLite holds inodes. When somebody deletes, replaces, truncates or overwrites the file or its write-ahead log, it continues as
 * if nothing had happened: commits succeed, and everything is gone at the next start. So after each commit, before anybody
 * learns of it, and each second when idle, this compares:
 *
 * - device and inode of the file, its log (-wal) and its index (-shm) with those that were opened;
 * - the size of the file with what its header says, and the time of its last write with the checkpoints that the index knows of:
 *   nothing but a checkpoint writes to the file (a backup that was copied over it can have the same size and header);
 * - the log with the index: as long as the index says, with its generation in the header, and with the last frame in place; and
 *   the index with itself: of one generation of the log it never says less than before.
 *   (An empty log is normal after an erasure, or beside Litestream: then the index says that it holds nothing.)
 * - device and inode of the lock file, which keeps a second server out.
 *
 * A mismatch ends writing permanently: nothing is known to be safe any more. The index also counts commits: those that are not ours
 * are another program's, which is reported and ends nothing.
 */
import { type BigIntStats, statSync } from 'node:fs';
import { KycError } from '../../errors.ts';
import { isDamage } from './errors.ts';
import { type FileHeader, JournalFiles, type LogIndex, logBytes } from './files.ts';
import { SIDE_FILES } from './location.ts';
import type { JournalLock } from './lock.ts';

const IDLE_CHECK_MS = 1_000;
/** How often a mismatch is looked at again: another process may be checkpointing at that very moment. */
const TRIES = 3;
/** How long another process may take over a checkpoint before a file that is too short counts as truncated. */
const CHECKPOINT_MS = 10_000;
/** Counts of commits wrap: from this difference on, the later count has been reset. */
const COMMITS_WRAP = 2 ** 31;

/** What a guard watches, and what it calls. */
export interface GuardOptions {
  /** The real path. */
  readonly path: string;
  readonly lock: Pick<JournalLock, 'mismatch'>;
  /** Called at most once, with what was found. */
  readonly onFault: (fault: Error) => void;
  /** Called with how many commits another program has made since the last look. No transaction of ours is open then. */
  readonly onForeignCommits: (count: number) => void;
}

/** The guard of one journal. */
export class FileGuard implements Disposable {
  readonly #options: GuardOptions;
  readonly #path: string;
  readonly #opened: readonly { readonly dev: bigint; readonly ino: bigint }[];
  readonly #files: JournalFiles;
  readonly #timer: NodeJS.Timeout;
  #fault: KycError | null = null;
  #checkedAt = performance.now();
  #shortSince: number | null = null;
  #size = 0n;
  #changes = 0;
  #writtenAt: bigint | null = null;
  #checkpointMark = '';
  #frames = 0;
  #salt = '';
  #logBytes = 0;
  #commits: number;

  /** Starts to watch a journal whose files are open. Dispose of it after the journal's connection is closed. */
  constructor(options: GuardOptions) {
    const { path } = options;
    this.#options = options;
    this.#path = path;
    this.#files = new JournalFiles(path);
    this.#opened = SIDE_FILES.map((end) => statSync(path + end, { bigint: true }));
    this.#commits = this.#files.index().commits;
    this.#timer = setInterval(() => this.#checkWhenIdle(), IDLE_CHECK_MS).unref();
    this.check();
  }

  /** How many frames the write-ahead log held at the last check. */
  get frames(): number {
    return this.#frames;
  }

  /** The size of the write-ahead log in bytes, at the last check. */
  get logBytes(): number {
    return this.#logBytes;
  }

  /**
   * Before a commit: throws `JOURNAL_UNAVAILABLE` once a fault was found. A log that has become shorter, or an index that says less
   * than before, is looked at now, because the commit would fill the hole.
   */
  requireSound(): void {
    if (this.#fault !== null) throw this.#fault;
    const size = statSync(`${this.#path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
    const { frames, commits } = this.#files.index();
    if (size < this.#logBytes || frames < this.#frames) this.check();
    else this.#countForeign(commits, 0);
  }

  /**
   * Checks the files. Throws `JOURNAL_UNAVAILABLE`, permanently, when they are not those that were opened, or not whole.
   * `ownCommits`: how often we may have committed since the last look.
   */
  check(ownCommits = 0): void {
    if (this.#fault !== null) throw this.#fault;
    this.#checkedAt = performance.now();
    let reason: string | null = null;
    for (let tries = 0; tries < TRIES; tries++) {
      const found = this.#look();
      if (typeof found === 'string') {
        reason = found;
        continue;
      }
      this.#countForeign(found.commits, ownCommits);
      return;
    }
    throw this.#fail(new Error(reason as string));
  }

  /** Takes what SQLite threw: damage ends writing permanently. Returns what to throw. */
  onError(error: unknown): unknown {
    if (!isDamage(error)) return error;
    return this.#fail(new Error(`SQLite reports that ${this.#path} is damaged`, { cause: error }));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#files[Symbol.dispose]();
  }

  #checkWhenIdle(): void {
    if (performance.now() - this.#checkedAt < IDLE_CHECK_MS / 2) return;
    try {
      this.check();
    } catch {
      // The fault is kept and was reported: the next commit, and readiness, fail with it.
    }
  }

  #countForeign(commits: number, ownCommits: number): void {
    const count = (commits - this.#commits) >>> 0;
    this.#commits = commits;
    // Less than before: another process has recreated the index.
    const foreign = count > COMMITS_WRAP ? 1 : count - ownCommits;
    if (foreign > 0) this.#options.onForeignCommits(foreign);
  }

  #fail(reason: Error): KycError {
    if (this.#fault !== null) return this.#fault;
    this.#fault = new KycError(
      'JOURNAL_UNAVAILABLE',
      'The journal is unavailable: its files were changed by another program while the server ran. See the server log.',
      { cause: reason },
    );
    clearInterval(this.#timer);
    this.#options.onFault(reason);
    return this.#fault;
  }

  /** What is wrong with the files, or the index that they agree with. Throws `JOURNAL_UNAVAILABLE` when they can't be looked at now. */
  #look(): string | LogIndex {
    // Sizes before the index: a log that another process empties in between is then longer than the index says, not shorter.
    // The first look at the index: a checkpoint that runs in the meantime must not look unknown.
    const { checkpointMark } = this.#files.index();
    const found = this.#files.stats();
    for (const [at, stats] of found.entries()) {
      const file = this.#path + SIDE_FILES[at];
      const opened = this.#opened[at];
      if (stats === undefined) return `${file} was deleted or moved`;
      if (stats.dev !== opened?.dev || stats.ino !== opened.ino) return `${file} was replaced by another file`;
    }
    const lost = this.#options.lock.mismatch();
    if (lost !== null) return lost;
    const [file, log] = found as [BigIntStats, BigIntStats];
    const index = this.#files.index();
    const header = this.#files.header();
    const reason =
      this.#fileMismatch(file.size, header, index) ??
      this.#writeMismatch(file.mtimeNs, index) ??
      this.#indexMismatch(index) ??
      this.#logMismatch(log.size, header, index);
    if (reason !== null) return reason;
    this.#writtenAt = file.mtimeNs;
    this.#checkpointMark = checkpointMark;
    this.#frames = index.frames;
    this.#salt = index.salt;
    this.#logBytes = Number(log.size);
    return index;
  }

  #fileMismatch(size: bigint, { isSqlite, changes, bytes }: FileHeader, index: LogIndex): string | null {
    if (!isSqlite) return `${this.#path} was truncated or overwritten`;
    if (changes < this.#changes) return `${this.#path} was overwritten with an earlier state`;
    // Pages that were freed before they were ever written may be missing until a checkpoint is complete.
    const isShort = size < bytes && (size < this.#size || index.isCheckpointed || index.isCheckpointing);
    if (!isShort) {
      this.#shortSince = null;
      this.#size = size;
      this.#changes = changes;
      return null;
    }
    if (index.isCheckpointing && size >= this.#size) {
      // Another process may be writing the missing pages now.
      this.#shortSince ??= performance.now();
      if (performance.now() - this.#shortSince < CHECKPOINT_MS) return null;
    }
    return `${this.#path} was truncated: it has ${size} bytes of ${bytes}`;
  }

  #writeMismatch(writtenAt: bigint, { isCheckpointing, checkpointMark }: LogIndex): string | null {
    // Windows reports the time of the last write with a delay.
    if (this.#writtenAt === null || writtenAt === this.#writtenAt || process.platform === 'win32') return null;
    if (isCheckpointing || checkpointMark !== this.#checkpointMark) return null;
    return `${this.#path} was overwritten by another program`;
  }

  #indexMismatch({ frames, salt }: LogIndex): string | null {
    if (frames >= this.#frames || salt !== this.#salt) return null;
    return `${this.#path}-shm was overwritten with an earlier state`;
  }

  #logMismatch(size: bigint, { pageBytes }: FileHeader, index: LogIndex): string | null {
    if (index.frames === 0) return null;
    const file = `${this.#path}-wal`;
    const bytes = logBytes(index.frames, pageBytes);
    if (size < bytes) return `${file} was truncated: it has ${size} bytes of ${bytes}`;
    return this.#files.isLogOf(index, pageBytes) ? null : `${file} was truncated or overwritten`;
  }
}
