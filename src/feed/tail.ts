/** The recent tail of the journal in memory: what many cursors that lag a little would otherwise each read again. */
import type { KycUpdate } from '../domain/update.ts';

const DEFAULT_MAX_BYTES = 4 * 1024 * 1024;

/** What an update's object, digest and fixed fields take, roughly. */
const BYTES_AN_UPDATE = 600;

/** The latest updates, contiguous, in at most `maxBytes` (estimated). */
export class Tail {
  readonly #maxBytes: number;
  #updates: KycUpdate[] = [];
  /** Where in `#updates` the tail begins: what is before has been let go. */
  #start = 0;
  #bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Adds an update. One that does not follow the last begins a new tail, so that there is never a gap. */
  push(update: KycUpdate): void {
    if (update.position !== (this.#updates.at(-1)?.position ?? 0) + 1) this.clear();
    this.#updates.push(update);
    this.#bytes += bytesOf(update);
    while (this.#bytes > this.#maxBytes) this.#bytes -= bytesOf(this.#updates[this.#start++] as KycUpdate);
    // Copied once the half is garbage: a constant cost for each update.
    if (this.#start * 2 > this.#updates.length) {
      this.#updates = this.#updates.slice(this.#start);
      this.#start = 0;
    }
  }

  /** Lets go of everything. */
  clear(): void {
    if (this.#updates.length === 0) return;
    this.#updates = [];
    this.#start = 0;
    this.#bytes = 0;
  }

  /** The updates after `position`, at most `limit`; null when the tail does not hold the one that follows. */
  after(position: number, limit: number): readonly KycUpdate[] | null {
    const first = this.#updates[this.#start];
    if (first === undefined || position < first.position - 1) return null;
    const from = this.#start + position + 1 - first.position;
    return from < this.#updates.length ? this.#updates.slice(from, from + limit) : null;
  }
}

function bytesOf({ customerId, endUserMessage, missingDocuments, rejectLabels, extra }: KycUpdate): number {
  // Two bytes a character, the worst case; `extra` is rare.
  const lists = [...missingDocuments, ...rejectLabels].reduce((sum, item) => sum + 32 + item.length * 2, 0);
  const texts = (customerId.length + (endUserMessage?.length ?? 0)) * 2;
  return BYTES_AN_UPDATE + texts + lists + (extra === null ? 0 : JSON.stringify(extra).length * 2);
}
