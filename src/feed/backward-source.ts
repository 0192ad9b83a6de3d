/** All updates before a place, the latest first: what pages that go backwards read. */
import type { KycUpdate } from '../domain/update.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { holdsMark, placeGone } from './place.ts';

/** Reads updates in parts, and moves on as each is taken. */
export interface PageSource {
  /** At most `limit` updates beyond the place, in the source's order. Rejects with `CURSOR_UNKNOWN` when the journal no longer holds the place. */
  read(limit: number): Promise<readonly KycUpdate[]>;
  /** Moves the place to an update. */
  advance(update: KycUpdate, fromFeed: boolean): boolean;
}

/** Reads backwards from a place; null: from the head. */
export class BackwardSource implements PageSource {
  readonly #journal: Journal;
  #place: { readonly position: number; readonly mark: number } | null = null;

  constructor(journal: Journal, before: Head | null) {
    this.#journal = journal;
    if (before !== null) this.#moveTo(before);
  }

  /** Reads the update at the place again with those before it: one statement, one snapshot. */
  async read(limit: number): Promise<readonly KycUpdate[]> {
    if (this.#place === null) return this.#journal.entriesBefore(null, limit);
    const { position, mark } = this.#place;
    const rows = await this.#journal.entriesBefore(position + 1, limit + 1);
    const [first] = rows;
    if (first?.position === position) {
      if (digestNumber(first.digest) !== mark) throw placeGone();
      return rows.slice(1);
    }
    // An erased entry keeps its digest.
    if (!(await holdsMark(this.#journal, position, mark))) throw placeGone();
    return rows;
  }

  advance(update: KycUpdate): boolean {
    this.#moveTo(update);
    return true;
  }

  #moveTo({ position, digest }: Head): void {
    this.#place = { position, mark: digestNumber(digest) };
  }
}
