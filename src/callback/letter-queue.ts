/** Letters on their way to the dead-letter store: all that come while one commit is under way share the next. */

import { KycError } from '../errors.ts';
import type { DeadLetters, NewLetter } from '../journal/dead-letters.ts';

interface Waiting {
  readonly letter: NewLetter;
  readonly resolve: (isKept: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const CAPACITY = 1_000;
const BATCH = 100;

/** Gathers letters into batches. */
export class LetterQueue {
  readonly #letters: DeadLetters;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;

  constructor(letters: DeadLetters) {
    this.#letters = letters;
  }

  /** Resolves once the letter is durable (true), or when its shelf is full (false). Rejects when it can't be kept for now. */
  keep(letter: NewLetter): Promise<boolean> {
    if (this.#waiting.length >= CAPACITY) {
      return Promise.reject(new KycError('QUEUE_FULL', 'Too many letters wait for their shelf. Try again later.'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ letter, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when every letter that was given has its answer. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, BATCH);
      try {
        const kept = await this.#letters.keep(batch.map(({ letter }) => letter));
        for (const [index, { resolve }] of batch.entries()) resolve(kept[index] === true);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#running = null;
  }
}
