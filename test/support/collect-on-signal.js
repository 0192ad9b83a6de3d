/** Preloaded with `--expose-gc`: on SIGUSR2 the process collects its garbage and prints its live heap to the standard error. */
process.on('SIGUSR2', () => {
  // Twice: what finalizers release in the first goes in the second.
  globalThis.gc?.();
  globalThis.gc?.();
  process.stderr.write(`heap ${process.memoryUsage().heapUsed}\n`);
});
