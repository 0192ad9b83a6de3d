/**
 * A bounded queue in front of a store: many concurrent items, one write.
 *
 * While no write is under way, everything that is added in one turn of the event loop becomes the next batch. While one is, the next
 * batch gathers. There is no timer, so a lone item does not wait; only after a write that has blocked the event loop there is a pause.
 */
import { isUnavailable, KycError } from '../errors.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { pauseAfterSlowWrite, wroteFor } from './slow-writes.ts';

/** The store behind a queue, and the queue's limits. */
export interface BatchQueueOptions<Item, Result> {
  /** Writes a batch, all of it or nothing. Gives one result for each item, in the same order. */
  readonly write: (batch: readonly Item[]) => MaybePromise<readonly Result[]>;
  /** How many items may wait. Beyond that, items are refused with `QUEUE_FULL`. */
  readonly capacity: number;
  /** How many items one write takes at most. */
  readonly batchSize: number;
  /** The message of `QUEUE_FULL`. */
  readonly fullMessage: string;
  /** Runs a function at the end of this turn of the event loop: there a batch begins that was not waiting for another. Default `setImmediate`. */
  readonly atEndOfTurn?: (begin: () => void) => void;
  /** Called after each write, before the senders of its items get their results. Must not throw. */
  readonly onWritten?: (results: readonly Result[], tookMs: number, batch: readonly Item[]) => void;
  /** Called for each write that failed because the store is unavailable. Must not throw. */
  readonly onUnavailable?: (error: unknown) => void;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers items into batches. */
export class BatchQueue<Item, Result> {
  readonly #options: BatchQueueOptions<Item, Result>;
  #waiting: Waiting<Item, Result>[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(options: BatchQueueOptions<Item, Result>) {
    this.#options = options;
  }

  /** Adds an item. Resolves with its result once it is written. Rejects with `QUEUE_FULL`, `SHUTTING_DOWN` or the failure of the write. */
  add(item: Item): Promise<Result> {
    if (this.#closed) return Promise.reject(new KycError('SHUTTING_DOWN', 'The gateway is shutting down. Try again.'));
    if (this.#waiting.length >= this.#options.capacity) {
      return Promise.reject(new KycError('QUEUE_FULL', this.#options.fullMessage));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when everything that was added has its result. */
  async settled(): Promise<void> {
    await this.#running;
  }

  /** Refuses new items, and resolves when everything that was added before has its result. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Everything that the sockets deliver in this turn joins the first batch.
    await new Promise<void>((resolve) => (this.#options.atEndOfTurn ?? setImmediate)(resolve));
    while (this.#waiting.length > 0) {
      const pause = pauseAfterSlowWrite();
      if (pause !== undefined) await pause;
      const batch = this.#waiting.splice(0, this.#options.batchSize);
      const failure = await this.#write(batch);
      if (failure === null) continue;
      if (isUnavailable(failure)) this.#options.onUnavailable?.(failure);
      // An I/O error fails the whole batch. An error in the data fails one item: find it, once.
      if (isUnavailable(failure) || batch.length === 1) for (const { reject } of batch) reject(failure);
      else await this.#writeOneByOne(batch);
    }
    this.#running = null;
  }

  async #writeOneByOne(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    for (const waiting of batch) {
      const failure = await this.#write([waiting]);
      if (failure !== null) waiting.reject(failure);
    }
  }

  /** Writes and answers a batch. Returns what went wrong, or null. */
  async #write(batch: readonly Waiting<Item, Result>[]): Promise<unknown> {
    const items = batch.map(({ item }) => item);
    const startedAt = performance.now();
    let results: readonly Result[];
    try {
      const written = this.#options.write(items);
      if (written instanceof Promise) results = await written;
      else {
        results = written;
        wroteFor(performance.now() - startedAt);
      }
    } catch (error) {
      return error ?? new Error('The write failed without an error.');
    }
    this.#options.onWritten?.(results, performance.now() - startedAt, items);
    for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    return null;
  }
}
