/** The updates of one lease: the order in which they are handled, and the outcome of each. */
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import { messageOf } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import { updateBytes } from '../feed/update-bytes.ts';
import type { ConsumerRecord } from '../journal/consumers.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { backOff } from '../schedule/back-off.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Entry } from './entry.ts';
import { type Lane, Lanes } from './lanes.ts';
import { Ledger } from './ledger.ts';
import type { ConsumerContext, ResolvedConsumeOptions } from './options.ts';
import type { ConsumerObserver, SessionEnd } from './outcome.ts';
import { Progress } from './progress.ts';
import { readRetries } from './start.ts';

/** How many updates may be open at once, and their estimated size. */
const MAX_OPEN = 1_000;
const MAX_OPEN_BYTES = 16 * 1024 * 1024;
/** How many updates may be retries before no more are read, and how many may wait to be saved. */
const MAX_KEPT = 10_000;
const MAX_UNSAVED = 1_000;
/** An update that has waited longer is read again: its customer may have been erased. */
const FRESH_MS = 1_000;
/** How soon an update that could not be read is retried. */
const UNREAD_MS = 1_000;

/** What a lease needs. */
export interface SessionOptions {
  readonly journal: Pick<Journal, 'consumers' | 'entry' | 'seed'>;
  readonly feed: Pick<Feed, 'followAll'>;
  /** The lease. */
  readonly record: ConsumerRecord;
  readonly options: ResolvedConsumeOptions;
  /** The place that a cursor names. */
  readonly placeOf: (cursor: string) => Promise<Head>;
  readonly handle: (update: KycUpdate, context: ConsumerContext) => unknown;
  readonly turn: (ageMs: number) => Promise<void> | undefined;
  readonly observe: ConsumerObserver;
  readonly log: Logger;
}

/** What the work of a lease reports to its session. */
export interface WorkEvents {
  /** Whether the lease is still held. */
  isHeld(): boolean;
  /** There may be room for more updates. */
  freed(): void;
  /** The consumer stops. */
  ended(end: SessionEnd): void;
}

/** Updates that were read and are not finished yet. */
export class Work {
  readonly lanes = new Lanes();
  readonly ledger = new Ledger();
  readonly dispatcher: Dispatcher;
  progress: Progress;
  readonly #given: SessionOptions;
  readonly #events: WorkEvents;
  /** How many updates are retries. */
  #kept = 0;
  /** Replays of this lease that were taken in: the store may still show them. */
  readonly #replayed = new Set<number>();
  /** Retries that the feed will bring again: something before them kept the place from passing. */
  readonly #ahead = new Set<number>();
  #areRetriesRead = false;
  #isDispatching = false;
  #isEnding = false;

  constructor(given: SessionOptions, events: WorkEvents) {
    const { record, options, turn, handle } = given;
    this.#given = given;
    this.#events = events;
    this.progress = new Progress(record.place);
    this.dispatcher = new Dispatcher({
      lanes: this.lanes,
      fence: record.fence,
      concurrency: options.concurrency,
      timeoutMs: options.timeoutMs,
      turn,
      handle,
      isHeld: () => events.isHeld(),
      read: (entry) => this.#read(entry),
      succeeded: (lane, entry) => this.#succeeded(lane, entry),
      failed: (lane, entry, error, wasStopped) => this.#failed(lane, entry, error, wasStopped),
    });
  }

  /** Whether nothing is left to do, or to save. */
  get isIdle(): boolean {
    return !this.dispatcher.isBusy && this.lanes.isEmpty && this.ledger.size === 0;
  }

  /** Whether more may be read. */
  get hasRoom(): boolean {
    const { count, bytes } = this.progress;
    return count < MAX_OPEN && bytes < MAX_OPEN_BYTES && this.#kept < MAX_KEPT && this.ledger.size < MAX_UNSAVED;
  }

  /** Whether the feed brings an update that is a retry already. */
  isRetry(position: number): boolean {
    return this.#ahead.delete(position);
  }

  /** Starts nothing more. What is under way still counts. */
  end(): void {
    this.#isEnding = true;
    this.dispatcher.stop();
  }

