/**
 * Refused callbacks on their way to the dead letters.
 *
 * Their senders don't wait: repetitions become one dead letter with a count, and a flood is counted rather than written. Up to 1,000
 * at once are written, and then 200 a second; beyond that, the sender or customer that holds most of the batch loses one, and those
 * about customers that the journal knows, or from allowed addresses, are left out last.
 */
import type { DeadLetters, NewDeadLetter } from '../journal/dead-letters.ts';
import { RefusedBatch } from './refused-batch.ts';

/** The size of one commit: 1.6 MB, a hundred of the largest, would keep genuine callbacks waiting for 70 ms. */
const PART = { count: 100, bytes: 128 * 1024 };
const DELAY_MS = 250;
const BURST = 1_000;
const PER_MS = 0.2;
const SMALLEST_BATCH = 50;

/** What may be observed of a queue of refused callbacks. */
export interface RefusedQueueOptions {
  /** Called with how many refused dead letters were counted but not kept. Must not throw. */
  readonly onDropped?: (count: number) => void;
  /** Called when refused dead letters could not be written. Must not throw. */
  readonly onError?: (error: unknown) => void;
}

/** Gathers refused dead letters for 250 ms, and writes what its budget allows. */
export class RefusedQueue {
  readonly #deadLetters: DeadLetters;
  readonly #options: RefusedQueueOptions;
  #gathering: RefusedBatch | null = null;
  /** How many may be written now, and since when that is so. */
  #budget = BURST;
  #budgetAt = performance.now();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();
  #batchesBeingWritten = 0;

  constructor(deadLetters: DeadLetters, options: RefusedQueueOptions) {
    this.#deadLetters = deadLetters;
    this.#options = options;
  }

  /** Takes a refused dead letter. It is written within 250 ms, or only counted. */
  add(deadLetter: NewDeadLetter): void {
    this.#gathering ??= new RefusedBatch(Math.max(SMALLEST_BATCH, Math.floor(this.#refill())));
    if (!this.#gathering.add(deadLetter)) this.#options.onDropped?.(1);
    this.#timer ??= setTimeout(() => void this.flush(), DELAY_MS).unref();
  }

  /** Resolves when every dead letter taken so far is written, or could not be. Never rejects. */
  async flush(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = this.#gathering;
    this.#gathering = null;
    if (batch !== null) {
      // A batch that waits for a slow store drops its surplus.
      if (this.#batchesBeingWritten > 0) this.#drop(batch.trim(new Set()));
      this.#budget = Math.max(0, this.#refill() - Math.min(batch.size, batch.capacity));
      const before = this.#writing;
      this.#batchesBeingWritten += 1;
      this.#writing = before.then(() => this.#write(batch));
    }
    await this.#writing;
  }

  async #write(batch: RefusedBatch): Promise<void> {
    let left = batch.size;
    try {
      const contested = batch.contestedCustomers();
      if (contested.length > 0) this.#drop(batch.trim(await this.#deadLetters.knownAmong(contested)));
      const deadLetters = batch.deadLetters();
      left = deadLetters.length;
      for (const part of partsOf(deadLetters)) {
        await this.#deadLetters.keep(part);
        left -= part.length;
        // Callbacks come first.
        await new Promise((resolve) => setImmediate(resolve));
      }
    } catch (error) {
      // They were refused, so XGateway sends again what matters.
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
    this.#budget = Math.min(BURST, this.#budget + (now - this.#budgetAt) * PER_MS);
    this.#budgetAt = now;
    return this.#budget;
  }
}

/** Cuts a batch into what one commit takes. */
function* partsOf(deadLetters: readonly NewDeadLetter[]): Generator<readonly NewDeadLetter[]> {
  let [start, bytes] = [0, 0];
  for (const [index, { body }] of deadLetters.entries()) {
    const isFull = index - start >= PART.count || bytes + body.length > PART.bytes;
    if (isFull && index > start) {
      yield deadLetters.slice(start, index);
      [start, bytes] = [index, 0];
    }
    bytes += body.length;
  }
  if (start < deadLetters.length) yield deadLetters.slice(start);
}
