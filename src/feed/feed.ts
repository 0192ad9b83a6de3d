/**
 * The feed: subscribers are cursors into the journal, and a doorbell tells them that it has grown.
 *
 * No update is queued for anybody. A cursor that waits takes an update from the wake itself when it is the next one;
 * otherwise it reads on in the journal from its own place. So a lost or repeated wake costs a read and nothing else.
 */
import type { PubSubEngine } from 'graphql-subscriptions';
import type { KycUpdate } from '../domain/update.ts';
import type { Journal } from '../journal/journal.ts';
import { FeedCursor } from './feed-cursor.ts';

/** The doorbell's topic. */
export const DOORBELL_TOPIC = 'xgateway-kyc';

const READ_LIMIT = 100;

/** Hands out cursors, and wakes those whom an update concerns. */
export class Feed {
  readonly #journal: Journal;
  readonly #doorbell: PubSubEngine;
  readonly #ofCustomer = new Map<string, Set<FeedCursor>>();
  readonly #ofAll = new Set<FeedCursor>();
  #position = 0;
  #known = 0;
  #catchingUp: Promise<void> | null = null;
  #bell: number | null = null;

  constructor(journal: Journal, doorbell: PubSubEngine) {
    this.#journal = journal;
    this.#doorbell = doorbell;
  }

  /** Starts at the journal's head and listens to the doorbell. */
  async start(): Promise<void> {
    this.#position = this.#known = (await this.#journal.head()).position;
    this.#bell = await this.#doorbell.subscribe(DOORBELL_TOPIC, (ring: unknown) => this.#rung(ring), {});
    // What was committed before the bell was heard.
    this.#rung((await this.#journal.head()).position);
  }

  /** Ends every cursor and stops listening. */
  stop(): void {
    if (this.#bell !== null) this.#doorbell.unsubscribe(this.#bell);
    for (const cursor of [...this.#ofAll, ...[...this.#ofCustomer.values()].flatMap((set) => [...set])]) cursor.close();
  }

  /** Takes what this process has just committed, in position order, and rings the doorbell for the others. */
  committed(updates: readonly KycUpdate[]): void {
    const last = updates.at(-1);
    if (last === undefined) return;
    if (updates[0]?.position === this.#position + 1 && this.#catchingUp === null) this.#wake(updates);
    else this.#rung(last.position);
    // A ring that does not get through is made good by the next one, or by the listener's own poll.
    this.#doorbell.publish(DOORBELL_TOPIC, last.position).catch(() => {});
  }

  /** A customer's updates after `revision`; with null, the latest at once and then each new one. */
  followCustomer(customerId: string, revision: number | null): FeedCursor {
    const cursors = this.#ofCustomer.get(customerId) ?? new Set();
    this.#ofCustomer.set(customerId, cursors);
    let place = revision;
    const cursor: FeedCursor = new FeedCursor({
      isNext: (update) => place !== null && update.revision === place + 1,
      passed: (update) => {
        place = update.revision;
        return true;
      },
      read: async () => {
        if (place !== null) return this.#journal.updatesAfter(customerId, place, READ_LIMIT);
        const latest = (await this.#journal.customer(customerId))?.latest;
        if (latest === undefined) place = 0;
        return latest === undefined ? [] : [latest];
      },
      closed: () => {
        cursors.delete(cursor);
        if (cursors.size === 0) this.#ofCustomer.delete(customerId);
      },
    });
    cursors.add(cursor);
    return cursor;
  }

  /** All updates after `position` (null: from now on) that `matches` selects. */
  followAll(position: number | null, matches: (update: KycUpdate) => boolean): FeedCursor {
    let place = position ?? this.#position;
    const cursor: FeedCursor = new FeedCursor({
      isNext: (update) => update.position === place + 1,
      passed: (update) => {
        place = update.position;
        return matches(update);
      },
      read: async () => this.#journal.entriesAfter(place, READ_LIMIT),
      closed: () => this.#ofAll.delete(cursor),
    });
    this.#ofAll.add(cursor);
    return cursor;
  }

  #rung(ring: unknown): void {
    if (typeof ring === 'number' && ring > this.#known) this.#known = ring;
    if (this.#known > this.#position) this.#catchingUp ??= this.#catchUp();
  }

  async #catchUp(): Promise<void> {
    try {
      while (this.#position < this.#known) {
        const updates = await this.#journal.entriesAfter(this.#position, READ_LIMIT);
        if (updates.length === 0) break;
        this.#wake(updates);
      }
    } catch {
      // The journal is unavailable: the next ring tries again from the same place.
    } finally {
      this.#catchingUp = null;
    }
  }

  #wake(updates: readonly KycUpdate[]): void {
    for (const update of updates) {
      this.#position = update.position;
      for (const cursor of this.#ofCustomer.get(update.customerId) ?? []) cursor.wake(update);
      for (const cursor of this.#ofAll) cursor.wake(update);
    }
    this.#known = Math.max(this.#known, this.#position);
  }
}
