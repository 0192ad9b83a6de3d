/** How long the event loop was blocked, and by what, if known. */
import { PerformanceObserver } from 'node:perf_hooks';
import { Counter, type Registry } from 'prom-client';

/** Work of ours that may block the loop, and the collector's. */
const KNOWN = ['commit', 'graphql', 'garbage_collection'] as const;
type Known = (typeof KNOWN)[number];

const INTERVAL_MS = 50;
/** A delay of the timer shorter than this is not a block. */
const LEAST_MS = 50;

/** Measures the event loop of the process until it is disposed. */
export interface EventLoopMonitor extends Disposable {
  /** Notes that work which blocks the loop has just taken so many milliseconds. */
  took(what: Exclude<Known, 'garbage_collection'>, milliseconds: number): void;
}

/**
 * Starts measuring. A timer that is late by 50 ms or more was blocked; the block is attributed to the work that took most of it, if that is
 * known and was at least half of it, else for `other`.
 */
export function monitorEventLoop(registry: Registry, intervalMs = INTERVAL_MS): EventLoopMonitor {
  const blocked = new Counter({
    name: 'xgateway_kyc_event_loop_blocked_seconds_total',
    help: 'How long the event loop was blocked for 50 ms or more at a time, by what blocked it. other: not known.',
    labelNames: ['by'],
    registers: [registry],
  });
  for (const by of [...KNOWN, 'other']) blocked.labels(by).inc(0);
  const taken = new Map<Known, number>();
  const took = (what: Known, milliseconds: number) => void taken.set(what, (taken.get(what) ?? 0) + milliseconds);
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) took('garbage_collection', duration);
  });
  collector.observe({ entryTypes: ['gc'] });
  let expectedAt = performance.now() + intervalMs;
  const timer = setInterval(() => {
    const now = performance.now();
    const lateMs = now - expectedAt;
    expectedAt = now + intervalMs;
    if (lateMs >= LEAST_MS) blocked.labels(culprit(taken, lateMs)).inc(lateMs / 1_000);
    taken.clear();
  }, intervalMs).unref();
  return {
    took,
    [Symbol.dispose]() {
      clearInterval(timer);
      collector.disconnect();
    },
  };
}

function culprit(taken: ReadonlyMap<Known, number>, lateMs: number): Known | 'other' {
  const [most] = [...taken].toSorted(([, left], [, right]) => right - left);
  return most !== undefined && most[1] >= lateMs / 2 ? most[0] : 'other';
}
