/** What a person can do about consumers. The caller checks the scope. */
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import type { ConsumerDeadLetter, ConsumerDeadLetterSelection, ConsumerRecord } from '../journal/consumers.ts';
import type { Head, Journal } from '../journal/journal.ts';

/** A consumer, and how far it is behind. */
export interface ConsumerStatus extends ConsumerRecord {
  /** Entries of the journal after the consumer's place; 0 when none of them is an update. */
  readonly lagEntries: number;
  /** How long ago the first update after the consumer's place was recorded, in seconds; 0 when there is none. */
  readonly lagSeconds: number;
}

/** The actions. `by` goes to the log. What needs a consumer rejects with `BAD_USER_INPUT` when there is none of that name. */
export interface ConsumerActions {
  /** All consumers, by name. */
  list(): Promise<readonly ConsumerStatus[]>;
  /** Stops calling the handler, on every instance, until `resume`. What is under way is finished first. */
  pause(name: string, by: string): Promise<ConsumerStatus>;
  /** Resumes a consumer that was paused or has stopped. */
  resume(name: string, by: string): Promise<ConsumerStatus>;
  /** Puts a consumer after a cursor, before the first update (`earliest`) or at the head (`now`). Its retries are dropped. */
  reset(name: string, to: string, by: string): Promise<ConsumerStatus>;
  /** Moves the earliest update that failed to the dead letters. Null: none has failed. */
  skip(name: string, by: string): Promise<ConsumerDeadLetter | null>;
  /** Deletes a consumer, with its retries and dead letters. */
  remove(name: string, by: string): Promise<void>;
  /** Dead letters of one consumer, the latest first. */
  deadLetters(selection: ConsumerDeadLetterSelection): Promise<readonly ConsumerDeadLetter[]>;
  /** Hands dead letters to their consumers again, with `replayed: true`. Returns those that were there. */
  replay(ids: readonly number[], by: string): Promise<readonly ConsumerDeadLetter[]>;
  /** Deletes dead letters. Returns the IDs of those that were there. */
  discard(ids: readonly number[], by: string, reason: string | null): Promise<readonly number[]>;
}

/** What the actions need. */
export interface ConsumerActionOptions {
  readonly journal: Journal;
  /** The place that a cursor names; rejects with `BAD_USER_INPUT` and `CURSOR_UNKNOWN`. */
  readonly placeOf: (cursor: string) => Promise<Head>;
  /** Makes this process notice at once. Others notice within a fraction of a lease. */
  readonly look: (name: string) => void;
  readonly log: Logger;
}

/** Makes the actions. */
export function createConsumerActions({ journal, placeOf, look, log }: ConsumerActionOptions): ConsumerActions {
  const { consumers } = journal;
  const did = (what: string, consumer: string, by: string, facts: object = {}): void => {
    log.warn({ consumer, by, ...facts }, what);
    look(consumer);
  };
  const changed = async (what: string, name: string, by: string, record: ConsumerRecord | null) => {
    if (record === null) throw noConsumer(name);
    did(what, name, by);
    return statusOf(journal, record);
  };
  return {
    async list() {
      const records = await consumers.list();
      return Promise.all(records.map((record) => statusOf(journal, record)));
    },
    pause: async (name, by) => changed('A consumer was paused', name, by, await consumers.setState(name, 'PAUSED')),
    resume: async (name, by) => changed('A consumer was resumed', name, by, await consumers.setState(name, 'RUNNING')),
    async reset(name, to, by) {
      const place = await placeNamed(journal, to, placeOf);
      return changed('A consumer was reset', name, by, await consumers.reset(name, place));
    },
    async skip(name, by) {
      const at = { error: `Skipped by ${by}.`, failedAt: Date.now() };
      const skipped = await consumers.skip(name, at);
      if (skipped !== null) did('An update was skipped for a consumer', name, by, { position: skipped.position });
      else if ((await consumers.find(name)) === null) throw noConsumer(name);
      return skipped;
    },
    async remove(name, by) {
      if (!(await consumers.remove(name))) throw noConsumer(name);
      did('A consumer was removed', name, by);
    },
    deadLetters: async (selection) => consumers.deadLetters(selection),
    async replay(ids, by) {
      const replayed = await consumers.replay(ids);
      for (const name of new Set(replayed.map(({ consumer }) => consumer))) {
        did('Dead letters of a consumer are replayed', name, by, {
          deadLetters: replayed.filter(({ consumer }) => consumer === name).map(({ id }) => id),
        });
      }
      return replayed;
    },
    async discard(ids, by, reason) {
      const discarded = await consumers.discard(ids);
      if (discarded.length > 0)
        log.warn({ by, reason, deadLetters: discarded }, 'Dead letters of consumers were discarded');
      return discarded;
    },
  };
}

/** A consumer with how far it is behind. */
export async function statusOf(journal: Journal, record: ConsumerRecord): Promise<ConsumerStatus> {
  const { position } = record.place;
  const [head, [next]] = await Promise.all([journal.head(), journal.entriesAfter(position, 1)]);
  if (next === undefined) return { ...record, lagEntries: 0, lagSeconds: 0 };
  // Times of entries are times of day: all instances share them.
  const ageMs = Math.max(0, Date.now() - (next.recordedAt ?? next.receivedAt));
  return { ...record, lagEntries: Math.max(0, head.position - position), lagSeconds: ageMs / 1_000 };
}

async function placeNamed(journal: Journal, to: string, placeOf: (cursor: string) => Promise<Head>): Promise<Head> {
  if (to === 'earliest') return { position: 0, digest: journal.seed };
  return to === 'now' ? journal.head() : placeOf(to);
}

function noConsumer(name: string): KycError {
  return new KycError('BAD_USER_INPUT', `There is no consumer "${name}".`);
}
