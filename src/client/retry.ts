/** When to try again: back-off with jitter, and a sleep that ends early. */

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

/**
 * Milliseconds to wait after `failures` failures in a row: uniformly random below a bound that doubles with each failure, from
 * half a second to `maxMs`, default 30,000 ("full jitter"), so that clients cut off by one restart do not all return at once.
 */
export function jitteredDelay(failures: number, maxMs: number = MAX_RETRY_MS): number {
  return Math.random() * Math.min(maxMs, FIRST_RETRY_MS * 2 ** failures);
}

/** Resolves after `milliseconds`, or earlier when the signal aborts or the browser reports that the network is back. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
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
