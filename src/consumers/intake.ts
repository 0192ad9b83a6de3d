/** Reads the feed for a consumer: one update after the other, as long as there is room. */
import type { KycUpdate } from '../domain/update.ts';
import { isSelected, type KycUpdateFilter } from '../domain/update-filter.ts';
import type { FeedCursor } from '../feed/cursor.ts';
import type { Feed } from '../feed/feed.ts';
import type { Head } from '../journal/journal.ts';
import { endOf, type SessionEnd } from './outcome.ts';
import type { Work } from './work.ts';

/** What an intake reads, and for what. */
export interface IntakeOptions {
  readonly feed: Pick<Feed, 'followAll'>;
  readonly filter: KycUpdateFilter | null;
  readonly work: Work;
  /** There is nothing more to read. */
  ended(end: SessionEnd): void;
}

/** One cursor of the feed. */
export class Intake {
  readonly #given: IntakeOptions;
  #cursor: FeedCursor | null = null;
  /** Positions that are passed over: dead letters of a consumer whose owner keeps the cursor. */
  #skipped: ReadonlySet<number> = new Set();
  #isPulling = false;
  #isFilling = false;

  constructor(given: IntakeOptions) {
    this.#given = given;
  }

  /** Reads on after `place`. */
  open(place: Head, skipped: ReadonlySet<number>): void {
    this.#skipped = skipped;
    this.#cursor = this.#given.feed.followAll(place, (update) => this.#wants(update));
    this.fill();
  }

  /** Asks for more, as far as there is room. */
  fill(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    while (this.#cursor !== null && !this.#isPulling && this.#given.work.hasRoom) {
      this.#isPulling = true;
      this.#cursor.pull(this.#pull);
    }
    this.#isFilling = false;
  }

  close(): void {
    const cursor = this.#cursor;
    this.#cursor = null;
    cursor?.close();
  }

  readonly #pull = {
    take: (update: KycUpdate): void => {
      this.#isPulling = false;
      this.#given.work.take(update);
      this.fill();
    },
    end: (error?: unknown): void => this.#given.ended(error === undefined ? { why: 'stopped' } : endOf(error)),
  };

  /** Whether an update that the cursor passes is for us. */
  #wants(update: KycUpdate): boolean {
    const { filter, work } = this.#given;
    const isPassed = this.#skipped.has(update.position) || work.isRetry(update.position);
    if (isSelected(update, filter) && !isPassed) return true;
    work.progress.pass(update);
    return false;
  }
}
