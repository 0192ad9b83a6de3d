/**
 * Reads what SQLite has written: the header of its file, its write-ahead log (-wal) and the index of that (-shm).
 *
 * Formats: https://sqlite.org/fileformat2.html (header, log) and https://sqlite.org/walformat.html (index).
 */
import { type BigIntStats, closeSync, openSync, readSync, statSync } from 'node:fs';
import { endianness } from 'node:os';
import { KycError } from '../../errors.ts';
import { SIDE_FILES } from './location.ts';

const LOG_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const HEADER_BYTES = 100;
const INDEX_BYTES = 136;

/** What the header of the file says. */
export interface FileHeader {
  /** Whether it is a valid header. */
  readonly isSqlite: boolean;
  /** How often the file was changed. */
  readonly changes: number;
  /** How long the file should be. */
  readonly bytes: bigint;
  readonly pageBytes: number;
}

/** What the index says about the log and about checkpoints. */
export interface LogIndex {
  /** How many commits there were since the index was created, by any process. Wraps at 2^32. */
  readonly commits: number;
  /** How many frames the log holds. */
  readonly frames: number;
  /** Its generation, as text. */
  readonly salt: string;
  /** Of the last frame. */
  readonly checksum: readonly [number, number];
  /** Whether everything in the log is in the file as well. */
  readonly isCheckpointed: boolean;
  /** Whether a checkpoint is under way, or was interrupted. */
  readonly isCheckpointing: boolean;
  /** Differs between two looks when a checkpoint began, ended, or restarted the log in between. */
  readonly checkpointMark: string;
}

/** The files of an open journal. Everything throws `JOURNAL_UNAVAILABLE` when they can't be read now. */
export class JournalFiles implements Disposable {
  readonly #path: string;
  // Held as long as the journal: closing a file releases the locks that this process holds on it, SQLite's too.
  readonly #files: readonly number[];
  readonly #header = Buffer.alloc(HEADER_BYTES);
  readonly #index = Buffer.alloc(INDEX_BYTES);
  readonly #log = Buffer.alloc(LOG_HEADER_BYTES + FRAME_HEADER_BYTES);

  constructor(path: string) {
    this.#path = path;
    this.#files = SIDE_FILES.map((end) => openSync(path + end, 'r'));
  }

  [Symbol.dispose](): void {
    for (const file of this.#files) closeSync(file);
  }

  /** Of the file, the log and the index, in this order, by name; undefined where there is none. */
  stats(): readonly (BigIntStats | undefined)[] {
    return SIDE_FILES.map((end) => this.#stat(this.#path + end));
  }

  /** The header of the file. */
  header(): FileHeader {
    const header = this.#read(0, this.#header, 0);
    const pageBytes = pageBytesOf(header);
    return {
      isSqlite: header.toString('latin1', 0, 15) === 'SQLite format 3',
      changes: header.readUInt32BE(24),
      bytes: BigInt(header.readUInt32BE(28)) * BigInt(pageBytes),
      pageBytes,
    };
  }

  /** The index of the log. */
  index(): LogIndex {
    const index = this.#read(2, this.#index, 0);
    const frames = nativeUint32(index, 16);
    const backfilled = nativeUint32(index, 96);
    const attempted = nativeUint32(index, 128);
    const salt = index.toString('latin1', 32, 40);
    return {
      commits: nativeUint32(index, 8),
      frames,
      salt,
      checksum: [nativeUint32(index, 24), nativeUint32(index, 28)],
      checkpointMark: `${salt} ${backfilled} ${attempted}`,
      isCheckpointed: backfilled >= frames,
      isCheckpointing: attempted > backfilled,
    };
  }

  /** Whether the log begins with the generation that the index names, and ends with its last frame. */
  isLogOf({ frames, salt, checksum }: LogIndex, pageBytes: number): boolean {
    const header = this.#read(1, this.#log.subarray(0, LOG_HEADER_BYTES), 0);
    const frame = this.#read(1, this.#log.subarray(LOG_HEADER_BYTES), logBytes(frames - 1, pageBytes));
    return (
      header.toString('latin1', 16, 24) === salt &&
      frame.toString('latin1', 8, 16) === salt &&
      // In the log, checksums are big-endian; in the index, as the machine has them.
      frame.readUInt32BE(16) === checksum[0] &&
      frame.readUInt32BE(20) === checksum[1]
    );
  }

  #stat(path: string): BigIntStats | undefined {
    try {
      return statSync(path, { bigint: true, throwIfNoEntry: false });
    } catch (cause) {
      throw new KycError('JOURNAL_UNAVAILABLE', 'The journal is unavailable: its files cannot be examined.', { cause });
    }
  }

  #read(file: number, into: Buffer, at: number): Buffer {
    try {
      if (readSync(this.#files[file] as number, into, 0, into.length, at) < into.length) into.fill(0);
      return into;
    } catch (cause) {
      throw new KycError('JOURNAL_UNAVAILABLE', 'The journal is unavailable: its files cannot be read.', { cause });
    }
  }
}

/** The length of a log with this many frames, in bytes. */
export function logBytes(frames: number, pageBytes: number): number {
  return LOG_HEADER_BYTES + frames * (FRAME_HEADER_BYTES + pageBytes);
}

function pageBytesOf(header: Buffer): number {
  const bytes = header.readUInt16BE(16);
  return bytes === 1 ? 65_536 : bytes;
}

const IS_LITTLE_ENDIAN = endianness() === 'LE';

function nativeUint32(buffer: Buffer, at: number): number {
  return IS_LITTLE_ENDIAN ? buffer.readUInt32LE(at) : buffer.readUInt32BE(at);
}
