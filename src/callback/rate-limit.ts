/** Counts the callbacks refused per address in the last minute, so that guessing a hash has a cost. */
import { LRUCache } from 'lru-cache';
import { senderOf } from '../http/client-address.ts';

const WINDOW_MS = 60_000;

/** Counts refused callbacks by address. Memory is bounded: of 10,000 addresses, the one not refused for longest is dropped first. */
export class RefusalRateLimit {
  readonly #limit: number;
  readonly #counts = new LRUCache<string, number>({ max: 10_000, ttl: WINDOW_MS, noUpdateTTL: true });

  /** @param limit refused callbacks a minute from one address, default 600. */
  constructor(limit = 600) {
    this.#limit = limit;
  }

  /** Seconds until `address` is below the limit; 0 when it is now. */
  waitSeconds(address: string): number {
    const sender = senderOf(address);
    if ((this.#counts.get(sender) ?? 0) < this.#limit) return 0;
    return Math.max(1, Math.ceil(this.#counts.getRemainingTTL(sender) / 1_000));
  }

  /** Counts a refused callback. The minute begins with the first. */
  note(address: string): void {
    const sender = senderOf(address);
    this.#counts.set(sender, (this.#counts.get(sender) ?? 0) + 1);
  }
}
