/** How far a consumer has come: its place moves past what is settled, as far as there is no gap. */
import type { Head } from '../journal/journal.ts';
import type { Entry } from './entry.ts';

/** From this many settled entries on, the list of open ones is copied without them. */
const COMPACT_FROM = 1_024;

/** The entries that were read and are not settled yet, in the journal's order. */
export class Progress {
  #place: Head;
  #open: Entry[] = [];
  #first = 0;
  #bytes = 0;

  constructor(place: Head) {
    this.#place = place;
  }

  /** The last entry of the journal up to which everything is settled. */
  get place(): Head {
    return this.#place;
  }

  /** How many entries keep the place from moving, and those behind them that are settled. */
  get count(): number {
    return this.#open.length - this.#first;
  }

  /** Their estimated size, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next entry of the journal. */
  add(entry: Entry): void {
    this.#open.push(entry);
    this.#bytes += entry.bytes;
  }

  /** The next entry of the journal is not for this consumer. */
  pass({ position, digest }: Head): void {
    const last = this.#open.at(-1);
    const place = { position, digest };
    if (last === undefined || this.count === 0) this.#place = place;
    else last.through = place;
  }

  /** An entry is handled or kept. */
  settle(entry: Entry): void {
    entry.isSettled = true;
    for (let first = this.#open[this.#first]; first?.isSettled === true; first = this.#open[this.#first]) {
      this.#place = first.through;
      this.#bytes -= first.bytes;
      this.#first++;
    }
    if (this.#first < COMPACT_FROM && this.count > 0) return;
    this.#open = this.#open.slice(this.#first);
    this.#first = 0;
  }
}
