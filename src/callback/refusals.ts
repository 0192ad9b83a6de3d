/** How many callbacks of an address were refused in the last minute: a guess at a hash must not be free. */
import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;

/** Counts refused callbacks by address. Memory is bounded: the address that was quiet longest is forgotten first. */
export class RefusalLimit {
  readonly #limit: number;
  readonly #counts = new LRUCache<string, number>({ max: 10_000, ttl: WINDOW_MS, noUpdateTTL: true });

  /** @param limit refused callbacks a minute from one address, default 600. */
  constructor(limit = 600) {
    this.#limit = limit;
  }

  /** Seconds until `address` may try again; 0 when it may now. */
  waitSeconds(address: string): number {
    if ((this.#counts.get(address) ?? 0) < this.#limit) return 0;
    return Math.max(1, Math.ceil(this.#counts.getRemainingTTL(address) / 1_000));
  }

  /** Notes that a callback of `address` was refused. The minute begins with the first. */
  note(address: string): void {
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
  }
}
