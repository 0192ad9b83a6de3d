/**
 * Named consumers: how far each has come in the journal, who runs it now, what is being retried, and its dead letters.
 *
 * One instance at a time holds a consumer's lease. Each lease has a *fence*, a number that only grows; whatever a holder writes names its
 * fence, and is refused once there is a later one. A holder *beats*: an instance that sees neither the fence nor the beats change for the length
 * of a lease, by its own monotonic clock, may take it over. So no clocks are compared.
 *
 * A consumer's *place* is the last entry up to which every update is finished, or kept: as a *retry*, which goes on with its customer's
 * order, or as a dead letter. Neither holds an update; both name its position in the journal.
 */
import type { Head } from './journal.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** What a consumer may be doing. `PAUSED`: by a person, until they resume it. `STOPPED`: by an error. */
export type ConsumerState = 'RUNNING' | 'PAUSED' | 'STOPPED';

/** A holder's right to write. */
export interface ConsumerLease {
  readonly name: string;
  readonly fence: number;
}

/** A consumer as it is stored. */
export interface ConsumerRecord extends ConsumerLease {
  /** The last entry up to which every update is finished or kept. */
  readonly place: Head;
  /** The ID of the holder; null: the lease is free. */
  readonly holder: string | null;
  /** Grows while the holder is alive. */
  readonly beats: number;
  /** Grows when the holder has to read the consumer's retries again. */
  readonly changes: number;
  readonly state: ConsumerState;
  /** Why it stopped. */
  readonly error: string | null;
  /** How many updates are being retried, or wait behind one of the same customer that is. */
  readonly retries: number;
  readonly deadLetters: number;
}

/** An update that is being retried, or waits behind one that is. */
export interface ConsumerRetry {
  readonly position: number;
  readonly customerId: string;
  /** How often it has failed. */
  readonly attempts: number;
  /** A person replays it from the dead letters. */
  readonly isReplayed: boolean;
}

/** An update that its consumer gave up on. */
export interface NewConsumerDeadLetter {
  readonly position: number;
  readonly customerId: string;
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error: string;
  /** Milliseconds since 1970. */
  readonly failedAt: number;
}

/** A stored dead letter of a consumer. */
export interface ConsumerDeadLetter extends NewConsumerDeadLetter {
  /** Counts the dead letters of all consumers. */
  readonly id: number;
  readonly consumer: string;
}

/** What a holder writes, all or nothing. */
export interface ConsumerChanges {
  readonly place?: Head | undefined;
  /** New retries, and those that failed again. */
  readonly retries?: readonly ConsumerRetry[];
  /** The positions of updates that are finished. */
  readonly finished?: readonly number[];
  readonly deadLetters?: readonly NewConsumerDeadLetter[];
}

/** What a holder learns when it writes. */
export interface ConsumerSaved {
  readonly state: ConsumerState;
  readonly changes: number;
  /** There was no room for the dead letters: they are kept as retries. */
  readonly isFull: boolean;
}

/** Which dead letters to list. */
export interface ConsumerDeadLetterSelection {
  readonly consumer: string;
  /** Only those that came before the one with this ID; null: from the latest. */
  readonly before: number | null;
  readonly limit: number;
}

/** How much a store keeps. */
export interface ConsumerLimits {
  readonly consumers: number;
  /** Dead letters of one consumer. */
  readonly deadLetters: number;
}

/** How much a store keeps unless a test says otherwise. */
export const CONSUMER_LIMITS: ConsumerLimits = { consumers: 100, deadLetters: 1_000 };

/** The contract of a store of consumers. Promises reject as those of a `Journal` do. */
export interface Consumers {
  /** Makes a consumer, unless there is one of that name (`exists`) or there are too many (`full`). */
  create(name: string, place: Head): MaybePromise<'created' | 'exists' | 'full'>;
  /** All consumers, by name. */
  list(): MaybePromise<readonly ConsumerRecord[]>;
  find(name: string): MaybePromise<ConsumerRecord | null>;
  /** Deletes a consumer with its retries and dead letters. Returns whether there was one. */
  remove(name: string): MaybePromise<boolean>;

