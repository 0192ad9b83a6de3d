/**
 * The feed: subscribers are cursors into the journal, and a notifier tells them that it has grown.
 *
 * No update is queued for anybody. A cursor that waits takes an update from the wake itself when it is the next one;
 * otherwise it reads on from its own place, in the recent tail or in the journal. So a lost or repeated wake costs a read and
 * nothing else.
 *
 * A ring is a hint. Whatever it says or fails to say, the journal is read from our position: when it names a later one, when
 * it names none (the notifier was deaf for a while), and every second in case it was lost.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { PubSubEngine } from 'graphql-subscriptions';
import type { KycUpdate } from '../domain/update.ts';
import type { Journal } from '../journal/journal.ts';
import { FeedCursor } from './cursor.ts';
import { CustomerSource, JournalSource, type SubscriberIndex } from './sources.ts';
import { Tail } from './tail.ts';

/** The notifier's topic. What is published is the position of the last entry, or null: "look yourself". */
export const NOTIFIER_TOPIC = 'xgateway-kyc';

/** How many entries the feed itself reads at once, to tell cursors of them. */
const READ_LIMIT = 100;

/** How long rings gather while nobody is subscribed, in milliseconds: one look at the head does for all of them. */
const ALONE_MS = 20;

/** How much a feed keeps, and how often it looks. */
export interface FeedOptions {
  /** Between two looks at the journal's head, in milliseconds, default 1,000: how late an update can be when its ring is lost. */
  readonly pollMs?: number;
  /** How much of the journal's tail is kept in memory, default 4 MiB. */
  readonly tailBytes?: number;
}

/** Hands out cursors, and wakes those whom an update concerns. */
export class Feed {
  readonly #journal: Journal;
  readonly #notifier: PubSubEngine;
  readonly #pollMs: number;
  readonly #tail: Tail;
  readonly #crowd: SubscriberIndex = { ofCustomer: new Map(), ofAll: new Set(), stalled: new Set() };
  /** The last entry that cursors were told of, and the last that is known to exist. */
  #position = 0;
  #known = 0;
  #catchingUp: Promise<void> | null = null;
  #looking: Promise<void> | null = null;
  /** How often something that was read before had to be let go of. */
  #forgotten = 0;
  #bell: number | null = null;
  #poll: NodeJS.Timeout | undefined;

  constructor(journal: Journal, notifier: PubSubEngine, { pollMs = 1_000, tailBytes }: FeedOptions = {}) {
    this.#journal = journal;
    this.#notifier = notifier;
    this.#pollMs = pollMs;
    this.#tail = new Tail(tailBytes);
  }

  /** The position of the last entry that this process has seen. */
  get position(): number {
    return this.#position;
  }

  /** Starts at the journal's head and listens to the notifier. */
  async start(): Promise<void> {
    this.#position = this.#known = (await this.#journal.head()).position;
    this.#bell = await this.#notifier.subscribe(NOTIFIER_TOPIC, (ring: unknown) => this.#rung(ring), {});
    this.#poll = setInterval(() => this.#look(), this.#pollMs).unref();
    // What was committed before the bell was heard.
    this.#look();
  }