  /** Takes the next update of the journal. */
  take(update: KycUpdate): void {
    const { position, digest, customerId } = update;
    const entry: Entry = {
      ...{ position, customerId, update, isReplayed: false, attempts: 0, isKept: false, isSettled: false },
      readAt: performance.now(),
      bytes: updateBytes(update),
      through: { position, digest },
    };
    this.progress.add(entry);
    const lane = this.lanes.add(this.#keyOf(entry), entry);
    if (lane.dueAt !== null) this.#keep(entry);
    this.#dispatchSoon();
  }

  /** Not at once: an update comes from a commit whose callbacks wait for their answers. */
  #dispatchSoon(): void {
    if (this.#isDispatching) return;
    this.#isDispatching = true;
    setImmediate(() => {
      this.#isDispatching = false;
      this.dispatcher.dispatch();
    });
  }

  /** An owner who keeps the cursor gets one update at a time, across all customers. */
  #keyOf({ customerId }: Pick<Entry, 'customerId'>): string {
    return this.#given.options.readCursor === null ? customerId : '';
  }

  #read(entry: Entry): KycUpdate | null | Promise<KycUpdate | null> {
    if (entry.update !== null && performance.now() - entry.readAt < FRESH_MS) return entry.update;
    return this.#readAgain(entry);
  }

  async #readAgain({ position, customerId }: Entry): Promise<KycUpdate | null> {
    try {
      const update = await this.#given.journal.entry(position);
      return update?.customerId === customerId ? update : null;
    } catch (error) {
      throw new UnreadError(messageOf(error), { cause: error });
    }
  }

  #succeeded(lane: Lane, entry: Entry): void {
    this.#given.observe.handled(this.#given.record.name);
    this.#done(lane, entry);
    if (entry.isKept) this.ledger.finished(entry.position);
    this.#events.freed();
  }

  #failed(lane: Lane, entry: Entry, error: unknown, wasStopped: boolean): void {
    const { observe, record, options } = this.#given;
    // Record nothing about the update: the next holder retries it.
    if (wasStopped && this.#isEnding) return;
    if (error instanceof UnreadError) {
      this.lanes.postpone(lane, performance.now() + UNREAD_MS);
      return;
    }
    entry.attempts++;
    const isLast = entry.attempts >= options.attempts;
    const isGivenUp = isLast && options.readCursor === null;
    observe.failed(record.name, isGivenUp);
    this.#logFailure(entry, error, isGivenUp);
    if (isGivenUp) {
      this.#replayed.delete(entry.position);
      this.ledger.giveUp(entry, messageOf(error));
      this.#done(lane, entry);
    } else if (isLast) {
      this.ledger.retry(entry);
      const where = `The handler failed at position ${entry.position}: ${messageOf(error)}`;
      this.#events.ended({ why: 'failed', code: 'HANDLER_FAILED', error: where });
    } else {
      const pauseMs = backOff(entry.attempts - 1, options.firstRetryMs, options.maxRetryMs);
      this.lanes.postpone(lane, performance.now() + pauseMs);
      this.ledger.retry(entry);
      for (const one of lane.entries) this.#keep(one);
    }
    this.#events.freed();
  }

  #logFailure({ position, customerId, attempts }: Entry, error: unknown, isGivenUp: boolean): void {
    const { log, record } = this.#given;
    const facts = { err: error, consumer: record.name, position, customerId, attempt: attempts };
    if (isGivenUp) log.error(facts, 'A consumer gave up on an update: it is a dead letter now');
    else log.warn(facts, 'A consumer failed to handle an update');
  }

  #done(lane: Lane, entry: Entry): void {
    this.lanes.finished(lane);
    if (entry.isKept) this.#kept--;
    else this.progress.settle(entry);
  }

  /** From now on the entry is a retry, and the place may pass it. */
  #keep(entry: Entry): void {
    if (entry.isKept) return;
    entry.isKept = true;
    entry.update = null;
    this.#kept++;
    this.ledger.retry(entry);
    this.progress.settle(entry);
  }

  /** Takes the retries that the store holds and we don't: all of them at the start, and later those that are replayed. */
  async readRetries(): Promise<void> {
    for await (const entry of readRetries(this.#given)) {
      const { position, isReplayed } = entry;
      if (this.#isEnding) return;
      if (this.lanes.has(this.#keyOf(entry), position) || this.ledger.has(position) || this.#replayed.has(position))
        continue;
      // Those that are not replayed are ours, or were until a moment ago.
      if (this.#areRetriesRead && !isReplayed) continue;
      if (isReplayed) this.#replayed.add(position);
      if (this.#given.options.readCursor !== null && !isReplayed) {
        // This is what stopped it before: the owner's cursor says whether it has been handled since.
        this.ledger.finished(position);
        continue;
      }
      this.#kept++;
      if (!this.#areRetriesRead && position > this.progress.place.position) this.#ahead.add(position);
      this.lanes.add(this.#keyOf(entry), entry);
    }
    this.#areRetriesRead = true;
    this.dispatcher.dispatch();
  }
}

/** An update could not be read now. */
class UnreadError extends Error {}
