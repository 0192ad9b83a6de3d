/**
 * The pause after a write that blocked the event loop.
 *
 * An embedded journal syncs on the thread that serves all requests. On a disk whose syncs take seconds, one write would follow the
 * next with a single turn of the event loop in between. A new connection, its request and its answer each need a turn of their own, so
 * a liveness probe waited for seven syncs. With a pause of some milliseconds there are hundreds of turns between two writes.
 */

/** Writes that took less don't count: on a disk that is fast enough nothing changes. */
const SLOW_MS = 100;
/** The pause is this share of the write's time, so that throughput is a tenth less at most. */
const SHARE = 0.1;
const MAX_PAUSE_MS = 250;

/** Shared by everything that writes on this thread. */
let pausedUntil = 0;

/** Notes how long a write has blocked the event loop. */
export function wroteFor(blockedMs: number): void {
  if (blockedMs < SLOW_MS) return;
  pausedUntil = performance.now() + Math.min(blockedMs * SHARE, MAX_PAUSE_MS);
}

/** Undefined when a write may begin now; otherwise a promise that resolves when one may. */
export function pauseAfterSlowWrite(): Promise<void> | undefined {
  const leftMs = pausedUntil - performance.now();
  return leftMs > 0 ? new Promise((resolve) => setTimeout(resolve, leftMs)) : undefined;
}
