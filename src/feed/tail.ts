/** The recent tail of the journal in memory: it spares cursors that lag a little from reading the same updates one by one. */
import type { KycUpdate } from '../domain/update.ts';
import { digestNumber } from '../journal/entry.ts';
import { updateBytes } from './update-bytes.ts';

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** The latest updates, contiguous, in at most `maxBytes` (estimated). */
export class Tail {
  readonly #maxBytes: number;
  #updates: KycUpdate[] = [];
  /** Where in `#updates` the tail begins: those before were evicted. */
  #start = 0;
  #bytes = 0;
  /** The digest of the entry before the first update, as a number; null: unknown. */
  #before: number | null = null;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Adds an update, which follows an entry with the digest `before`. One that does not follow the last begins a new tail. */
  push(update: KycUpdate, before: number | null): void {
    const last = this.#updates.at(-1);
    if (last === undefined || update.position !== last.position + 1) {
      this.clear();
      this.#before = before;
    }
    this.#updates.push(update);
    this.#bytes += updateBytes(update);
    while (this.#bytes > this.#maxBytes) this.#evictFirst();
    // Copied once half of it is garbage: a constant cost for each update.
    if (this.#start * 2 > this.#updates.length) {
      this.#updates = this.#updates.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Discards everything. */
  clear(): void {
    if (this.#updates.length === 0) return;
    this.#updates = [];
    this.#start = 0;
    this.#bytes = 0;
    this.#before = null;
  }

  /**
   * The updates after a position whose digest, as a number, is `mark`; at most `limit`. Null when the tail does not hold the one
   * that follows, or follows another chain.
   */
  after(position: number, mark: number, limit: number): readonly KycUpdate[] | null {
    const first = this.#updates[this.#start];
    if (first === undefined || position < first.position - 1) return null;
    const from = this.#start + position + 1 - first.position;
    if (from >= this.#updates.length) return null;
    const previous = this.#updates[from - 1];
    const before = from === this.#start || previous === undefined ? this.#before : digestNumber(previous.digest);
    return before === mark ? this.#updates.slice(from, from + limit) : null;
  }

  #evictFirst(): void {
    const update = this.#updates[this.#start++] as KycUpdate;
    this.#bytes -= updateBytes(update);
    this.#before = digestNumber(update.digest);
  }
}
