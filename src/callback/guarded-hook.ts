/** Guards hooks that reach an owner's code, such as their metrics: one that throws must not change what becomes of a callback. */
import type { Logger } from 'pino';

/** The hook without its exceptions, which are logged. Without a hook: one that does nothing. */
export function guardedHook<Given extends readonly unknown[]>(
  hook: ((...given: Given) => void) | undefined,
  log: Logger,
): (...given: Given) => void {
  if (hook === undefined) return () => {};
  return (...given) => {
    const failed = (error: unknown): void => {
      log.error({ err: error }, 'A hook for metrics failed; the callback is answered all the same');
    };
    try {
      const pending: unknown = hook(...given);
      // An owner's hook may be asynchronous, whatever its type says: an unhandled rejection would end the process.
      if (pending !== undefined) Promise.resolve(pending).catch(failed);
    } catch (error) {
      failed(error);
    }
  };
}
