/**
 * One batch of refused dead letters: bounded, without repetitions, shared fairly among senders and customers.
 *
 * More are gathered than are written. Which of them are about known customers is looked up only when not all can be written, and
 * once for the whole batch: a flood must not cost one lookup per callback.
 */
import { planEviction } from '../journal/dead-letter-eviction.ts';
import { deadLetterFingerprint, type NewDeadLetter } from '../journal/dead-letters.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** How many are gathered beyond the capacity, so that there is something to choose from. */
const SPARE = 1_000;

interface Gathered {
  readonly deadLetter: NewDeadLetter;
  count: number;
  lastSeenAt: number;
}

/** A batch that is being gathered. */
export class RefusedBatch {
  readonly #gathered = new Map<string, Gathered>();
  /** How many each sender has in the batch. */
  readonly #held = new Map<string, number>();
  /** How many different dead letters are written at most. */
  readonly capacity: number;
  #bytes = 0;

  /** @param capacity how many different dead letters are left after `trim`. It holds 1,000 more before. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** How many different dead letters it holds. */
  get size(): number {
    return this.#gathered.size;
  }

  /** Adds a dead letter, or counts a repetition. Returns false when a dead letter was left out, this one or another. */
  add(deadLetter: NewDeadLetter): boolean {
    const key = Buffer.from(deadLetterFingerprint(deadLetter)).toString('base64');
    const known = this.#gathered.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.lastSeenAt = deadLetter.receivedAt;
      return true;
    }
    const isFull = this.#gathered.size >= this.capacity + SPARE || this.#bytes + deadLetter.body.length > MAX_BYTES;
    if (isFull && !this.#makeRoom(senderOf(deadLetter))) return false;
    this.#gathered.set(key, { deadLetter, count: 1, lastSeenAt: deadLetter.receivedAt });
    this.#count(deadLetter, 1);
    return !isFull;
  }

  /** The customers that `trim` has to choose from; empty when everything fits. */
  contestedCustomers(): string[] {
    if (this.#gathered.size <= this.capacity) return [];
    return [...new Set([...this.#gathered.values()].map(({ deadLetter }) => deadLetter.customerId))].filter(
      (customerId) => customerId !== null,
    );
  }

  /**
   * Drops what is beyond the capacity, by the store's rule (dead-letter-eviction.ts): known customers and allowed addresses
   * stay longest. Returns how many were left out.
   */
  trim(knownCustomers: ReadonlySet<string>): number {
    const all = [...this.#gathered];
    const holdings = all.map(([, { deadLetter }]) => ({
      sender: senderOf(deadLetter),
      customerId: deadLetter.customerId,
      bytes: deadLetter.body.length,
      priority: Number(knownCustomers.has(deadLetter.customerId ?? '')) + Number(deadLetter.isAllowedSender === true),
    }));
    const evicted = planEviction(holdings, { count: this.capacity, bytes: MAX_BYTES });
    for (const index of evicted) {
      const [key, { deadLetter }] = all[index] as (typeof all)[number];
      this.#gathered.delete(key);
      this.#count(deadLetter, -1);
    }
    return evicted.length;
  }

  /** The gathered dead letters, in the order in which they were first received. */
  deadLetters(): NewDeadLetter[] {
    return [...this.#gathered.values()].map(({ deadLetter, count, lastSeenAt }) => ({
      ...deadLetter,
      count,
      lastSeenAt,
    }));
  }

  /** Leaves out the latest dead letter of the sender that holds most. False when that is `newcomer`: their next is left out instead. */
  #makeRoom(newcomer: string): boolean {
    let [holder, most] = ['', 0];
    for (const [sender, held] of this.#held) if (held > most) [holder, most] = [sender, held];
    if ((this.#held.get(newcomer) ?? 0) + 1 >= most) return false;
    for (const [key, { deadLetter }] of [...this.#gathered].reverse()) {
      if (senderOf(deadLetter) !== holder) continue;
      this.#gathered.delete(key);
      this.#count(deadLetter, -1);
      return true;
    }
    return false;
  }

  #count(deadLetter: NewDeadLetter, by: 1 | -1): void {
    const sender = senderOf(deadLetter);
    this.#held.set(sender, (this.#held.get(sender) ?? 0) + by);
    this.#bytes += by * deadLetter.body.length;
  }
}

function senderOf({ sender }: NewDeadLetter): string {
  return sender ?? '';
}
