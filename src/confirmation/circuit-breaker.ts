/** When XGateway's API may be asked: not too often, and not while it fails. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ApiError } from '../xgateway/kyc-api.ts';

/** A pause in whole milliseconds that grows with each failure, half of it left to chance so that many do not come back at once. */
export function backOff(attempts: number, firstMs: number, maxMs: number): number {
  return Math.ceil(Math.min(maxMs, firstMs * 2 ** attempts) * (0.5 + Math.random() / 2));
}

/**
 * A circuit breaker. Closed: questions pass. After some failures in a row it opens: none pass, for a pause. Then one may try;
 * when it fails the next pause is longer, when it succeeds everybody may again.
 */
export class CircuitBreaker {
  readonly #after: number;
  readonly #pauseMs: number;
  readonly #maxPauseMs: number;
  #failures = 0;
  #openUntil = 0;

  constructor({ after, pauseMs, maxPauseMs }: { after: number; pauseMs: number; maxPauseMs: number }) {
    this.#after = after;
    this.#pauseMs = pauseMs;
    this.#maxPauseMs = maxPauseMs;
  }

  get isOpen(): boolean {
    return this.#failures >= this.#after;
  }

  /** Whether a question would pass now. */
  get isReady(): boolean {
    return Date.now() >= this.#openUntil;
  }

  /** Whether this question may pass. After a pause only one may, until it is known how it went. */
  pass(): boolean {
    if (!this.isReady) return false;
    if (this.isOpen) this.#pause();
    return true;
  }

  succeeded(): void {
    this.#failures = 0;
    this.#openUntil = 0;
  }

  failed({ failure, retryAfterMs }: ApiError): void {
    // One customer's question tells nothing of the API.
    if (failure === 'REFUSED') return;
    // A wrong key is wrong for everybody.
    this.#failures = failure === 'KEY_REFUSED' ? Math.max(this.#failures + 1, this.#after) : this.#failures + 1;
    if (this.isOpen) this.#pause();
    if (retryAfterMs !== null) this.#openUntil = Math.max(this.#openUntil, Date.now() + retryAfterMs);
  }

  #pause(): void {
    this.#openUntil = Date.now() + backOff(this.#failures - this.#after, this.#pauseMs, this.#maxPauseMs);
  }
}

/** Lets so many through in a second, evenly. */
export class RateLimit {
  readonly #intervalMs: number;
  #next = 0;

  constructor(perSecond: number) {
    this.#intervalMs = 1_000 / perSecond;
  }

  /** Resolves when it is the caller's turn. */
  async turn(signal: AbortSignal): Promise<void> {
    const now = Date.now();
    const turn = Math.max(now, this.#next);
    this.#next = turn + this.#intervalMs;
    if (turn > now) await wait(turn - now, undefined, { signal });
  }
}
