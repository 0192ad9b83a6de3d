/** One subscriber's place in the journal: pulls updates, one at a time, in order, each once. */
import type { KycUpdate } from '../domain/update.ts';
import { isUnavailable } from '../errors.ts';
import type { CursorOwner, CursorSource, Pull } from './cursor-contracts.ts';
import { countWithin } from './update-bytes.ts';

export type { Comparison, CursorOwner, CursorSource, Pull } from './cursor-contracts.ts';

/** How many updates a cursor reads at once, and how many bytes of them (estimated) it keeps: one update at least. */
const READ_AHEAD = 16;
const READ_AHEAD_BYTES = 64 * 1024;

/** Shared by all cursors: most have read nothing ahead. */
const NOTHING: readonly KycUpdate[] = [];

/**
 * Hands updates to a subscriber that pulls, and reads nothing otherwise: a subscriber that stops reading costs only its
 * place. One pull at a time. Also an async iterator, which costs three promises for each update.
 *
 * Every read checks that the journal still holds the cursor's place. An update straight from the feed is taken only when it
 * follows that place in the same digest chain.
 */
export class FeedCursor implements AsyncIterableIterator<KycUpdate, undefined> {
  readonly #source: CursorSource;
  readonly #owner: CursorOwner;
  /** What was read ahead, and how much of it was taken. */
  #buffer = NOTHING;
  #index = 0;
  #limit = READ_AHEAD;
  #pull: Pull | null = null;
  #reading = false;
  /** Whether the read in progress has to be repeated. */
  #stale = false;
  /** Whether the journal may hold more than what was read. */
  #behind = true;
  /** Whether the place has to be checked, even without a pull. */
  #unverified = false;
  #closed = false;
  /** Why the cursor ended, until the subscriber was told. */
  #failure: unknown;

  constructor(source: CursorSource, owner: CursorOwner) {
    this.#source = source;
    this.#owner = owner;
  }

  /** The customer that it follows; null: all customers. */
  get customerId(): string | null {
    return this.#source.customerId;
  }

  /** Requests the next update, delivered as soon as there is one; an outage of the journal only delays it. */
  pull(pull: Pull): void {
    this.#pull = pull;
    if (this.#closed) this.#end();
    else this.#serve();
  }

  /** The next update. Rejects when it can't be read: with `CURSOR_UNKNOWN` when the journal was replaced. */
  next(): Promise<IteratorResult<KycUpdate, undefined>> {
    return new Promise((resolve, reject) => {
      this.pull({
        take: (value) => resolve({ done: false, value }),
        end: (error) => (error === undefined ? resolve({ done: true, value: undefined }) : reject(error)),
      });
    });
  }

  /** Ends the iteration. */
  return(): Promise<IteratorResult<KycUpdate, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Offers a durable update of the feed's chain. `before`: the digest of the entry before it, as a number; null: unknown. */
  wake(update: KycUpdate, before: number | null): void {
    const where = this.#source.compare(update, before);
    if (where === 'behind') return;
    if (where === 'replaced') {
      void this.verify();
      return;
    }
    const isIdle = this.#pull !== null && !this.#reading && !this.#behind;
    if (isIdle && where === 'next') {
      if (this.#source.advance(update, true)) this.#deliver(update);
      return;
    }
    this.#behind = true;
    if (this.#pull !== null) this.#serve();
  }

  /** Discards what was read ahead; it is read again from the place: some of it may be gone from the journal. */
  invalidate(): void {
    this.#stale = this.#reading;
    if (this.#buffer !== NOTHING) this.#behind = true;
    this.#discardBuffer();
  }

  /** Nothing is delivered from now on until the journal has been read and still holds the place. */
  suspect(): void {
    this.invalidate();
    this.#behind = this.#unverified = true;
  }

  /** Checks that the journal still holds the place, with or without a pull. Ends the cursor with `CURSOR_UNKNOWN` if not. */
  async verify(): Promise<void> {
    if (this.#closed) return;
    this.suspect();
    if (!this.#reading) await this.#readOn();
  }

  /** Reads again what could not be read before. */
  retry(): void {
    if (this.#pull !== null) this.#serve();
    else if (this.#unverified && !this.#reading && !this.#closed) void this.#readOn();
  }

  /** Ends the iteration, including a pending pull. */
  close(): void {
    this.#finish();
  }

  #serve(): void {
    while (this.#index < this.#buffer.length) {
      const update = this.#buffer[this.#index++] as KycUpdate;
      if (!this.#source.advance(update, false)) continue;
      this.#deliver(update);
      return;
    }
    this.#discardBuffer();
    if (this.#behind && !this.#reading) void this.#readOn();
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    // Cleared before reading: an update that is committed meanwhile wakes us and sets it again.
    this.#behind = false;
    try {
      const read = await this.#source.read(this.#limit);
      if (this.#stale) this.#behind = true;
      else this.#keep(read);
    } catch (error) {
      this.#behind = true;
      if (!isUnavailable(error)) this.#finish(error);
      else if (!this.#closed) {
        this.#reading = false;
        this.#owner.onStalled(this);
        return;
      }
    } finally {
      this.#reading = this.#stale = false;
    }
    if (this.#pull !== null) this.#serve();
    else if (this.#unverified && !this.#closed) void this.#readOn();
  }

  #keep(read: readonly KycUpdate[] | null): void {
    this.#unverified = false;
    if (read === null) this.#finish();
    if (read === null || this.#closed) return;
    if (!this.#source.isAnchored) this.#owner.onUnanchored(this);
    if (read.length === 0) return;
    this.#behind = true;
    const count = countWithin(read, READ_AHEAD_BYTES);
    this.#buffer = count === read.length ? read : read.slice(0, count);
    // Large updates are read one by one, not sixteen at a time to keep one of them.
    this.#limit = count < read.length ? count : Math.min(2 * this.#limit, READ_AHEAD);
  }

  #discardBuffer(): void {
    this.#buffer = NOTHING;
    this.#index = 0;
  }

  #deliver(update: KycUpdate): void {
    const pull = this.#pull;
    this.#pull = null;
    pull?.take(update);
  }

  #finish(failure?: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    this.#discardBuffer();
    this.#owner.onClosed(this);
    this.#end();
  }

  #end(): void {
    const pull = this.#pull;
    if (pull === null) return;
    const failure = this.#failure;
    this.#pull = null;
    this.#failure = undefined;
    pull.end(failure);
  }
}
