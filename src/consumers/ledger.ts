/** What a consumer has done but not saved yet: the latest outcome of each update. */
import type { ConsumerChanges, ConsumerRetry, NewConsumerDeadLetter } from '../journal/consumers.ts';
import type { Entry } from './entry.ts';

type Change =
  | { readonly to: 'retry'; readonly entry: Entry }
  | { readonly to: 'finished' }
  | { readonly to: 'deadLetter'; readonly deadLetter: NewConsumerDeadLetter };

/** Changes by the position of their update. */
export type Unsaved = ReadonlyMap<number, Change>;

/** Collects changes until they are saved. */
export class Ledger {
  #unsaved = new Map<number, Change>();

  /** How many updates have changes that are not saved. */
  get size(): number {
    return this.#unsaved.size;
  }

  /** Whether there is a change of the update at this position. */
  has(position: number): boolean {
    return this.#unsaved.has(position);
  }

  /** Notes that an update became a retry, or failed again. */
  retry(entry: Entry): void {
    this.#unsaved.set(entry.position, { to: 'retry', entry });
  }

  /** Notes that an update held by the store is finished. */
  finished(position: number): void {
    this.#unsaved.set(position, { to: 'finished' });
  }

  /** Notes that an update becomes a dead letter. */
  giveUp({ position, customerId, attempts }: Entry, error: string): void {
    // Dead letters of all instances are shown with their time.
    const deadLetter = { position, customerId, attempts, error, failedAt: Date.now() };
    this.#unsaved.set(position, { to: 'deadLetter', deadLetter });
  }

  /** Takes the unsaved changes; give them to `restore` if saving fails. */
  take(): Unsaved {
    const unsaved = this.#unsaved;
    this.#unsaved = new Map();
    return unsaved;
  }

  /** Puts back changes that could not be saved; later changes win. */
  restore(unsaved: Unsaved): void {
    this.#unsaved = new Map([...unsaved, ...this.#unsaved]);
  }
}

/** Changes as a store takes them. */
export function changesOf(unsaved: Unsaved): Omit<ConsumerChanges, 'place'> {
  const retries: ConsumerRetry[] = [];
  const finished: number[] = [];
  const deadLetters: NewConsumerDeadLetter[] = [];
  for (const [position, change] of unsaved) {
    if (change.to === 'finished') finished.push(position);
    else if (change.to === 'deadLetter') deadLetters.push(change.deadLetter);
    else {
      const { customerId, attempts, isReplayed } = change.entry;
      retries.push({ position, customerId, attempts, isReplayed });
    }
  }
  return { retries, finished, deadLetters };
}
