/**
 * Dead letters on their way to their store. Genuine ones share commits, and their senders wait for the commit. Refused ones are written
 * in batches, and their senders don't wait.
 */
import { BatchQueue } from '../journal/batch-queue.ts';
import type { DeadLetters, NewDeadLetter } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import { RefusedQueue, type RefusedQueueOptions } from './refused-queue.ts';

const CAPACITY = 1_000;
const BATCH = 100;

/** Gathers dead letters into batches. */
export class DeadLetterQueue {
  readonly #genuine: BatchQueue<NewDeadLetter, boolean>;
  readonly #refused: RefusedQueue;

  constructor(deadLetters: DeadLetters, options: RefusedQueueOptions = {}) {
    this.#refused = new RefusedQueue(deadLetters, options);
    this.#genuine = new BatchQueue({
      write: (batch) => deadLetters.keep(batch),
      capacity: CAPACITY,
      batchSize: BATCH,
      fullMessage: 'Too many dead letters are waiting to be written. Try again later.',
    });
  }

  /** Resolves once a genuine dead letter is durable (true), or when there is no room for it (false). Rejects when it can't be kept now. */
  keep(deadLetter: NewDeadLetter): Promise<boolean> {
    return this.#genuine.add(deadLetter);
  }

  /** Takes a refused dead letter. It is written within 250 ms, or only counted. */
  refuse(deadLetter: NewDeadLetter): void {
    this.#refused.add(deadLetter);
  }

  /** Resolves when every refused dead letter taken so far is written, or could not be. Never rejects. */
  flush(): Promise<void> {
    return this.#refused.flush();
  }

  /** Resolves when every dead letter that was taken has been written, or could not be. */
  async settled(): Promise<void> {
    await this.#genuine.settled();
    await this.flush();
  }
}

/** A journal whose dead letters pass through `queue`. Reads and erasures also cover those not written yet. */
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
    reasons: () => store.reasons(),
  };
}
