/** All open cursors of a feed, by the updates that concern them. */
import type { CursorOwner, FeedCursor } from './cursor.ts';
import type { Tail } from './tail.ts';

const NONE: ReadonlySet<FeedCursor> = new Set();

/** Knows every open cursor, and which of them need attention at the feed's next look at the journal. */
export class SubscriberIndex implements CursorOwner {
  readonly ofAll = new Set<FeedCursor>();
  /** Cursors that could not read because the journal was unavailable. */
  readonly stalled = new Set<FeedCursor>();
  /** Cursors that have read past the feed's own position: their place has yet to be compared with the feed's chain. */
  readonly unanchored = new Set<FeedCursor>();
  readonly #ofCustomer = new Map<string, Set<FeedCursor>>();
  readonly #tail: Tail;

  constructor(tail: Tail) {
    this.#tail = tail;
  }

  /** Whether there are no subscribers. */
  get isEmpty(): boolean {
    return this.ofAll.size + this.#ofCustomer.size === 0;
  }

  /** The cursors that follow one customer. */
  ofCustomer(customerId: string): ReadonlySet<FeedCursor> {
    return this.#ofCustomer.get(customerId) ?? NONE;
  }

  /** Every open cursor, as of now: closing one does not disturb the caller's loop. */
  all(): FeedCursor[] {
    return [...this.ofAll, ...[...this.#ofCustomer.values()].flatMap((cursors) => [...cursors])];
  }

  /** Takes a new cursor in. */
  add(cursor: FeedCursor): void {
    const { customerId } = cursor;
    if (customerId === null) {
      this.ofAll.add(cursor);
      return;
    }
    const cursors = this.#ofCustomer.get(customerId) ?? new Set();
    this.#ofCustomer.set(customerId, cursors);
    cursors.add(cursor);
  }

  onStalled(cursor: FeedCursor): void {
    this.stalled.add(cursor);
  }

  onUnanchored(cursor: FeedCursor): void {
    this.unanchored.add(cursor);
  }

  onClosed(cursor: FeedCursor): void {
    this.stalled.delete(cursor);
    this.unanchored.delete(cursor);
    const { customerId } = cursor;
    if (customerId === null) {
      this.ofAll.delete(cursor);
      // Only cursors that follow all customers read the tail.
      if (this.ofAll.size === 0) this.#tail.clear();
      return;
    }
    const cursors = this.#ofCustomer.get(customerId);
    cursors?.delete(cursor);
    if (cursors?.size === 0) this.#ofCustomer.delete(customerId);
  }
}
