/** Dead letters on their way to the dead-letter store: all that come while one commit is under way share the next. */

import { KycError } from '../errors.ts';
import type { DeadLetters, NewDeadLetter } from '../journal/dead-letters.ts';

interface Waiting {
  readonly deadLetter: NewDeadLetter;
  readonly resolve: (isKept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const CAPACITY = 1_000;
const BATCH = 100;

/** Gathers dead letters into batches. */
export class DeadLetterQueue {
  readonly #deadLetters: DeadLetters;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(deadLetters: DeadLetters) {
    this.#deadLetters = deadLetters;
  }

  /** Resolves once the dead letter is durable (true), or when its category is full (false). Rejects when it can't be kept for now. */
  keep(deadLetter: NewDeadLetter): Promise<boolean> {
    if (this.#waiting.length >= CAPACITY) {
      return Promise.reject(
        new KycError('QUEUE_FULL', 'Too many dead letters wait for their category. Try again later.'),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ deadLetter, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when every dead letter that was given has its answer. */
  async settled(): Promise<void> {
    await this.#running;
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
