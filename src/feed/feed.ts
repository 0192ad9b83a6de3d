/**
 * The feed: subscribers are cursors into the journal, and a notifier tells them that it has grown.
 *
 * No update is queued for anybody. A cursor that waits takes an update from the feed when it is the next one; otherwise it
 * reads on from its own place, in the recent tail or in the journal. So a lost or repeated wake costs a read and nothing else.
 *
 * A notification is a hint. Whatever it says or fails to say, the journal is read from our place: when it names a later
 * position, when it names none (the notifier was disconnected for a while), and every second in case it was lost.
 *
 * The place is a position and the digest there. Each look at the head, each page that is read and each own commit checks that
 * the journal still holds it. When it does not, the database was replaced by another state of itself (a failover to a replica
 * that lagged, a restored backup): everything that was read is discarded, and every cursor checks its own place as one that
 * comes in does.
 */
import type { PubSubEngine } from 'graphql-subscriptions';
import type { KycUpdate } from '../domain/update.ts';
import { digestBefore, digestNumber } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { FeedCursor } from './cursor.ts';
import { type NotifierEvents, NotifierLink } from './notifier-link.ts';
import { holdsPlace, sameDigest } from './place.ts';
import { nodeScheduler, type Scheduler, sleep } from './scheduler.ts';
import { type CustomerPlace, CustomerSource, type FeedState, JournalSource } from './sources.ts';
import { SubscriberIndex } from './subscriber-index.ts';
import { Tail } from './tail.ts';

export { NOTIFIER_TOPIC } from './notifier-link.ts';

/** How many entries the feed itself reads at once, to tell cursors of them. */
const PAGE = 100;

/** How long notifications gather while nobody is subscribed, in milliseconds: one look at the head does for all of them. */
const ALONE_MS = 20;

/** The pause after a notification that promised more than the journal holds, in milliseconds: a flood of them costs one read each. */
const FALSE_HINT_MS = 20;

/** The pause between two looks that others ask for, in milliseconds. */
const LOOK_PAUSE_MS = 50;

/** How many cursors check their place at once after the journal was replaced. */
const VERIFIED_AT_ONCE = 64;

/** Two places that should be one: the feed's own, and what the journal holds instead. */
export interface JournalReplacement {
  readonly feedPosition: number;
  readonly headPosition: number;
  /** How many cursors have to check their place. */
  readonly subscribers: number;
}

/** Learns what a feed notices. A function that throws is ignored. */
export interface FeedObserver {
  /** The journal no longer holds what the feed has read. */
  replaced?(replacement: JournalReplacement): void;
  /** The notifier works or does not; called for each change, and for each failure. */
  notifier?(isWorking: boolean, error?: unknown): void;
}

/** How much a feed keeps, and how often it looks. */
export interface FeedOptions {
  /** Between two looks at the journal's head, in milliseconds, default 1,000: how late an update can be when its notification is lost. */
  readonly pollMs?: number;
  /** How much of the journal's tail is kept in memory, default 4 MiB. */
  readonly tailBytes?: number;
  readonly observer?: FeedObserver;
  /** Default: Node's own clock. */
  readonly scheduler?: Scheduler;
}

/** Hands out cursors, and wakes those that an update concerns. */
export class Feed {
  readonly #journal: Journal;
  readonly #pollMs: number;
  readonly #tail: Tail;
  readonly #state: FeedState;
  readonly #subscribers: SubscriberIndex;
  readonly #link: NotifierLink;
  readonly #observer: FeedObserver;
  readonly #scheduler: Scheduler;
  /** A place that was left without a check, because nobody was subscribed. */
  #unchecked: Head | null = null;
  /** The last position that is said to exist. */
  #hinted = 0;
  #catchingUp: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  /** How often what was read before had to be discarded; how often the journal was replaced. */
  #invalidations = 0;
  #replacements = 0;
  #cancelPoll = () => {};
  #isLookPaused = false;
  #isLookAsked = false;
  /** The position of the last erasure of ours. */
  #erasedUpTo = 0;
  #isStopped = false;

