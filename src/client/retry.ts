/** When to try again, and by which way. */
import { TRANSPORTS, type TransportName } from './transport-selector.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/**
 * Milliseconds to wait after so many failures in a row: anything up to a bound that doubles with each. Fully random, so that
 * those whom one restart cut off do not come back together.
 */
export function jitteredDelay(failures: number): number {
  return Math.random() * Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
}

/** Waits; less when the signal aborts, or when the browser says that the network is back. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      browser.removeEventListener?.('online', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
    browser.addEventListener?.('online', done);
  });
}

const browser: Partial<Pick<EventTarget, 'addEventListener' | 'removeEventListener'>> = globalThis as object;

/** How often a way that has worked may fail before another is tried. One that never worked gets no second chance. */
const CHANCES = 3;

/** Chooses between the ways to the gateway: the one that works, and after failures the other. */
export class TransportSelector {
  readonly #wanted: 'auto' | TransportName;
  #current: TransportName;
  #proven: TransportName | null = null;
  #failures = 0;

  constructor(wanted: 'auto' | TransportName) {
    this.#wanted = wanted;
    this.#current = wanted === 'auto' ? 'websocket' : wanted;
  }

  /** The way for the next attempt. */
  get current(): TransportName {
    return this.#current;
  }

  /** Tells how the attempt went: whether it reached the gateway at all. */
  tried(gotThrough: boolean): void {
    this.#failures = gotThrough ? 0 : this.#failures + 1;
    if (gotThrough) this.#proven = this.#current;
    if (this.#wanted !== 'auto' || this.#failures <= (this.#proven === this.#current ? CHANCES : 0)) return;
    this.#failures = 0;
    this.#current = TRANSPORTS.find((name) => name !== this.#current) ?? this.#current;
  }
}
