/**
 * Dead letters: callbacks that were not recorded, kept so that they can be recorded later.
 *
 * Two shelves. *Genuine* letters are XGateway's word that this release does not understand: never evicted, and a full shelf
 * takes no more, so that XGateway keeps the rest for us. *Refused* ones may be anybody's: the oldest make room. No letter
 * holds the hash it came with; a digest of the hash is enough to judge it again.
 */
import { hash } from 'node:crypto';
import type { MaybePromise } from './maybe-promise.ts';

/** The shelves. */
export const LETTER_SHELVES = ['GENUINE', 'REFUSED'] as const;

/** Where a letter is kept. */
export type LetterShelf = (typeof LETTER_SHELVES)[number];

/** Why a callback was not recorded. */
export const LETTER_REASONS = [
  'NOT_UNDERSTOOD',
  'NOT_GENUINE',
  'OTHER_CALLBACK_TYPE',
  'IMPOSSIBLE_CUSTOMER_ID',
] as const;

/** Why a callback was not recorded. */
export type LetterReason = (typeof LETTER_REASONS)[number];

/** A callback on its way to a shelf. */
export interface NewLetter {
  readonly shelf: LetterShelf;
  readonly reason: LetterReason;
  /** The fields that were not understood, each with what was expected. Never values. */
  readonly problems: readonly string[];
  /** Whom it is about, as far as that can be an ID. */
  readonly customerId: string | null;
  /** The callback as JSON, without its hash. */
  readonly body: string;
  /** SHA-256 of the hash; null when there was none. */
  readonly hashDigest: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

/** A letter on its shelf. */
export interface DeadLetter extends NewLetter {
  /** Counts the letters of this journal in the order in which they came. */
  readonly id: number;
  /** When the same was last received, in milliseconds since 1970. */
  readonly lastSeenAt: number;
  /** How often it was received. */
  readonly count: number;
}

/** How much the shelves hold. */
export interface LetterLimits {
  readonly genuine: number;
  readonly refused: number;
  readonly refusedBytes: number;
}

/** How much the shelves hold unless a test says otherwise. */
export const LETTER_LIMITS: LetterLimits = { genuine: 100_000, refused: 1_000, refusedBytes: 16 * 1024 * 1024 };

/** Which letters to list. */
export interface LetterSelection {
  /** Null: both. */
  readonly shelf: LetterShelf | null;
  /** Only letters that came before the one with this ID; null: from the latest. */
  readonly before: number | null;
  readonly limit: number;
}

/**
 * The contract of a dead-letter store. Promises reject as those of a `Journal` do.
 *
 * The same body with the same hash is one letter: on the shelf of the refused whenever it comes again (XGateway repeats what
 * is refused), on that of the genuine only while nothing else about the customer came in between (their order matters).
 */
export interface DeadLetters {
  /** Keeps letters, in the order given. Answers when they are durable: false for each that its shelf had no place for. */
  keep(batch: readonly NewLetter[]): MaybePromise<readonly boolean[]>;
  /** Letters, the latest first. */
  list(selection: LetterSelection): MaybePromise<readonly DeadLetter[]>;
  /** The letters with these IDs that are there, the earliest first. */
  find(ids: readonly number[]): MaybePromise<readonly DeadLetter[]>;
  /** Takes letters off their shelf for good, and says which were there. */
  discard(ids: readonly number[]): MaybePromise<readonly number[]>;
  /** How many letters each shelf holds. */
  counts(): MaybePromise<Readonly<Record<LetterShelf, number>>>;
}

/** A row of `dead_letters`, the same in every store. */
export interface LetterRow {
  readonly id: number;
  readonly shelf: LetterShelf;
  readonly reason: LetterReason;
  readonly problems: string;
  readonly customer_id: string | null;
  readonly body: string;
  readonly hash_digest: Uint8Array | null;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly count: number;
}

/** The letter in a row. */
export function readLetter(row: LetterRow): DeadLetter {
  return {
    id: row.id,
    shelf: row.shelf,
    reason: row.reason,
    problems: JSON.parse(row.problems) as string[],
    customerId: row.customer_id,
    body: row.body,
    hashDigest: row.hash_digest,
    receivedAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    count: row.count,
  };
}

/** What two deliveries of one callback share. */
export function letterFingerprint({ body, hashDigest }: NewLetter): Uint8Array {
  return hash('sha256', Buffer.concat([hashDigest ?? Buffer.alloc(0), Buffer.from(body)]), 'buffer');
}