  constructor(journal: Journal, notifier: PubSubEngine, options: FeedOptions = {}) {
    this.#journal = journal;
    this.#pollMs = options.pollMs ?? 1_000;
    this.#observer = options.observer ?? {};
    this.#scheduler = options.scheduler ?? nodeScheduler;
    this.#tail = new Tail(options.tailBytes);
    this.#subscribers = new SubscriberIndex(this.#tail);
    const place = { position: 0, digest: journal.seed };
    this.#state = { journal, tail: this.#tail, scheduler: this.#scheduler, place, checksBegun: 0, checkPassed: 0 };
    const events: NotifierEvents = {
      notified: (hint) => this.#notified(hint),
      changed: (isWorking, error) => this.#observe(() => this.#observer.notifier?.(isWorking, error)),
    };
    this.#link = new NotifierLink(notifier, events, this.#scheduler);
  }

  /** The position of the last entry that cursors were told of. */
  get position(): number {
    return this.#place.position;
  }

  /** Whether the notifier works, as far as is known. Without it updates of other instances are up to `pollMs` late. */
  get isNotifierWorking(): boolean {
    return this.#link.isWorking;
  }

  /** Starts at the journal's head. Listens to the notifier as soon as that works: a notifier that is down does not matter. */
  async start(): Promise<void> {
    this.#place = await this.#journal.head();
    await this.#link.start();
    this.#poll();
    // What was committed before we listened.
    this.#look();
  }

