/** Limits the calls to XGateway's API: not too many a second, and none while it fails. All times are monotonic. */
import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from '../schedule/back-off.ts';
import { currentTime } from '../schedule/clock.ts';
import type { ApiError } from '../xgateway/kyc-api.ts';

/**
 * A circuit breaker. While it is closed, calls pass. After some failures in a row it opens: none pass, for a pause. Then one call
 * may try; if it fails the next pause is longer, if it succeeds the breaker closes.
 */
export class CircuitBreaker {
  readonly #after: number;
  readonly #pauseMs: number;
  readonly #maxPauseMs: number;
  #failures = 0;
  #openUntil = Number.NEGATIVE_INFINITY;
  #openedAt = 0;

  /** `after`: failures in a row that open it. `pauseMs`, `maxPauseMs`: the first and the longest pause. */
  constructor({ after, pauseMs, maxPauseMs }: { after: number; pauseMs: number; maxPauseMs: number }) {
    this.#after = after;
    this.#pauseMs = pauseMs;
    this.#maxPauseMs = maxPauseMs;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#after;
  }

  /** When it opened, in milliseconds since 1970; null while it is closed. */
  get openSince(): number | null {
    return this.isOpen ? this.#openedAt : null;
  }

  /** Whether a call would pass now. */
  get isReady(): boolean {
    return performance.now() >= this.#openUntil;
  }

  /** Whether this call may pass. After a pause only one passes until its outcome is known. */
  pass(): boolean {
    if (!this.isReady) return false;
    if (this.isOpen) this.#pause();
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = Number.NEGATIVE_INFINITY;
  }

  failed({ failure, retryAfterMs }: ApiError): void {
    // A refused request is about one customer and says nothing about the API.
    if (failure === 'REFUSED') return;
    const wasOpen = this.isOpen;
    // A wrong key is wrong for every customer.
    this.#failures = failure === 'KEY_REFUSED' ? Math.max(this.#failures + 1, this.#after) : this.#failures + 1;
    if (this.isOpen) this.#pause();
    if (this.isOpen && !wasOpen) this.#openedAt = currentTime();
    if (retryAfterMs !== null) this.#openUntil = Math.max(this.#openUntil, performance.now() + retryAfterMs);
  }

  #pause(): void {
    this.#openUntil = performance.now() + backOff(this.#failures - this.#after, this.#pauseMs, this.#maxPauseMs);
  }
}

/** Spaces calls evenly, so many a second. */
export class RateLimit {
  readonly #intervalMs: number;
  #next = 0;

  constructor(perSecond: number) {
    this.#intervalMs = 1_000 / perSecond;
  }

  /** Resolves when the caller may continue. Rejects when `signal` aborts first. */
  async acquire(signal: AbortSignal): Promise<void> {
    const now = performance.now();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#intervalMs;
    if (at > now) await sleep(at - now, undefined, { signal });
  }
}
