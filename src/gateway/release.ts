/** Releases what the gateway holds: each part with a deadline, and a failure does not keep the next from being released. */
import type { Logger } from 'pino';

/** How long a part may take to be released, in milliseconds. */
const RELEASE_DEADLINE_MS = 5_000;

/** Releases one part. Never rejects. */
export type Release = (name: string, release: () => unknown) => Promise<void>;

/**
 * Returns a function that releases one part. It never rejects: a failure is logged with `name`, and after `deadlineMs` it logs
 * that the part did not finish and resolves.
 */
export function releaser(log: Logger, deadlineMs = RELEASE_DEADLINE_MS): Release {
  return async (name, release) => {
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const deadline = setTimeout(resolve, deadlineMs, 'late');
    try {
      const ended = await Promise.race([(async () => release())(), late]);
      if (ended === 'late') log.error({ part: name, deadlineMs }, 'A part of the gateway did not stop in time');
    } catch (error) {
      log.error({ err: error, part: name }, 'A part of the gateway failed to stop');
    } finally {
      clearTimeout(deadline);
    }
  };
}