  /** Ends every cursor and stops listening. */
  stop(): void {
    clearInterval(this.#poll);
    if (this.#bell !== null) this.#notifier.unsubscribe(this.#bell);
    for (const cursor of [...this.#crowd.ofAll, ...[...this.#crowd.ofCustomer.values()].flatMap((set) => [...set])])
      cursor.close();
  }

  /** Takes what this process has just committed, in position order, and rings the notifier for the others. */
  committed(updates: readonly KycUpdate[]): void {
    const last = updates.at(-1);
    if (last === undefined) return;
    // Whoever comes next begins after what we have acknowledged.
    if (this.#isAlone) this.#goTo(last.position);
    else if (updates[0]?.position === this.#position + 1 && this.#catchingUp === null) this.#wake(updates);
    else this.#rung(last.position);
    void this.#ring(last.position);
  }

  /** Lets go of a customer who was erased: their subscribers are at the end, and nothing of them is kept in memory. */
  forget(customerId: string): void {
    for (const cursor of [...(this.#crowd.ofCustomer.get(customerId) ?? [])]) cursor.close();
    this.#letGo();
  }

  /**
   * A customer's updates after `revision`, which is at `position`; with null, the latest at once and then each new one. Ends
   * when the customer is erased: here at once, elsewhere when XGateway speaks of them again.
   */
  followCustomer(customerId: string, revision: number | null, position = Number.POSITIVE_INFINITY): FeedCursor {
    const cursors = this.#crowd.ofCustomer.get(customerId) ?? new Set();
    this.#crowd.ofCustomer.set(customerId, cursors);
    const cursor = new FeedCursor(new CustomerSource(this.#crowd, this.#journal, customerId, revision, position));
    cursors.add(cursor);
    return cursor;
  }

  /** All updates after `position` (null: from now on) that `matches` selects. */
  followAll(position: number | null, matches: (update: KycUpdate) => boolean): FeedCursor {
    const cursor = new FeedCursor(
      new JournalSource(this.#crowd, this.#journal, this.#tail, position ?? this.#position, matches),
    );
    this.#crowd.ofAll.add(cursor);
    return cursor;
  }

  /** Never rejects, nor throws, whatever an owner's notifier does: what is committed has to be answered. */
  async #ring(position: number): Promise<void> {
    try {
      await this.#notifier.publish(NOTIFIER_TOPIC, position);
    } catch {
      // A ring that does not get through is made good by the next one, or by the others' poll.
    }
  }

  #rung(ring: unknown): void {
    if (typeof ring === 'number') this.#known = Math.max(this.#known, ring);
    else this.#look();
    if (this.#known > this.#position) this.#catchingUp ??= this.#catchUp();
  }

  /** Asks the journal itself. When it answers, those whom it failed before read again. */
  #look(): void {
    this.#looking ??= (async () => {
      try {
        const { position } = await this.#journal.head();
        this.#rung(position);
        const stalled = [...this.#crowd.stalled];
        this.#crowd.stalled.clear();
        for (const cursor of stalled) cursor.retry();
      } catch {
        // The journal is unavailable: the next poll tries again.
      } finally {
        this.#looking = null;
      }
    })();
  }

  async #catchUp(): Promise<void> {
    try {
      while (this.#position < this.#known) {
        if (this.#isAlone) {
          await delay(ALONE_MS, undefined, { ref: false });
          if (this.#isAlone) await this.#skip();
          continue;
        }
        const forgotten = this.#forgotten;
        const updates = await this.#journal.entriesAfter(this.#position, READ_LIMIT);
        if (forgotten !== this.#forgotten) continue;
        if (updates.length === 0 && (await this.#isAtEnd())) break;
        this.#wake(updates);
      }
    } catch {
      // The journal is unavailable: the next ring or poll tries again from the same place.
    } finally {
      this.#catchingUp = null;
    }
  }

  /** Whether there is no update up to the head: what is there was erased, or a ring knew more than the journal. */
  async #isAtEnd(): Promise<boolean> {
    const known = this.#known;
    // In this order: what is committed in between is read.
    const { position } = await this.#journal.head();
    if ((await this.#journal.entriesAfter(this.#position, 1)).length > 0) return false;
    if (position > this.#position) this.#letGo();
    this.#position = Math.max(this.#position, position);
    if (this.#known === known) this.#known = this.#position;
    return true;
  }

  get #isAlone(): boolean {
    return this.#crowd.ofAll.size + this.#crowd.ofCustomer.size === 0;
  }

  /** Nobody has to be told: goes to the head without reading what is in between. Whoever comes reads the journal first. */
  async #skip(): Promise<void> {
    const known = this.#known;
    const { position } = await this.#journal.head();
    // Somebody came meanwhile, and may have read before that head was committed.
    if (!this.#isAlone) return;
    this.#goTo(position);
    if (this.#known === known) this.#known = this.#position;
  }

  /** Goes to a position that the journal has, or had: nobody has to be told of what is in between, and nothing of it is kept. */
  #goTo(position: number): void {
    this.#position = Math.max(this.#position, position);
    this.#known = Math.max(this.#known, this.#position);
    this.#letGo();
  }

  #wake(updates: readonly KycUpdate[]): void {
    // An erasure is an entry that is no update, and what it erased is none any more: where one is missing, somebody was erased.
    const last = updates.at(-1);
    if (last !== undefined && last.position !== this.#position + updates.length) this.#letGo();
    for (const update of updates) {
      this.#position = update.position;
      // Only who follows all reads it. What is kept for nobody costs each collection of garbage a copy.
      if (this.#crowd.ofAll.size > 0) this.#tail.push(update);
      for (const cursor of this.#crowd.ofCustomer.get(update.customerId) ?? []) cursor.wake(update);
      for (const cursor of this.#crowd.ofAll) cursor.wake(update);
    }
    this.#known = Math.max(this.#known, this.#position);
  }

  /** Something may be gone from the journal: what was read of it before is not handed out. */
  #letGo(): void {
    this.#forgotten++;
    this.#tail.clear();
    for (const cursor of this.#crowd.ofAll) cursor.forget();
    for (const cursors of this.#crowd.ofCustomer.values()) for (const cursor of cursors) cursor.forget();
  }
}
