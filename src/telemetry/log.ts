/** Structured logs: one JSON line per event, with everything that could be a credential redacted. */
import { type DestinationStream, type Logger, pino } from 'pino';

/** What `LOG_LEVEL` may be. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

// A safety net, one level deep: our code never logs these on purpose.
const CREDENTIALS = ['hash', 'secret', 'token', 'authorization', 'connectionParams', 'headers', 'body'];

/** Makes the log. Lines go to the standard output unless another destination is given. */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const paths = CREDENTIALS.flatMap((name) => [name, `*.${name}`]);
  const options = { level, base: null, redact: { paths, censor: '[redacted]' } };
  return destination === undefined ? pino(options) : pino(options, destination);
}