  /** Ends every cursor and stops listening. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelPoll();
    this.#link.stop();
    for (const cursor of this.#subscribers.all()) cursor.close();
  }

  /** Takes what this process has just committed, in position order, and notifies the other instances. */
  committed(updates: readonly KycUpdate[]): void {
    const [first, last] = [updates[0], updates.at(-1)];
    if (first === undefined || last === undefined) return;
    const { position, digest } = this.#place;
    // What was committed before an erasure may be answered after it: then only the journal knows what is left of it.
    const follows = first.position === position + 1 && first.position > this.#erasedUpTo;
    const before = follows ? digestBefore(first) : null;
    if (before !== null && !sameDigest(before, digest)) {
      this.#replaced({ position: first.position - 1, digest: before });
      this.#wake(updates);
    } else if (this.#subscribers.isEmpty) this.#committedAlone(last, before !== null);
    else if (before !== null) this.#wake(updates);
    else if (last.position > position) this.#notified(last.position);
    // Either another instance's notification was faster, or the journal is another one.
    else this.#lookSoon();
    this.#link.publish(last.position);
  }

  /**
   * A customer was erased: their subscribers are at the end, and nothing of them is kept in memory. `position`: of the entry that
   * records the erasure; nothing before it is delivered without being read again.
   */
  invalidate(customerId: string, position = 0): void {
    this.#erasedUpTo = Math.max(this.#erasedUpTo, position);
    for (const cursor of [...this.#subscribers.ofCustomer(customerId)]) cursor.close();
    this.#invalidate();
  }

  /**
   * A customer's updates after an update of theirs (a bare revision is not checked); with null, the latest at once and then each
   * new one. Ends when the customer is erased: here at once, elsewhere when that is noticed. Fails with `CURSOR_UNKNOWN` when the
   * journal is replaced by one that does not hold the last update that was delivered.
   */
  followCustomer(customerId: string, after: CustomerPlace | number | null): FeedCursor {
    return this.#open(new CustomerSource(this.#state, customerId, after));
  }

  /**
   * All updates after a place (null: from now on; a bare position is not checked) that `matches` selects. Fails with
   * `CURSOR_UNKNOWN` when the journal is replaced by one that does not hold the last update that was passed.
   */
  followAll(after: Head | number | null, matches: (update: KycUpdate) => boolean): FeedCursor {
    return this.#open(new JournalSource(this.#state, after ?? this.#place, matches));
  }

  get #place(): Head {
    return this.#state.place;
  }

  /** Only ever replaced as a whole: who holds one sees whether the feed has moved since. */
  set #place({ position, digest }: Head) {
    this.#state.place = { position, digest };
  }

  #open(source: CustomerSource | JournalSource): FeedCursor {
    const cursor = new FeedCursor(source, this.#subscribers);
    if (this.#isStopped) cursor.close();
    else this.#subscribers.add(cursor);
    return cursor;
  }

  #poll(): void {
    this.#cancelPoll = this.#scheduler.after(this.#pollMs, () => {
      this.#look();
      this.#poll();
    });
  }

  /** The next subscriber begins after what we have acknowledged. */
  #committedAlone(last: KycUpdate, follows: boolean): void {
    // The next look checks it: nobody is subscribed who could miss anything until then.
    if (!follows) this.#unchecked ??= this.#place;
    if (last.position > this.#place.position) this.#advanceTo(last);
  }

  /** What others say is not trusted: it may be wrong, late, repeated, or no number at all. */
  #notified(hint: unknown): void {
    if (this.#isStopped) return;
    if (!Number.isSafeInteger(hint)) this.#lookSoon();
    else if ((hint as number) > this.#place.position) {
      this.#hinted = Math.max(this.#hinted, hint as number);
      this.#catchingUp ??= this.#catchUp();
    }
  }

  /** Looks at once, and then once for everything that asks for it during a pause. */
  #lookSoon(): void {
    if (this.#isLookPaused) {
      this.#isLookAsked = true;
      return;
    }
    this.#isLookPaused = true;
    this.#isLookAsked = false;
    this.#look();
    this.#scheduler.after(LOOK_PAUSE_MS, () => {
      this.#isLookPaused = false;
      if (this.#isLookAsked) this.#lookSoon();
    });
  }

  /** Asks the journal itself. When it answers, cursors that could not read before read again. */
  #look(): void {
    if (!this.#isStopped) this.#looking ??= this.#checkHead();
  }

  async #checkHead(): Promise<void> {
    try {
      const place = this.#unchecked ?? this.#place;
      const replacements = this.#replacements;
      const check = ++this.#state.checksBegun;
      const head = await this.#journal.head();
      const isHeld = await this.#isHeld(place, head);
      if (isHeld && this.#unchecked !== place) this.#state.checkPassed = Math.max(this.#state.checkPassed, check);
      if (replacements === this.#replacements) {
        if (!isHeld) this.#replaced(await this.#journal.head());
        else if (this.#unchecked === place) this.#unchecked = null;
      }
      this.#notified(head.position);
      this.#retryReads();
    } catch {
      // The journal is unavailable: the next poll tries again.
    } finally {
      this.#looking = null;
    }
  }

  /** Whether a place is part of the chain of a head that was read after it. */
  #isHeld(place: Head, head: Head): boolean | Promise<boolean> {
    if (head.position < place.position) return false;
    if (head.position === place.position && place.position > 0) return sameDigest(head.digest, place.digest);
    return holdsPlace(this.#journal, place);
  }

  #retryReads(): void {
    const { stalled, unanchored } = this.#subscribers;
    const [retried, verified] = [[...stalled], [...unanchored]];
    stalled.clear();
    unanchored.clear();
    for (const cursor of retried) cursor.retry();
    void this.#verifyAll(verified);
  }

  async #catchUp(): Promise<void> {
    try {
      while (this.#place.position < this.#hinted && !this.#isStopped) {
        if (!this.#subscribers.isEmpty) await this.#readPage();
        else {
          await sleep(this.#scheduler, ALONE_MS);
          if (this.#subscribers.isEmpty) await this.#jumpToHead();
        }
      }
    } catch {
      // The journal is unavailable: the next notification or poll tries again from the same place.
    } finally {
      this.#catchingUp = null;
    }
  }

  /** Reads the entry at our place again with those after it, and tells cursors of them. */
  async #readPage(): Promise<void> {
    const [place, invalidations] = [this.#place, this.#invalidations];
    const check = ++this.#state.checksBegun;
    const from = Math.max(0, place.position - 1);
    const rows = await this.#journal.entriesAfter(from, PAGE + 1);
    const isThere = rows[0]?.position === place.position;
    // Erased content, and the beginning of the journal, are no update: their digest has to be asked for.
    const isHeld = isThere
      ? sameDigest((rows[0] as KycUpdate).digest, place.digest)
      : await holdsPlace(this.#journal, place);
    if (!isHeld) {
      const head = await this.#journal.head();
      if (this.#place === place) this.#replaced(head);
      return;
    }
    this.#state.checkPassed = Math.max(this.#state.checkPassed, check);
    const updates = isThere ? rows.slice(1) : rows;
    if (updates.length === 0) await this.#passErasures(place);
    else if (this.#place === place && this.#invalidations === invalidations) this.#wake(updates);
  }

  /** There is no update after our place: what is there was erased, or a notification was wrong. */
  async #passErasures(place: Head): Promise<void> {
    const hinted = this.#hinted;
    // In this order: what is committed in between is read.
    const head = await this.#journal.head();
    if ((await this.#journal.entriesAfter(place.position, 1)).length > 0 || this.#place !== place) return;
    if (head.position > place.position) {
      this.#invalidate();
      this.#place = head;
    }
    if (this.#hinted !== hinted) return;
    this.#hinted = this.#place.position;
    if (hinted > head.position) await sleep(this.#scheduler, FALSE_HINT_MS);
  }

  /** Nobody is subscribed: goes to the head without reading what is in between. The next subscriber reads the journal first. */
  async #jumpToHead(): Promise<void> {
    const [place, hinted] = [this.#place, this.#hinted];
    const head = await this.#journal.head();
    const isHeld = await this.#isHeld(place, head);
    // Somebody came meanwhile, and may have read before that head was committed.
    if (!this.#subscribers.isEmpty || this.#place !== place) return;
    if (!isHeld) this.#replaced(await this.#journal.head());
    else if (head.position > place.position) this.#advanceTo(head);
    if (this.#hinted === hinted) this.#hinted = this.#place.position;
  }

  /** Goes to a place that the journal holds: nobody has to be told of what is in between, and nothing of it is kept. */
  #advanceTo(place: Head): void {
    this.#place = place;
    this.#invalidate();
  }

  /** Tells cursors of updates that follow our place, in order. */
  #wake(updates: readonly KycUpdate[]): void {
    const { position, digest } = this.#place;
    // An erasure is an entry that is no update, and what it erased is none any more: where one is missing, somebody was erased.
    if (updates.at(-1)?.position !== position + updates.length) this.#invalidate();
    let [previous, mark] = [position, digestNumber(digest)];
    for (const update of updates) {
      const before = update.position === previous + 1 ? mark : null;
      this.#place = update;
      // Only cursors that follow all customers read it. What is kept for nobody costs each garbage collection a copy.
      if (this.#subscribers.ofAll.size > 0) this.#tail.push(update, before);
      for (const cursor of this.#subscribers.ofCustomer(update.customerId)) cursor.wake(update, before);
      for (const cursor of this.#subscribers.ofAll) cursor.wake(update, before);
      [previous, mark] = [update.position, digestNumber(update.digest)];
    }
  }

  /** The journal does not hold our place any more: goes to one that it holds, and every cursor checks its own. */
  #replaced(place: Head): void {
    const cursors = this.#subscribers.all();
    const replacement = {
      feedPosition: this.#place.position,
      headPosition: place.position,
      subscribers: cursors.length,
    };
    this.#replacements++;
    this.#unchecked = null;
    this.#hinted = this.#erasedUpTo = 0;
    this.#advanceTo(place);
    // All of them before the first reads: nothing of the old journal is delivered from now on.
    for (const cursor of cursors) cursor.suspect();
    void this.#verifyAll(cursors);
    this.#observe(() => this.#observer.replaced?.(replacement));
  }

  async #verifyAll(cursors: readonly FeedCursor[]): Promise<void> {
    for (let start = 0; start < cursors.length; start += VERIFIED_AT_ONCE) {
      await Promise.all(cursors.slice(start, start + VERIFIED_AT_ONCE).map((cursor) => cursor.verify()));
    }
  }

  /** Something may be gone from the journal: what was read of it before is not handed out. */
  #invalidate(): void {
    this.#invalidations++;
    this.#tail.clear();
    for (const cursor of this.#subscribers.all()) cursor.invalidate();
  }

  #observe(call: () => void): void {
    try {
      call();
    } catch {
      // What observes the feed must not stop it.
    }
  }
}
