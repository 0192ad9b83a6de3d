/**
 * Dead letters on their way to their store.
 *
 * Genuine ones share commits, and their senders wait for the commit. Refused ones are written in batches, and their senders don't
 * wait: repetitions become one dead letter with a count, and a flood is counted, not written one by one. Up to 1,000 at once are
 * written, and then 200 a second; beyond that, the sender or customer that holds most of the batch loses one, and those about customers
 * that the journal knows, or from allowed addresses, are left out last.
 */
import { KycError } from '../errors.ts';
import type { DeadLetters, NewDeadLetter } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import { RefusedBatch } from './refused-batch.ts';

interface Waiting {
  readonly deadLetter: NewDeadLetter;
  readonly resolve: (isKept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const CAPACITY = 1_000;
const BATCH = 100;
const REFUSED_DELAY_MS = 250;
const REFUSED_BURST = 1_000;
const REFUSED_PER_MS = 0.2;
const SMALLEST_REFUSED_BATCH = 50;

/** What may be observed of a queue. */
export interface DeadLetterQueueOptions {
  /** Called with how many refused dead letters were counted but not kept. Must not throw. */
  readonly onDropped?: (count: number) => void;
  /** Called when refused dead letters could not be written. Must not throw. */
  readonly onError?: (error: unknown) => void;
}

/** Gathers dead letters into batches. */
export class DeadLetterQueue {
  readonly #deadLetters: DeadLetters;
  readonly #options: DeadLetterQueueOptions;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #refused: RefusedBatch | null = null;
  /** How many refused dead letters may be written now, and since when that is so. */
  #budget = REFUSED_BURST;
  #budgetAt = performance.now();
  #refusedTimer: NodeJS.Timeout | null = null;
  #writingRefused: Promise<void> = Promise.resolve();
  #batchesBeingWritten = 0;

  constructor(deadLetters: DeadLetters, options: DeadLetterQueueOptions = {}) {
    this.#deadLetters = deadLetters;
    this.#options = options;
  }

  /** Resolves once a genuine dead letter is durable (true), or when there is no room for it (false). Rejects when it can't be kept now. */
  keep(deadLetter: NewDeadLetter): Promise<boolean> {
    if (this.#waiting.length >= CAPACITY) {
      return Promise.reject(
        new KycError('QUEUE_FULL', 'Too many dead letters are waiting to be written. Try again later.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ deadLetter, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes a refused dead letter. It is written within 250 ms, or only counted. */
  refuse(deadLetter: NewDeadLetter): void {
    this.#refused ??= new RefusedBatch(Math.max(SMALLEST_REFUSED_BATCH, Math.floor(this.#refill())));
    if (!this.#refused.add(deadLetter)) this.#options.onDropped?.(1);
    this.#refusedTimer ??= setTimeout(() => void this.flush(), REFUSED_DELAY_MS).unref();
  }

  /** Resolves when every refused dead letter taken so far is written, or could not be. Never rejects. */
  async flush(): Promise<void> {
    if (this.#refusedTimer !== null) clearTimeout(this.#refusedTimer);
    this.#refusedTimer = null;
    const batch = this.#refused;
    this.#refused = null;
    if (batch !== null) {
      // A batch that waits for a slow store gives up what it holds in excess.
      if (this.#batchesBeingWritten > 0) this.#drop(batch.trim(new Set()));
      this.#budget = Math.max(0, this.#refill() - Math.min(batch.size, batch.capacity));
      const before = this.#writingRefused;
      this.#batchesBeingWritten += 1;
      this.#writingRefused = before.then(() => this.#writeRefused(batch));
    }
    await this.#writingRefused;
  }

  /** Resolves when every dead letter that was taken has been written, or could not be. */
  async settled(): Promise<void> {
    await this.#running;
    await this.flush();
  }

  async #writeRefused(batch: RefusedBatch): Promise<void> {
    let left = batch.size;
    try {
      const contested = batch.contestedCustomers();
      if (contested.length > 0) this.#drop(batch.trim(await this.#deadLetters.knownAmong(contested)));
      const deadLetters = batch.deadLetters();
      for (left = deadLetters.length; left > 0; left -= BATCH) {
        const start = deadLetters.length - left;
        await this.#deadLetters.keep(deadLetters.slice(start, start + BATCH));
        // Callbacks come first.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      // They are refused callbacks: XGateway sends what matters of them again.
      this.#drop(left);
      this.#options.onError?.(error);
    } finally {
      this.#batchesBeingWritten -= 1;
    }
  }

  #drop(count: number): void {
    if (count > 0) this.#options.onDropped?.(count);
  }

  #refill(): number {
    const now = performance.now();
    this.#budget = Math.min(REFUSED_BURST, this.#budget + (now - this.#budgetAt) * REFUSED_PER_MS);
    this.#budgetAt = now;
    return this.#budget;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        const kept = await this.#deadLetters.keep(batch.map(({ deadLetter }) => deadLetter));
        for (const [index, { resolve }] of batch.entries()) resolve(kept[index] === true);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = null;
  }
}

/** A journal whose dead letters pass through `queue`. Readers, and erasures, also reach those that are not written yet. */
export function withDeadLetterQueue(journal: Journal, queue: DeadLetterQueue): Journal {
  const deadLetters = flushedFirst(journal.deadLetters, queue);
  const erase: Journal['erase'] = async (...customer) => {
    await queue.flush();
    return journal.erase(...customer);
  };
  return Object.assign(Object.create(journal) as Journal, { deadLetters, erase });
}

function flushedFirst(store: DeadLetters, queue: DeadLetterQueue): DeadLetters {
  return {
    keep: (batch) => store.keep(batch),
    list: async (selection) => {
      await queue.flush();
      return store.list(selection);
    },
    find: async (ids) => {
      await queue.flush();
      return store.find(ids);
    },
    discard: async (ids) => {
      await queue.flush();
      return store.discard(ids);
    },
    knownAmong: (customerIds) => store.knownAmong(customerIds),
    counts: () => store.counts(),
  };
}
