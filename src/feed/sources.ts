/** What cursors follow: one customer, or the whole journal. Methods, not closures: there is one for each idle subscriber. */
import type { KycUpdate } from '../domain/update.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';
import type { Comparison, CursorSource } from './cursor.ts';
import { holdsMark, placeGone } from './place.ts';
import type { Scheduler } from './scheduler.ts';
import type { Tail } from './tail.ts';

/** What all sources of a feed share. */
export interface FeedState {
  readonly journal: Journal;
  readonly tail: Tail;
  readonly scheduler: Scheduler;
  /** The last entry that cursors were told of. */
  place: Head;
  /** How often the feed has begun to check that the journal holds its place, and the last of these checks that found it there. */
  checksBegun: number;
  checkPassed: number;
}

/** Where a customer's cursor starts: after an update, usually given as the update itself. */
export type CustomerPlace = Pick<KycUpdate, 'revision' | 'position' | 'digest'>;

/** A customer's updates after a place; after null, the latest at once and then each new one. */
export class CustomerSource implements CursorSource {
  readonly customerId: string;
  readonly #feed: FeedState;
  /** 0: before the first update; null: before the latest. */
  #revision: number | null;
  /** Of the update with that revision. Null: unknown, until it was read. */
  #position: number | null = null;
  #mark: number | null = null;
  #isWithinFeed = false;
  /** The first check of the feed that began after our last read. */
  #anchoringCheck = 0;

  /** `after` as a bare revision is taken on trust: what the journal holds there is adopted. */
  constructor(feed: FeedState, customerId: string, after: CustomerPlace | number | null) {
    this.#feed = feed;
    this.customerId = customerId;
    this.#revision = typeof after === 'object' && after !== null ? after.revision : after;
    if (typeof after === 'object' && after !== null) this.#moveTo(after);
  }

  get isAnchored(): boolean {
    return this.#isWithinFeed;
  }

  compare({ revision, position, digest }: KycUpdate): Comparison {
    if (this.#revision === null) return 'ahead';
    if (this.#revision === 0) return revision === 1 ? 'next' : 'ahead';
    if (this.#position === null) return 'ahead';
    if (position === this.#position) return digestNumber(digest) === this.#mark ? 'behind' : 'replaced';
    // Until the feed has checked its place after our last read, its updates may be from before a replacement.
    const isAnchored = this.#isWithinFeed && this.#feed.checkPassed >= this.#anchoringCheck;
    if (!isAnchored) return 'ahead';
    if (position < this.#position) return 'behind';
    // A later entry with an earlier revision: the customer was erased and has begun anew.
    if (revision <= this.#revision) return 'replaced';
    return revision === this.#revision + 1 ? 'next' : 'ahead';
  }

  advance(update: KycUpdate, fromFeed: boolean): boolean {
    this.#moveTo(update);
    if (fromFeed) this.#isWithinFeed = true;
    return true;
  }

  async read(limit: number): Promise<readonly KycUpdate[] | null> {
    const { journal, place } = this.#feed;
    const updates = await (this.#revision === null ? this.#latest(journal) : this.#updatesAfter(this.#revision, limit));
    // Anything up to the feed's place before the read is in the feed's chain; if not, the feed finds out at its next check.
    this.#anchoringCheck = this.#feed.checksBegun + 1;
    this.#isWithinFeed = (updates?.at(-1)?.position ?? this.#position ?? 0) <= place.position;
    return updates;
  }

  async #latest(journal: Journal): Promise<readonly KycUpdate[]> {
    const latest = (await journal.customer(this.customerId))?.latest;
    if (latest !== undefined) return [latest];
    this.#revision = 0;
    return [];
  }

  /** Reads the update at the place again with those after it: one statement, one snapshot. */
  async #updatesAfter(revision: number, limit: number): Promise<readonly KycUpdate[] | null> {
    const { journal } = this.#feed;
    if (revision === 0) return journal.updatesAfter(this.customerId, 0, limit);
    const rows = await journal.updatesAfter(this.customerId, revision - 1, limit + 1);
    const [first] = rows;
    const isThere = first?.revision === revision;
    if (this.#position === null || this.#mark === null) {
      if (isThere) this.#moveTo(first);
      return isThere ? rows.slice(1) : rows;
    }
    if (isThere && first.position === this.#position && digestNumber(first.digest) === this.#mark) return rows.slice(1);
    // An erased entry keeps its digest.
    if (await holdsMark(journal, this.#position, this.#mark)) return null;
    throw placeGone();
  }

  #moveTo({ revision, position, digest }: CustomerPlace): void {
    this.#revision = revision;
    this.#position = position;
    this.#mark = digestNumber(digest);
  }
}

/** All updates after a place that `matches` selects. */
export class JournalSource implements CursorSource {
  readonly customerId = null;
  readonly #feed: FeedState;
  readonly #matches: (update: KycUpdate) => boolean;
  #position: number;
  /** Null: unknown, until it was read. */
  #mark: number | null;
  #isAnchored = false;

  /** `after` as a bare position is taken on trust: what the journal holds there is adopted. */
  constructor(feed: FeedState, after: Head | number, matches: (update: KycUpdate) => boolean) {
    this.#feed = feed;
    this.#matches = matches;
    this.#position = typeof after === 'number' ? after : after.position;
    this.#mark = typeof after === 'number' ? null : digestNumber(after.digest);
  }

  get isAnchored(): boolean {
    return this.#isAnchored;
  }

  compare({ position, digest }: KycUpdate, before: number | null): Comparison {
    if (position < this.#position) return 'behind';
    if (position === this.#position)
      return this.#mark === null || digestNumber(digest) === this.#mark ? 'behind' : 'replaced';
    if (position > this.#position + 1 || before === null || this.#mark === null) return 'ahead';
    return before === this.#mark ? 'next' : 'replaced';
  }

  advance(update: KycUpdate, fromFeed: boolean): boolean {
    this.#position = update.position;
    this.#mark = digestNumber(update.digest);
    if (fromFeed) this.#isAnchored = true;
    return this.#matches(update);
  }

  async read(limit: number): Promise<readonly KycUpdate[]> {
    const { tail, scheduler, place } = this.#feed;
    const recent = this.#mark === null ? null : tail.after(this.#position, this.#mark, limit);
    if (recent !== null) {
      this.#isAnchored = true;
      return recent;
    }
    // An embedded journal answers at once: a cursor that reads through all of it, and wants little, would block the event loop.
    await scheduler.yieldToEventLoop();
    const updates = await this.#updatesAfter(limit);
    this.#isAnchored = (updates.at(-1)?.position ?? this.#position) <= place.position;
    return updates;
  }

  /** Reads the update at the place again with those after it: one statement, one snapshot. */
  async #updatesAfter(limit: number): Promise<readonly KycUpdate[]> {
    const { journal } = this.#feed;
    const from = Math.max(0, this.#position - 1);
    const rows = await journal.entriesAfter(from, this.#position > 0 ? limit + 1 : limit);
    const [first] = rows;
    if (first?.position === this.#position) {
      const mark = digestNumber(first.digest);
      if (this.#mark !== null && this.#mark !== mark) throw placeGone();
      this.#mark = mark;
      return rows.slice(1);
    }
    // At the beginning of the journal, or at an entry whose content was erased: it keeps its digest.
    if (this.#mark !== null && !(await holdsMark(journal, this.#position, this.#mark))) throw placeGone();
    return rows;
  }
}
