/** One subscriber's place in the journal: pulls updates, one at a time, in order, each once. */
import type { KycUpdate } from '../domain/update.ts';
import { isUnavailable } from '../errors.ts';

/** What a cursor follows. */
export interface CursorSource {
  /** How far this update is from the cursor's place: 1 is the next one, 0 or less was passed before. */
  distance(update: KycUpdate, cursor: FeedCursor): number;
  /** Moves the place past an update, and says whether the subscriber wants it. */
  passed(update: KycUpdate): boolean;
  /** Some of the updates after the place, in order; none when there are none. */
  read(): Promise<readonly KycUpdate[]>;
  /** The journal can't be read for now: somebody has to call `retry` when it may be back. */
  stalled(cursor: FeedCursor): void;
  /** The subscriber is gone. */
  closed(cursor: FeedCursor): void;
}

/** Who takes the next update. The same object may pull again and again. */
export interface Pull {
  take(update: KycUpdate): void;
  /** There will be no more; with an error: because they can't be read. */
  end(error?: unknown): void;
}

/** One for all: most cursors have read nothing ahead. */
const NOTHING: readonly KycUpdate[] = [];

/**
 * Hands a track's updates to whoever pulls, and takes nothing while nobody does: a subscriber that stops reading costs its
 * place. One pull at a time. Also an async iterator, at the price of three promises an update.
 */
export class FeedCursor implements AsyncIterableIterator<KycUpdate, undefined> {
  readonly #track: CursorSource;
  /** What was read ahead, and where in it we are. */
  #read = NOTHING;
  #index = 0;
  #pull: Pull | null = null;
  #reading = false;
  /** Whether what is being read has to be read again. */
  #stale = false;
  /** Whether the journal may hold more than what was read. */
  #behind = true;
  #closed = false;

  constructor(track: CursorSource) {
    this.#track = track;
  }

  /** Asks for the next update, as soon as there is one; an outage of the journal only delays it. */
  pull(pull: Pull): void {
    if (this.#closed) pull.end();
    else {
      this.#pull = pull;
      this.#serve();
    }
  }

  /** The next update. Rejects when it can't be read. */
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

  /** Tells the cursor of an update that is durable. */
  wake(update: KycUpdate): void {
    const distance = this.#track.distance(update, this);
    if (distance <= 0) return;
    const idle = this.#pull !== null && !this.#reading && !this.#behind;
    if (!idle || distance > 1) {
      this.#behind = true;
      if (this.#pull !== null) this.#serve();
    } else if (this.#track.passed(update)) this.#deliver(update);
  }

  /** Lets go of what was read ahead, and reads it again from its place: something of it may be gone from the journal. */
  forget(): void {
    this.#stale = this.#reading;
    if (this.#read !== NOTHING) this.#behind = true;
    this.#letGo();
  }

  /** Reads again what could not be read before. */
  retry(): void {
    if (this.#pull !== null) this.#serve();
  }

  /** Ends the iteration: a pending pull is answered with the end. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#letGo();
    this.#track.closed(this);
    this.#end();
  }

  #serve(): void {
    while (this.#index < this.#read.length) {
      const update = this.#read[this.#index++] as KycUpdate;
      if (!this.#track.passed(update)) continue;
      this.#deliver(update);
      return;
    }
    this.#letGo();
    if (this.#behind && !this.#reading) void this.#readOn();
  }

  async #readOn(): Promise<void> {
    this.#reading = true;
    // Cleared before reading: an update that is committed meanwhile wakes us and sets it again.
    this.#behind = false;
    try {
      const read = await this.#track.read();
      if (this.#stale) this.#behind = true;
      else if (read.length > 0) {
        this.#behind = true;
        this.#read = read;
      }
    } catch (error) {
      this.#behind = true;
      if (isUnavailable(error) && !this.#closed) {
        this.#reading = false;
        this.#track.stalled(this);
        return;
      }
      this.#end(error);
    } finally {
      this.#reading = this.#stale = false;
    }
    if (this.#pull !== null) this.#serve();
  }

  #letGo(): void {
    this.#read = NOTHING;
    this.#index = 0;
  }

  #deliver(update: KycUpdate): void {
    const pull = this.#pull;
    this.#pull = null;
    pull?.take(update);
  }

  #end(error?: unknown): void {
    const pull = this.#pull;
    this.#pull = null;
    pull?.end(error);
  }
}