  /** Takes the lease if it is still as `seen`, with a later fence. Null: another holder was faster, or the consumer is not running. */
  acquire(seen: Pick<ConsumerRecord, 'name' | 'fence' | 'beats'>, holder: string): MaybePromise<ConsumerRecord | null>;
  /** Writes what a holder did, and beats. Null: the lease is gone, and nothing was written. */
  save(lease: ConsumerLease, changes: ConsumerChanges): MaybePromise<ConsumerSaved | null>;
  /** Releases the lease; with an error, stops the consumer. Does nothing when the lease is gone. */
  release(lease: ConsumerLease, error?: string): MaybePromise<void>;
  /** Retries after `position`, in order, at most `limit`. */
  retries(name: string, position: number, limit: number): MaybePromise<readonly ConsumerRetry[]>;

  /** Pauses a consumer, or resumes it and clears what stopped it. Returns it; null: there is no such consumer. */
  setState(name: string, state: Exclude<ConsumerState, 'STOPPED'>): MaybePromise<ConsumerRecord | null>;
  /** Moves a consumer to another place: revokes its lease, drops its retries, and ends a stop. Null: there is no such consumer. */
  reset(name: string, place: Head): MaybePromise<ConsumerRecord | null>;
  /**
   * Moves the earliest update that failed to the dead letters, revokes the lease, and ends a stop. Null: none has failed, or there is no
   * such consumer.
   */
  skip(name: string, given: Pick<NewConsumerDeadLetter, 'error' | 'failedAt'>): MaybePromise<ConsumerDeadLetter | null>;

  /** Dead letters, the latest first. */
  deadLetters(selection: ConsumerDeadLetterSelection): MaybePromise<readonly ConsumerDeadLetter[]>;
  /** Makes dead letters retries again. Returns those that were there, the earliest first. */
  replay(ids: readonly number[]): MaybePromise<readonly ConsumerDeadLetter[]>;
  /** Deletes dead letters, and says which were there. */
  discard(ids: readonly number[]): MaybePromise<readonly number[]>;
}

/** A row of `consumers` with its counts, the same in every store. */
export interface ConsumerRow {
  readonly name: string;
  readonly position: number;
  readonly digest: Uint8Array;
  readonly fence: number;
  readonly holder: string | null;
  readonly beats: number;
  readonly changes: number;
  readonly state: ConsumerState;
  readonly error: string | null;
  readonly retries: number;
  readonly dead_letters: number;
}

/** The columns of a `ConsumerRow`, of the table `consumers` itself. */
export const CONSUMER_COLUMNS = `name, position, digest, fence, holder, beats, changes, state, error,
  (select count(*) from consumer_retries r where r.consumer = consumers.name) as retries,
  (select count(*) from consumer_dead_letters d where d.consumer = consumers.name) as dead_letters`;

/** The consumer in a row. */
export function readConsumer({ position, digest, dead_letters, ...row }: ConsumerRow): ConsumerRecord {
  return { ...row, place: { position, digest }, deadLetters: dead_letters };
}

/** A row of `consumer_retries`. */
export interface ConsumerRetryRow {
  readonly position: number;
  readonly customer_id: string;
  readonly attempts: number;
  readonly replayed: number;
}

/** The retry in a row. */
export function readRetry({ position, customer_id, attempts, replayed }: ConsumerRetryRow): ConsumerRetry {
  return { position, customerId: customer_id, attempts, isReplayed: replayed !== 0 };
}

/** A row of `consumer_dead_letters`. */
export interface ConsumerDeadLetterRow {
  readonly id: number;
  readonly consumer: string;
  readonly position: number;
  readonly customer_id: string;
  readonly attempts: number;
  readonly error: string;
  readonly failed_at: number;
}

/** The columns of a `ConsumerDeadLetterRow`. */
export const CONSUMER_DEAD_LETTER_COLUMNS = 'id, consumer, position, customer_id, attempts, error, failed_at';

/** The dead letter in a row. */
export function readConsumerDeadLetter({ customer_id, failed_at, ...row }: ConsumerDeadLetterRow): ConsumerDeadLetter {
  return { ...row, customerId: customer_id, failedAt: failed_at };
}

/** The longest error that is kept, in characters. */
const MAX_ERROR_LENGTH = 500;

/** An error as a store keeps it: Postgres refuses NUL, and both databases fold lone surrogates. */
export function writeConsumerError(error: string): string {
  return error.slice(0, MAX_ERROR_LENGTH).toWellFormed().replaceAll('\0', '\ufffd');
}
