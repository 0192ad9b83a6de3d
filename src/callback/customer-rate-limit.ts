/** Limits the changes to one customer per minute, so that a leaked hash cannot fill the journal. */
import { elapsedTime } from '../schedule/clock.ts';

const WINDOW_MS = 60_000;
const MAX_CUSTOMERS = 20_000;

interface Window {
  readonly endsAt: number;
  count: number;
  /** Whether a callback was refused in this window. */
  isRefusing: boolean;
}

/**
 * Counts journal entries and genuine dead letters by customer, in windows of a minute that begin with the first. Memory is bounded:
 * beyond 20,000 customers in one minute, the oldest window is dropped first.
 */
export class CustomerRateLimit {
  readonly #limit: number;
  readonly #windows = new Map<string, Window>();

  /** @param limit entries and dead letters about one customer per minute; 0: no limit. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Counts one, before it is known whether it changes anything. Returns false when the customer's limit is used up. */
  take(customerId: string): boolean {
    if (this.#limit === 0) return true;
    const window = this.#windowOf(customerId);
    window.count += 1;
    return window.count <= this.#limit;
  }

  /** Takes a count back, because the callback changed nothing. */
  release(customerId: string): void {
    const window = this.#windows.get(customerId);
    if (window !== undefined && window.count > 0) window.count -= 1;
  }

  /** Whether one more would be within the limit. */
  hasRoom(customerId: string): boolean {
    return this.#limit === 0 || (this.#windows.get(customerId)?.count ?? 0) < this.#limit;
  }

  /** Notes that a callback was refused. Returns how many seconds are left, and whether it was the first of this window. */
  refuse(customerId: string): { readonly retryAfter: number; readonly isFirst: boolean } {
    const window = this.#windowOf(customerId);
    const isFirst = !window.isRefusing;
    window.isRefusing = true;
    return { retryAfter: Math.max(1, Math.ceil((window.endsAt - elapsedTime()) / 1_000)), isFirst };
  }

  #windowOf(customerId: string): Window {
    const now = elapsedTime();
    const known = this.#windows.get(customerId);
    if (known !== undefined && known.endsAt > now) return known;
    // Windows are in the order in which they began, so the first to end are at the front.
    this.#windows.delete(customerId);
    for (const [oldest, { endsAt }] of this.#windows) {
      if (endsAt > now && this.#windows.size < MAX_CUSTOMERS) break;
      this.#windows.delete(oldest);
    }
    const window = { endsAt: now + WINDOW_MS, count: 0, isRefusing: false };
    this.#windows.set(customerId, window);
    return window;
  }
}
