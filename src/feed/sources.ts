/** What cursors follow: one customer, or the whole journal. Methods, not closures: there is one for each idle subscriber. */
import { setImmediate as turn } from 'node:timers/promises';
import type { KycUpdate } from '../domain/update.ts';
import type { Journal } from '../journal/journal.ts';
import type { CursorSource, FeedCursor } from './cursor.ts';
import type { Tail } from './tail.ts';

/** How many entries a cursor reads at once: as many may wait in it when its subscriber stops reading. */
const READ_AHEAD = 16;

/** All cursors of a feed, by what wakes them. */
export interface SubscriberIndex {
  readonly ofCustomer: Map<string, Set<FeedCursor>>;
  readonly ofAll: Set<FeedCursor>;
  /** Those that could not read the journal. */
  readonly stalled: Set<FeedCursor>;
}

/** A customer's updates after a revision, which is at a position; after null, the latest at once and then each new one. */
export class CustomerSource implements CursorSource {
  readonly #crowd: SubscriberIndex;
  readonly #journal: Journal;
  readonly #customerId: string;
  #place: number | null;
  #position: number;

  constructor(crowd: SubscriberIndex, journal: Journal, customerId: string, revision: number | null, position: number) {
    this.#crowd = crowd;
    this.#journal = journal;
    this.#customerId = customerId;
    this.#place = revision;
    this.#position = position;
  }

  distance({ revision, position }: KycUpdate, cursor: FeedCursor): number {
    if (this.#place === null) return Number.POSITIVE_INFINITY;
    // A later entry with an earlier revision: the customer was erased and has begun anew.
    if (revision <= this.#place && position > this.#position) cursor.close();
    return revision - this.#place;
  }

  passed({ revision, position }: KycUpdate): boolean {
    this.#place = revision;
    this.#position = position;
    return true;
  }

  async read(): Promise<readonly KycUpdate[]> {
    if (this.#place !== null) return this.#journal.updatesAfter(this.#customerId, this.#place, READ_AHEAD);
    const latest = (await this.#journal.customer(this.#customerId))?.latest;
    if (latest !== undefined) return [latest];
    this.#place = 0;
    return [];
  }

  stalled(cursor: FeedCursor): void {
    this.#crowd.stalled.add(cursor);
  }

  closed(cursor: FeedCursor): void {
    const { ofCustomer, stalled } = this.#crowd;
    stalled.delete(cursor);
    const cursors = ofCustomer.get(this.#customerId);
    cursors?.delete(cursor);
    if (cursors?.size === 0) ofCustomer.delete(this.#customerId);
  }
}

/** All updates after a position that `matches` selects. */
export class JournalSource implements CursorSource {
  readonly #crowd: SubscriberIndex;
  readonly #journal: Journal;
  readonly #tail: Tail;
  readonly #matches: (update: KycUpdate) => boolean;
  #place: number;

  constructor(
    crowd: SubscriberIndex,
    journal: Journal,
    tail: Tail,
    position: number,
    matches: (update: KycUpdate) => boolean,
  ) {
    this.#crowd = crowd;
    this.#journal = journal;
    this.#tail = tail;
    this.#place = position;
    this.#matches = matches;
  }

  distance({ position }: KycUpdate): number {
    return position - this.#place;
  }

  passed(update: KycUpdate): boolean {
    this.#place = update.position;
    return this.#matches(update);
  }

  async read(): Promise<readonly KycUpdate[]> {
    const recent = this.#tail.after(this.#place, READ_AHEAD);
    if (recent !== null) return recent;
    // An embedded journal answers at once: whoever reads through all of it, and wants little, would let nobody else on the thread.
    await turn();
    return this.#journal.entriesAfter(this.#place, READ_AHEAD);
  }

  stalled(cursor: FeedCursor): void {
    this.#crowd.stalled.add(cursor);
  }

  closed(cursor: FeedCursor): void {
    const { ofAll, stalled } = this.#crowd;
    stalled.delete(cursor);
    ofAll.delete(cursor);
    if (ofAll.size === 0) this.#tail.clear();
  }
}
