/** One lease of a consumer: reads the feed, has the updates handled, and saves what was done, until the lease ends. */
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import { isSelected } from '../domain/update-filter.ts';
import { isUnavailable, messageOf } from '../errors.ts';
import type { FeedCursor } from '../feed/cursor.ts';
import type { Feed } from '../feed/feed.ts';
import { updateBytes } from '../feed/update-bytes.ts';
import type { ConsumerRecord } from '../journal/consumers.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { backOff } from '../schedule/back-off.ts';
import { Attempt } from './attempt.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Entry } from './entry.ts';
import { Keeper } from './keeper.ts';
import { type Lane, Lanes } from './lanes.ts';
import { Ledger } from './ledger.ts';
import type { ConsumerContext, ResolvedConsumeOptions } from './options.ts';
import { Progress } from './progress.ts';
import { readOwnerStart, readRetries } from './start.ts';

/** How many updates are read before the first of them is settled, and their estimated size. */
const MAX_OPEN = 1_000;
const MAX_OPEN_BYTES = 16 * 1024 * 1024;
/** How many updates may be retries before no more are read, and how many may wait to be saved. */
const MAX_KEPT = 10_000;
const MAX_UNSAVED = 1_000;
/** An update that has waited longer is read again: its customer may have been erased. */
const FRESH_MS = 1_000;
/** How long handlers have to end, in milliseconds. */
const STOP_MS = 3_000;
/** How soon an update that could not be read is tried again. */
const UNREAD_MS = 1_000;
const TICK_MS = 100;

/** Why a lease ended. */
export type SessionEnd =
  /** The consumer was stopped here, or somebody else has the lease, or it was paused. */
  | { readonly why: 'stopped' | 'fenced' | 'paused' }
  /** The journal, or the owner's cursor, can't be read now. */
  | { readonly why: 'unavailable'; readonly error: unknown }
  /** The consumer stops everywhere. */
  | { readonly why: 'failed'; readonly error: string; readonly code: FailureCode };

/** What stops a consumer. */
export type FailureCode = 'CURSOR_UNKNOWN' | 'DEAD_LETTERS_FULL' | 'HANDLER_FAILED' | 'INTERNAL';

/** What is told about a consumer. Must not throw. */
export interface ConsumerObserver {
  handled(name: string): void;
  /** An attempt failed; `isGivenUp`: the update is a dead letter now. */
  failed(name: string, isGivenUp: boolean): void;
  stopped(name: string, code: FailureCode): void;
}

/** What a lease stands on. */
export interface SessionOptions {
  readonly journal: Pick<Journal, 'consumers' | 'entry' | 'seed'>;
  readonly feed: Pick<Feed, 'followAll'>;
  /** The lease. */
  readonly record: ConsumerRecord;
  readonly options: ResolvedConsumeOptions;
  /** The place that a cursor names. */
  readonly placeOf: (cursor: string) => Promise<Head>;
  readonly handle: (update: KycUpdate, context: ConsumerContext) => unknown;
  readonly turn: () => Promise<void> | undefined;
  readonly observe: ConsumerObserver;
  readonly log: Logger;
}

/** Runs one lease. */
export class Session {
  readonly #given: SessionOptions;
  readonly #lanes = new Lanes();
  readonly #ledger = new Ledger();
  readonly #keeper: Keeper;
  readonly #dispatcher: Dispatcher;
  readonly #end = Promise.withResolvers<SessionEnd>();
  #progress: Progress;
  #cursor: FeedCursor | null = null;
  #isPulling = false;
  #isFilling = false;
  #isEnding = false;
  /** How many updates are retries. */
  #kept = 0;
  /** Positions that are passed over: dead letters of a consumer whose owner keeps the cursor. */
  #skipped: ReadonlySet<number> = new Set();
  /** Replays of this lease that were taken in: the store may still show them. */
  readonly #replayed = new Set<number>();
  /** Reads the owner's cursor. */
  #starting: Attempt | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #areRetriesRead = false;

