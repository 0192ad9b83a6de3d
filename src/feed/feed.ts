/**
 * The feed: subscribers are cursors into the journal, and a notifier tells them that it has grown.
 *
 * No update is queued for any subscriber. A cursor that waits takes an update from the feed when it is the next one; otherwise it
 * reads on from its own place, in the recent tail or in the journal. So a lost or repeated wake costs a read and nothing else.
 *
 * A notification is a hint. Whatever it says or fails to say, the journal is read from our place: when it names a later
 * position, when it names none (the notifier was disconnected for a while), and every second in case it was lost.
 *
 * The place is a position and the digest there. Each look at the head, each page that is read and each own commit checks that
 * the journal still holds it. When it does not, the database was replaced by another state of itself (a failover to a replica
 * that lagged, a restored backup): everything that was read is discarded, and every cursor checks its own place as a new
 * one does.
 */
import type { PubSubEngine } from 'graphql-subscriptions';
import type { KycUpdate } from '../domain/update.ts';
import { digestBefore } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { BackwardSource, type PageSource } from './backward-source.ts';
import type { FeedCursor } from './cursor.ts';
import { Delivery } from './delivery.ts';
import { JournalWatch } from './journal-watch.ts';
import { NotifierLink } from './notifier-link.ts';
import type { FeedOptions } from './options.ts';
import { sameDigest } from './place.ts';
import { nodeScheduler, type Scheduler } from './scheduler.ts';
import { type CustomerPlace, CustomerSource, JournalSource } from './sources.ts';

export { NOTIFIER_TOPIC } from './notifier-link.ts';
export type { FeedObserver, FeedOptions, JournalReplacement } from './options.ts';

/** Hands out cursors, and wakes those that an update concerns. */
export class Feed {
  readonly #journal: Journal;
  readonly #pollMs: number;
  readonly #scheduler: Scheduler;
  readonly #delivery: Delivery;
  readonly #watch: JournalWatch;
  readonly #link: NotifierLink;
  #cancelPoll = () => {};
  /** The position of the last erasure of ours. */
  #erasedUpTo = 0;
  #isStopped = false;

  constructor(journal: Journal, notifier: PubSubEngine, options: FeedOptions = {}) {
    const { pollMs = 1_000, tailBytes, observer = {}, scheduler = nodeScheduler } = options;
    this.#journal = journal;
    this.#pollMs = pollMs;
    this.#scheduler = scheduler;
    this.#delivery = new Delivery(journal, scheduler, tailBytes, (replacement) => {
      this.#erasedUpTo = 0;
      guarded(() => observer.replaced?.(replacement));
    });
    this.#watch = new JournalWatch(this.#delivery);
    const events = {
      notified: (hint: unknown) => this.#watch.notified(hint),
      changed: (isWorking: boolean, error?: unknown) => guarded(() => observer.notifier?.(isWorking, error)),
    };
    this.#link = new NotifierLink(notifier, events, scheduler);
  }

  /** The position of the last entry that cursors were notified of. */
  get position(): number {
    return this.#delivery.place.position;
  }

  /** The last entry that cursors were notified of: following all updates after it carries every later one. */
  get place(): Head {
    return this.#delivery.place;
  }

  /** Whether the notifier works, as far as is known. Without it updates of other instances are up to `pollMs` late. */
  get isNotifierWorking(): boolean {
    return this.#link.isWorking;
  }

  /** Starts at the journal's head. Listens to the notifier as soon as it works: a start does not depend on it. */
  async start(): Promise<void> {
    this.#delivery.place = await this.#journal.head();
    await this.#link.start();
    this.#poll();
    // What was committed before we listened.
    this.#watch.look();
  }

  /** Ends every cursor and stops listening. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelPoll();
    this.#link.stop();
    this.#watch.stop();
    this.#delivery.closeAll();
  }

  /** Takes what this process has just committed, in position order, and notifies the other instances. */
  committed(updates: readonly KycUpdate[]): void {
    const [first, last] = [updates[0], updates.at(-1)];
    if (first === undefined || last === undefined) return;
    const { position, digest } = this.#delivery.place;
    // A commit from before an erasure may be reported after it: then only the journal knows what is left.
    const follows = first.position === position + 1 && first.position > this.#erasedUpTo;
    const before = follows ? digestBefore(first) : null;
    if (before !== null && !sameDigest(before, digest)) {
      this.#watch.replaced({ position: first.position - 1, digest: before });
      this.#delivery.wake(updates);
    } else if (this.#delivery.isAlone) this.#committedAlone(last, before !== null);
    else if (before !== null) this.#delivery.wake(updates);
    else if (last.position > position) this.#watch.notified(last.position);
    // Either another instance's notification was faster, or the journal was replaced.
    else this.#watch.lookSoon();
    this.#link.publish(last.position);
  }

  /**
   * A customer was erased: ends their subscriptions and drops them from memory. `position`: of the entry that
   * records the erasure; nothing before it is delivered without being read again.
   */
  invalidate(customerId: string, position = 0): void {
    this.#erasedUpTo = Math.max(this.#erasedUpTo, position);
    this.#delivery.closeCustomer(customerId);
    this.#delivery.invalidate();
  }

  /**
   * A customer's updates after an update of theirs (a bare revision is not checked); with null, the latest at once and then each
   * new one. Ends when the customer is erased: here at once, elsewhere when that is noticed. Fails with `CURSOR_UNKNOWN` when the
   * journal is replaced by one that does not hold the last update that was delivered.
   */
  followCustomer(customerId: string, after: CustomerPlace | number | null): FeedCursor {
    return this.#open(new CustomerSource(this.#delivery.state, customerId, after));
  }

  /**
   * All updates after a place (null: from now on; a bare position is not checked) that `matches` selects. Fails with
   * `CURSOR_UNKNOWN` when the journal is replaced by one that does not hold the last update that was passed.
   */
  followAll(after: Head | number | null, matches: (update: KycUpdate) => boolean): FeedCursor {
    return this.#open(new JournalSource(this.#delivery.state, after ?? this.#delivery.place, matches));
  }

  /** All updates after a place, for one page: read as a cursor reads them, without waiting for new ones. */
  readAfter(after: Head | number): PageSource {
    return new JournalSource(this.#delivery.state, after, () => true);
  }

  /** All updates before a place (null: from the head), the latest first, for one page. */
  readBefore(before: Head | null): PageSource {
    return new BackwardSource(this.#journal, before);
  }

  #open(source: CustomerSource | JournalSource): FeedCursor {
    const cursor = this.#delivery.open(source);
    if (this.#isStopped) cursor.close();
    return cursor;
  }

  #poll(): void {
    this.#cancelPoll = this.#scheduler.after(this.#pollMs, () => {
      this.#watch.look();
      this.#poll();
    });
  }

  /** The next subscriber begins after what we have acknowledged. */
  #committedAlone(last: KycUpdate, follows: boolean): void {
    if (!follows) this.#watch.leaveUnchecked();
    if (last.position > this.#delivery.place.position) this.#delivery.advanceTo(last);
  }
}

/** An observer must not stop the feed. */
function guarded(call: () => void): void {
  try {
    call();
  } catch {
    // The owner will notice.
  }
}
