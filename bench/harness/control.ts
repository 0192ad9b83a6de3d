/** Preloaded into every measured server: answers the harness over IPC with what the operating system accounts to this process. */
import { memoryUsage, resourceUsage } from 'node:process';

/** What a server process has used so far. */
export interface Usage {
  /** CPU time of all its threads, user and system, in microseconds (getrusage). */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly resident: number;
  /** Live JavaScript objects in bytes. Exact after a collection. */
  readonly heap: number;
}

/** What the harness asks: usage as it is, or after a full garbage collection. */
export type Question = 'usage' | 'collect';

process.on('message', (question: Question) => {
  if (question === 'collect') {
    // Twice: what finalizers and weak references let go of in the first goes in the second.
    globalThis.gc?.();
    globalThis.gc?.();
  }
  const { userCPUTime, systemCPUTime } = resourceUsage();
  const { rss, heapUsed, external } = memoryUsage();
  process.send?.({ cpu: userCPUTime + systemCPUTime, resident: rss, heap: heapUsed + external } satisfies Usage);
});
process.on('disconnect', () => process.exit());
