/**
 * Dead letters: callbacks that were not recorded, kept so that they can be recorded later.
 *
 * Two categories. *Genuine* dead letters are from XGateway, but this release does not understand them: never evicted. A customer has at
 * most 100 of them; then no more are taken, so that XGateway keeps the rest for us. *Refused* ones may be anybody's: they share a
 * bounded space, and the sender or customer that holds most of it makes room (dead-letter-eviction.ts). No dead letter holds the hash it came with; a
 * digest of the hash is enough to check it again.
 */
import { hash } from 'node:crypto';
import type { MaybePromise } from './maybe-promise.ts';

/** The categories. */
export const DEAD_LETTER_CATEGORIES = ['GENUINE', 'REFUSED'] as const;

/** Where a dead letter is kept. */
export type DeadLetterCategory = (typeof DEAD_LETTER_CATEGORIES)[number];

/** Why a callback was not recorded. */
export const DEAD_LETTER_REASONS = [
  'NOT_UNDERSTOOD',
  'NOT_GENUINE',
  'OTHER_CALLBACK_TYPE',
  'IMPOSSIBLE_CUSTOMER_ID',
  'NOT_JSON',
] as const;

/** Why a callback was not recorded. */
export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** A callback about to become a dead letter. */
export interface NewDeadLetter {
  readonly category: DeadLetterCategory;
  readonly reason: DeadLetterReason;
  /** The fields that were not understood, each with what was expected. Never values. */
  readonly problems: readonly string[];
  /** The customer it is about, as far as that can be an ID. */
  readonly customerId: string | null;
  /** The callback as JSON, without its hash; of what is not kept whole, its beginning as a JSON string. */
  readonly body: string;
  /** SHA-256 of the hash; null when there was none. */
  readonly hashDigest: Uint8Array | null;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  /** Who sent it: an address, of IPv6 a /64. */
  readonly sender?: string | null;
  /** The ID of the HTTP request that brought it. */
  readonly requestId?: string | null;
  /** The sender's address is in the owner's list. Default false. */
  readonly isAllowedSender?: boolean;
  /** How often it was received, default 1, and when last, default `receivedAt`: repetitions are counted before they are written. */
  readonly count?: number;
  readonly lastSeenAt?: number;
}

/** A stored dead letter. */
export interface DeadLetter extends NewDeadLetter {
  /** A number that counts this journal's dead letters in order of arrival. */
  readonly id: number;
  /** When the same was last received, in milliseconds since 1970. */
  readonly lastSeenAt: number;
  /** How often it was received. */
  readonly count: number;
}

/** How much the categories hold. */
export interface DeadLetterLimits {
  /** Genuine dead letters of one customer. */
  readonly genuinePerCustomer: number;
  /** Genuine dead letters of all customers: a backstop against a full disk. */
  readonly genuine: number;
  readonly refused: number;
  readonly refusedBytes: number;
}

/** How much the categories hold unless a test says otherwise. */
export const DEAD_LETTER_LIMITS: DeadLetterLimits = {
  genuinePerCustomer: 100,
  genuine: 100_000,
  refused: 1_000,
  refusedBytes: 16 * 1024 * 1024,
};

/** Which dead letters to list. */
export interface DeadLetterSelection {
  /** Null: both. */
  readonly category: DeadLetterCategory | null;
  /** Only dead letters that came before the one with this ID; null: from the latest. */
  readonly before: number | null;
  readonly limit: number;
}

/**
 * The contract of a dead-letter store. Promises reject as those of a `Journal` do.
 *
 * The same body with the same hash is one dead letter: among the refused whenever it comes again (XGateway repeats what is
 * refused), among the genuine only while nothing else about the customer came in between (their order matters).
 */
export interface DeadLetters {
  /**
   * Keeps dead letters, in the order given. Resolves when they are durable: false for each that there was no room for (a genuine one
   * beyond its customer's limit; a refused one whose sender or customer holds most).
   */
  keep(batch: readonly NewDeadLetter[]): MaybePromise<readonly boolean[]>;
  /** Dead letters, the latest first. */
  list(selection: DeadLetterSelection): MaybePromise<readonly DeadLetter[]>;
  /** The dead letters with these IDs that are there, the earliest first. */
  find(ids: readonly number[]): MaybePromise<readonly DeadLetter[]>;
  /** Deletes dead letters, and says which were there. */
  discard(ids: readonly number[]): MaybePromise<readonly number[]>;
  /** Those of these customers that the journal has entries of. */
  knownAmong(customerIds: readonly string[]): MaybePromise<ReadonlySet<string>>;
  /** How many dead letters each category holds. */
  counts(): MaybePromise<Readonly<Record<DeadLetterCategory, number>>>;
  /** How many dead letters there are for each reason, and when the first of them came. Reasons without any are left out. */
  reasons(): MaybePromise<readonly DeadLetterSummary[]>;
}

/** The dead letters with one reason. */
export interface DeadLetterSummary {
  readonly reason: DeadLetterReason;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly oldestAt: number;
}

/**
 * The statement behind `reasons`, for both stores. Of the genuine there may be many, all with one reason: they are counted already, and the
 * first has the lowest ID. The refused are few.
 */
export const DEAD_LETTER_SUMMARIES = `
  select t.reason, t.count, (select first_seen_at from dead_letters where category = 'GENUINE' order by id limit 1) as "oldestAt"
  from (select 'NOT_UNDERSTOOD' as reason, count from dead_letter_totals where category = 'GENUINE' and count > 0) t
  union all
  select reason, count(*), min(first_seen_at) from dead_letters where category = 'REFUSED' group by reason`;

/** A row of `dead_letters`, the same in every store. */
export interface DeadLetterRow {
  readonly id: number;
  readonly category: DeadLetterCategory;
  readonly reason: DeadLetterReason;
  readonly problems: string;
  readonly customer_id: string | null;
  readonly body: string;
  readonly hash_digest: Uint8Array | null;
  readonly first_seen_at: number;
  readonly last_seen_at: number;
  readonly count: number;
  readonly sender: string | null;
  readonly request_id: string | null;
}

/** The columns of a `DeadLetterRow`. */
export const DEAD_LETTER_COLUMNS =
  'id, category, reason, problems, customer_id, body, hash_digest, first_seen_at, last_seen_at, count, sender, request_id';

/** The dead letter in a row. */
export function readDeadLetter(row: DeadLetterRow): DeadLetter {
  return {
    id: row.id,
    category: row.category,
    reason: row.reason,
    problems: JSON.parse(row.problems) as string[],
    customerId: row.customer_id,
    body: row.body,
    hashDigest: row.hash_digest,
    receivedAt: row.first_seen_at,
    lastSeenAt: row.last_seen_at,
    count: row.count,
    ...(row.sender !== null && { sender: row.sender }),
    ...(row.request_id !== null && { requestId: row.request_id }),
  };
}

/** The columns of `dead_letters` that eviction needs. */
export interface HeldDeadLetterRow {
  readonly id: number;
  readonly sender: string | null;
  readonly customer_id: string | null;
  readonly bytes: number;
  readonly priority: number;
}

/** A row as eviction weighs it. */
export function readHolding({ id, sender, customer_id, bytes, priority }: HeldDeadLetterRow) {
  return { id, sender, customerId: customer_id, bytes, priority };
}

/** The key that two deliveries of one callback share. */
export function deadLetterFingerprint({ body, hashDigest }: NewDeadLetter): Uint8Array {
  return hash('sha256', Buffer.concat([hashDigest ?? Buffer.alloc(0), Buffer.from(body)]), 'buffer');
}
