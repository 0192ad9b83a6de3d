/** Logs which web pages were refused: the error in the browser's own console names no setting. */
import type { Logger } from 'pino';

/** How often one origin is reported, in milliseconds. */
const REPEAT_MS = 60_000;
/** How many origins are reported in that time: anyone can send any `Origin`. */
const MAX_ORIGINS = 10;
/** The longest text that is repeated, in characters. */
const MAX_LENGTH = 200;

/** Makes a function that reports a refused origin, once a minute each, and at most ten of them. */
export function refusedOriginReporter(log: Logger, now = () => performance.now()): (origin: string) => void {
  const reported = new Map<string, number>();
  return (given) => {
    const origin = given.slice(0, MAX_LENGTH);
    for (const [known, at] of reported) if (now() - at >= REPEAT_MS) reported.delete(known);
    if (reported.has(origin) || reported.size >= MAX_ORIGINS) return;
    reported.set(origin, now());
    log.warn(
      { origin },
      'The origin of a web page is not allowed, so its browser gets no answer. If the page is yours, add the origin to CORS_ORIGINS (allowedOrigins in a plugin).',
    );
  };
}