  constructor(given: SessionOptions) {
    this.#given = given;
    const { record, options, journal, turn, handle } = given;
    this.#progress = new Progress(record.place);
    this.#keeper = new Keeper({
      consumers: journal.consumers,
      record,
      leaseMs: options.leaseMs,
      ledger: this.#ledger,
      place: () => this.#progress.place,
      saved: () => this.#fill(),
      changed: () => void this.#readRetries().catch((error: unknown) => this.#finish(endOf(error))),
      ended: (end) => this.#finish(end),
    });
    this.#dispatcher = new Dispatcher({
      lanes: this.#lanes,
      fence: record.fence,
      concurrency: options.concurrency,
      timeoutMs: options.timeoutMs,
      turn,
      handle,
      read: (entry) => this.#read(entry),
      succeeded: (lane, entry) => this.#succeeded(lane, entry),
      failed: (lane, entry, error, wasStopped) => this.#failed(lane, entry, error, wasStopped),
    });
  }

  /** Works until the lease ends. Never rejects. */
  async run(): Promise<SessionEnd> {
    this.#tick();
    void this.#begin().catch((error: unknown) => this.#finish(endOf(error)));
    const end = await this.#end.promise;
    await this.#close(end);
    return end;
  }

  async #begin(): Promise<void> {
    const { feed, record, options } = this.#given;
    if (options.readCursor !== null) {
      this.#starting = new Attempt({ attempt: 1, replayed: false, fence: record.fence }, options.timeoutMs);
      const { place, skipped } = await readOwnerStart(this.#given, options.readCursor, this.#starting);
      this.#progress = new Progress(place);
      this.#skipped = skipped;
    }
    await this.#readRetries();
    if (this.#isEnding) return;
    this.#cursor = feed.followAll(this.#progress.place, (update) => this.#wants(update));
    this.#fill();
  }

  /** Ends the lease. */
  stop(): void {
    this.#finish({ why: 'stopped' });
  }

  /** A person may have changed something. */
  look(): void {
    void this.#keeper.save();
  }

  #finish(end: SessionEnd): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#dispatcher.stop();
    this.#cursor?.close();
    this.#end.resolve(end);
  }

  async #close(end: SessionEnd): Promise<void> {
    // Somebody who pauses a consumer does not want to break off what is under way.
    if (end.why === 'paused') await this.#dispatcher.idle(STOP_MS);
    const reason = new DOMException('The consumer stops here.', 'AbortError');
    this.#starting?.abort(reason);
    this.#dispatcher.abort(reason);
    await this.#dispatcher.idle(STOP_MS);
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (end.why !== 'fenced') await this.#keeper.release(end.why === 'failed' ? end.error : undefined);
  }

  #tick(): void {
    const now = performance.now();
    this.#dispatcher.checkDeadlines(now);
    this.#lanes.wake(now);
    this.#keeper.tick(now);
    this.#dispatcher.dispatch();
    if (this.#isClosed) return;
    const isIdle = !this.#dispatcher.isBusy && this.#lanes.isEmpty && this.#ledger.size === 0;
    this.#timer = setTimeout(() => this.#tick(), isIdle ? this.#keeper.idleMs : TICK_MS);
  }

  /** Whether an update that the cursor passes is for us. */
  #wants(update: KycUpdate): boolean {
    if (isSelected(update, this.#given.options.filter) && !this.#skipped.has(update.position)) return true;
    this.#progress.pass(update);
    return false;
  }

  #fill(): void {
    if (this.#isFilling || this.#cursor === null) return;
    this.#isFilling = true;
    while (!this.#isEnding && !this.#isPulling && this.#hasRoom) {
      this.#isPulling = true;
      this.#cursor.pull(this.#pull);
    }
    this.#isFilling = false;
  }

  readonly #pull = {
    take: (update: KycUpdate): void => {
      this.#isPulling = false;
      this.#take(update);
      this.#fill();
    },
    end: (error?: unknown): void => {
      if (error !== undefined) this.#finish(endOf(error));
      else this.#finish({ why: 'stopped' });
    },
  };

  get #hasRoom(): boolean {
    const { count, bytes } = this.#progress;
    return count < MAX_OPEN && bytes < MAX_OPEN_BYTES && this.#kept < MAX_KEPT && this.#ledger.size < MAX_UNSAVED;
  }

  #take(update: KycUpdate): void {
    const { position, digest, customerId } = update;
    const entry: Entry = {
      ...{ position, customerId, update, isReplayed: false, attempts: 0, isKept: false, isSettled: false },
      readAt: performance.now(),
      bytes: updateBytes(update),
      through: { position, digest },
    };
    this.#progress.add(entry);
    const lane = this.#lanes.add(this.#keyOf(entry), entry);
    if (lane.dueAt !== null) this.#keep(entry);
    this.#dispatcher.dispatch();
  }

  /** An owner who keeps the cursor gets one update after the other, whomever they are about. */
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
    if (entry.isKept) this.#ledger.finished(entry.position);
    this.#fill();
  }

  #failed(lane: Lane, entry: Entry, error: unknown, wasStopped: boolean): void {
    const { observe, record, options } = this.#given;
    // Not a word about the update: it is tried again by the next holder.
    if (wasStopped && this.#isEnding) return;
    if (error instanceof UnreadError) {
      this.#lanes.postpone(lane, performance.now() + UNREAD_MS);
      return;
    }
    entry.attempts++;
    const isLast = entry.attempts >= options.attempts;
    const isGivenUp = isLast && options.readCursor === null;
    observe.failed(record.name, isGivenUp);
    this.#logFailure(entry, error, isGivenUp);
    if (isGivenUp) {
      this.#replayed.delete(entry.position);
      this.#ledger.giveUp(entry, messageOf(error));
      this.#done(lane, entry);
    } else if (isLast) {
      this.#ledger.retry(entry);
      const where = `The handler failed at position ${entry.position}: ${messageOf(error)}`;
      this.#finish({ why: 'failed', code: 'HANDLER_FAILED', error: where });
    } else {
      const pauseMs = backOff(entry.attempts - 1, options.firstRetryMs, options.maxRetryMs);
      this.#lanes.postpone(lane, performance.now() + pauseMs);
      this.#ledger.retry(entry);
      for (const one of lane.entries) this.#keep(one);
    }
    this.#fill();
  }

  #logFailure({ position, customerId, attempts }: Entry, error: unknown, isGivenUp: boolean): void {
    const { log, record } = this.#given;
    const facts = { err: error, consumer: record.name, position, customerId, attempt: attempts };
    if (isGivenUp) log.error(facts, 'A consumer gave up on an update: it is a dead letter now');
    else log.warn(facts, 'A consumer failed to handle an update');
  }

  #done(lane: Lane, entry: Entry): void {
    this.#lanes.finished(lane);
    if (entry.isKept) this.#kept--;
    else this.#progress.settle(entry);
  }

  /** From now on the entry is a retry, and the place may pass it. */
  #keep(entry: Entry): void {
    if (entry.isKept) return;
    entry.isKept = true;
    entry.update = null;
    this.#kept++;
    this.#ledger.retry(entry);
    this.#progress.settle(entry);
  }

  /** Takes the retries that the store has and we don't: all of them at the start, and later those that are replayed. */
  async #readRetries(): Promise<void> {
    for await (const entry of readRetries(this.#given)) {
      const { position, isReplayed } = entry;
      if (this.#isEnding) return;
      if (this.#lanes.has(this.#keyOf(entry), position) || this.#ledger.has(position) || this.#replayed.has(position))
        continue;
      // Those that are not replayed are ours, or were until a moment ago.
      if (this.#areRetriesRead && !isReplayed) continue;
      if (isReplayed) this.#replayed.add(position);
      if (this.#given.options.readCursor !== null && !isReplayed) {
        // Why it stopped before: the owner's cursor says whether it was handled since.
        this.#ledger.finished(position);
        continue;
      }
      this.#kept++;
      this.#lanes.add(this.#keyOf(entry), entry);
    }
    this.#areRetriesRead = true;
    this.#dispatcher.dispatch();
  }
}

/** An update could not be read now. */
class UnreadError extends Error {}

function endOf(error: unknown): SessionEnd {
  if (isUnavailable(error)) return { why: 'unavailable', error };
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'CURSOR_UNKNOWN') return { why: 'failed', code: 'CURSOR_UNKNOWN', error: messageOf(error) };
  return { why: 'failed', code: 'INTERNAL', error: messageOf(error) };
}
