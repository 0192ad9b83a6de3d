/** The feed's place in the journal, and the cursors that receive what follows it. Reads nothing itself. */
import type { KycUpdate } from '../domain/update.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { FeedCursor } from './cursor.ts';
import type { JournalReplacement } from './options.ts';
import type { Scheduler } from './scheduler.ts';
import type { CustomerSource, FeedState, JournalSource } from './sources.ts';
import { SubscriberIndex } from './subscriber-index.ts';
import { Tail } from './tail.ts';

/** How many cursors check their place at once after the journal was replaced. */
const VERIFIED_AT_ONCE = 64;

/** Wakes the cursors that an update concerns, and makes all of them check their place when the journal was replaced. */
export class Delivery {
  readonly state: FeedState;
  readonly #tail: Tail;
  readonly #subscribers: SubscriberIndex;
  readonly #onReplaced: (replacement: JournalReplacement) => void;
  /** How often what was read before had to be discarded; how often the journal was replaced. */
  #invalidations = 0;
  #replacements = 0;

  /** `onReplaced` must not throw. */
  constructor(
    journal: Journal,
    scheduler: Scheduler,
    tailBytes: number | undefined,
    onReplaced: (replacement: JournalReplacement) => void,
  ) {
    this.#tail = new Tail(tailBytes);
    this.#subscribers = new SubscriberIndex(this.#tail);
    this.#onReplaced = onReplaced;
    const place = { position: 0, digest: journal.seed };
    this.state = { journal, tail: this.#tail, scheduler, place, checksBegun: 0, checkPassed: 0 };
  }

  /** The last entry that cursors were told of. */
  get place(): Head {
    return this.state.place;
  }

  /** Only ever replaced as a whole, so code that holds one can tell whether the feed has moved since. */
  set place({ position, digest }: Head) {
    this.state.place = { position, digest };
  }

  /** How often what was read before had to be discarded: what is still being read then is not delivered. */
  get invalidations(): number {
    return this.#invalidations;
  }

  /** How often the journal was replaced. */
  get replacements(): number {
    return this.#replacements;
  }

  /** Whether there are no subscribers. */
  get isAlone(): boolean {
    return this.#subscribers.isEmpty;
  }

  /** A new cursor. */
  open(source: CustomerSource | JournalSource): FeedCursor {
    const cursor = new FeedCursor(source, this.#subscribers);
    this.#subscribers.add(cursor);
    return cursor;
  }

  /** Ends every cursor. */
  closeAll(): void {
    for (const cursor of this.#subscribers.all()) cursor.close();
  }

  /** Ends the cursors that follow one customer. */
  closeCustomer(customerId: string): void {
    for (const cursor of [...this.#subscribers.ofCustomer(customerId)]) cursor.close();
  }

  /** Moves to a place that the journal holds: nobody needs the updates in between, and none of them is kept. */
  advanceTo(place: Head): void {
    this.place = place;
    this.invalidate();
  }

  /** Tells cursors of updates that follow our place, in order. */
  wake(updates: readonly KycUpdate[]): void {
    const { position, digest } = this.place;
    // An erasure is an entry but not an update, and erased entries are no longer updates: where one is missing, a customer was erased.
    if (updates.at(-1)?.position !== position + updates.length) this.invalidate();
    let [previous, mark] = [position, digestNumber(digest)];
    for (const update of updates) {
      const before = update.position === previous + 1 ? mark : null;
      this.place = update;
      // Only cursors that follow all customers read it. Keeping it without them would cost a copy at each garbage collection.
      if (this.#subscribers.ofAll.size > 0) this.#tail.push(update, before);
      for (const cursor of this.#subscribers.ofCustomer(update.customerId)) cursor.wake(update, before);
      for (const cursor of this.#subscribers.ofAll) cursor.wake(update, before);
      [previous, mark] = [update.position, digestNumber(update.digest)];
    }
  }

  /** The journal no longer holds our place: moves to one that it holds, and every cursor checks its own. */
  replaced(place: Head): void {
    const cursors = this.#subscribers.all();
    const replacement = {
      feedPosition: this.place.position,
      headPosition: place.position,
      subscribers: cursors.length,
    };
    this.#replacements++;
    this.advanceTo(place);
    // All of them before the first reads: nothing of the old journal is delivered from now on.
    for (const cursor of cursors) cursor.suspect();
    void this.#verifyAll(cursors);
    this.#onReplaced(replacement);
  }

  /** Cursors that could not read before read again; those that have read past the feed check their place. */
  retryReads(): void {
    const { stalled, unanchored } = this.#subscribers;
    const [retried, verified] = [[...stalled], [...unanchored]];
    stalled.clear();
    unanchored.clear();
    for (const cursor of retried) cursor.retry();
    void this.#verifyAll(verified);
  }

  /** Something may be gone from the journal: discards what was read before. */
  invalidate(): void {
    this.#invalidations++;
    this.#tail.clear();
    for (const cursor of this.#subscribers.all()) cursor.invalidate();
  }

  async #verifyAll(cursors: readonly FeedCursor[]): Promise<void> {
    for (let start = 0; start < cursors.length; start += VERIFIED_AT_ONCE) {
      await Promise.all(cursors.slice(start, start + VERIFIED_AT_ONCE).map((cursor) => cursor.verify()));
    }
  }
}
