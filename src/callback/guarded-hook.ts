/** Guards hooks that reach an owner's code, such as their metrics: one that throws must not affect a callback. */
import type { Logger } from 'pino';

/** The hook, with its exceptions logged instead of thrown. Without a hook, a function that does nothing. */
export function guardedHook<Given extends readonly unknown[]>(
  hook: ((...given: Given) => void) | undefined,
  log: Logger,
): (...given: Given) => void {
  if (hook === undefined) return () => {};
  return (...given) => {
    const failed = (error: unknown): void => {
      log.error({ err: error }, 'A metrics hook failed; the callback is answered as usual');
    };
    try {
      const pending: unknown = hook(...given);
      // An owner's hook may be async, whatever its type says: an unhandled rejection would end the process.
      if (pending !== undefined) Promise.resolve(pending).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
