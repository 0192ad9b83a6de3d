/** The subscriptions of Apollo Routers by their identity, and the cursors of those that ended: Router may come back. */
import { LRUCache } from 'lru-cache';
import type { RouterChannel } from './channel.ts';

/** How many cursors of subscriptions that ended are kept, and for how long, in milliseconds. */
const MAX_KEPT = 10_000;
const KEPT_MS = 5 * 60_000;

interface Subscription {
  readonly channel: RouterChannel;
  /** Resolves when it has ended, and its cursor is kept. */
  readonly ended: Promise<void>;
}

/** One channel for each subscription. */
export class Subscriptions {
  readonly #open = new Map<string, Subscription>();
  readonly #kept = new LRUCache<string, string>({ max: MAX_KEPT, ttl: KEPT_MS });

  /** Ends the channel that a subscription has. Resolves with the cursor of the last update that Router got; undefined: none is kept. */
  async takeOver(key: string): Promise<string | undefined> {
    const before = this.#open.get(key);
    if (before !== undefined) {
      await before.channel.supersede();
      await before.ended;
    }
    return this.#kept.get(key);
  }

  /** Gives a subscription its channel. `cursorOf`: the cursor of the last update that Router got through it; null: none yet. */
  add(key: string, channel: RouterChannel, cursorOf: () => string | null): void {
    // Two registrations that arrived at once both found none.
    void this.#open.get(key)?.channel.supersede();
    const ended = channel.closed.then(() => {
      if (this.#open.get(key)?.channel === channel) this.#open.delete(key);
      if (channel.isEndedByRouter) return void this.#kept.delete(key);
      const cursor = cursorOf();
      if (cursor !== null) this.#kept.set(key, cursor);
    });
    this.#open.set(key, { channel, ended });
  }

  /** Forgets a cursor that can't be resumed after. */
  forget(key: string): void {
    this.#kept.delete(key);
  }
}
