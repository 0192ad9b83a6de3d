/**
 * Preloaded into every measured server: answers the harness over IPC with what the operating system accounts to this process.
 * Plain JavaScript: the loader of TypeScript would count as 20 MB of each server's memory.
 */
import { memoryUsage, resourceUsage } from 'node:process';

process.on('message', (task) => {
  if (task === 'collect') {
    // Twice: what finalizers and weak references let go of in the first goes in the second.
    globalThis.gc?.();
    globalThis.gc?.();
  }
  const { userCPUTime, systemCPUTime } = resourceUsage();
  const { rss, heapUsed, external } = memoryUsage();
  process.send?.({ cpu: userCPUTime + systemCPUTime, resident: rss, heap: heapUsed + external });
});
process.on('disconnect', () => process.exit());
