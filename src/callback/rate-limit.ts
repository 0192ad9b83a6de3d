/** How many callbacks of an address were refused in the last minute: a guess at a hash must not be free. */
import ipaddr from 'ipaddr.js';
import { LRUCache } from 'lru-cache';

const WINDOW_MS = 60_000;

/** Counts refused callbacks by address. Memory is bounded: the address that was quiet longest is forgotten first. */
export class RefusalRateLimit {
  readonly #limit: number;
  readonly #counts = new LRUCache<string, number>({ max: 10_000, ttl: WINDOW_MS, noUpdateTTL: true });

  /** @param limit refused callbacks a minute from one address, default 600. */
  constructor(limit = 600) {
    this.#limit = limit;
  }

  /** Seconds until `address` may try again; 0 when it may now. */
  waitSeconds(address: string): number {
    // Mostly nobody was refused: then no address need be read.
    if (this.#counts.size === 0) return 0;
    const sender = senderOf(address);
    if ((this.#counts.get(sender) ?? 0) < this.#limit) return 0;
    return Math.max(1, Math.ceil(this.#counts.getRemainingTTL(sender) / 1_000));
  }

  /** Notes that a callback of `address` was refused. The minute begins with the first. */
  note(address: string): void {
    const sender = senderOf(address);
    this.#counts.set(sender, (this.#counts.get(sender) ?? 0) + 1);
  }
}

/** Who holds an address: of IPv6, whoever has one address has the 2⁶⁴ beside it. */
function senderOf(address: string): string {
  if (!address.includes(':') || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
