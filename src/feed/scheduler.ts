/** Time as the feed sees it. A simulation replaces it with a virtual clock (test/simulation). */
import { setImmediate } from 'node:timers/promises';

/** The clock and the timers of a feed. */
export interface Scheduler {
  /** Milliseconds on a monotonic clock. */
  now(): number;
  /** Calls `task` once, after `ms` milliseconds, unless the returned function was called before. Never keeps the process alive. */
  after(ms: number, task: () => void): () => void;
  /** Resolves when the event loop has completed a turn. */
  yieldToEventLoop(): Promise<void>;
}

/** Node's own clock. */
export const nodeScheduler: Scheduler = {
  now: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms).unref();
    return () => clearTimeout(timer);
  },
  yieldToEventLoop: () => setImmediate(),
};

/** Resolves after `ms` milliseconds. */
export function sleep(scheduler: Scheduler, ms: number): Promise<void> {
  return new Promise((resolve) => void scheduler.after(ms, resolve));
}

/** Settles as `work` does, or rejects after `ms` milliseconds. `work` itself continues. */
export function withDeadline<Value>(
  scheduler: Scheduler,
  ms: number,
  work: Promise<Value>,
  message: string,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const cancel = scheduler.after(ms, () => reject(new Error(`${message} (no answer within ${ms} ms)`)));
    work.then(resolve, reject).finally(cancel);
  });
}
