/**
 * Preloaded into every measured server: answers the harness over IPC with what the operating system accounts to this process.
 * Plain JavaScript: the loader of TypeScript would count as 20 MB of each server's memory.
 */
import { memoryUsage, resourceUsage } from 'node:process';
import { queryObjects } from 'node:v8';

// Not listed as active resources when they are unref'd, as most of ours are: so the objects are counted.
const timer = setTimeout(() => {}, 0);
const Timeout = timer.constructor;
let timers = 0;

process.on('message', (task) => {
  if (task === 'collect') {
    // Twice: what finalizers and weak references release in the first collection is freed in the second.
    globalThis.gc?.();
    globalThis.gc?.();
    timers = queryObjects(Timeout);
  }
  const { userCPUTime, systemCPUTime } = resourceUsage();
  const { rss, heapUsed, external } = memoryUsage();
  const usage = { cpu: userCPUTime + systemCPUTime, resident: rss, heap: heapUsed + external, timers };
  process.send?.({ ...usage, moments: globalThis[Symbol.for('bench.moments')]?.() });
});
process.on('disconnect', () => process.exit());
