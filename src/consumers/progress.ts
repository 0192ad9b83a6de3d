/** A consumer's progress: its place moves past settled entries, up to the first gap. */
import type { Head } from '../journal/journal.ts';
import type { Entry } from './entry.ts';

/** Once this many entries are settled, the list of open ones is copied without them. */
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

  /** How many entries are open, including settled ones behind an open one. */
  get count(): number {
    return this.#open.length - this.#first;
  }

  /** Their estimated size, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds the next journal entry. */
  add(entry: Entry): void {
    this.#open.push(entry);
    this.#bytes += entry.bytes;
  }

  /** Passes over the next journal entry: it is not for this consumer. */
  pass({ position, digest }: Head): void {
    const last = this.#open.at(-1);
    const place = { position, digest };
    if (last === undefined || this.count === 0) this.#place = place;
    else last.through = place;
  }

  /** Settles an entry: it was handled or kept. */
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
