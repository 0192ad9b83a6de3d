/** Structured logs: one JSON line per event, with everything that could be a credential redacted. */
import { trace } from '@opentelemetry/api';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';
import { escapeJsonLine } from './visible-text.ts';

/** What `LOG_LEVEL` may be. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** How much is logged. */
export type LogLevel = (typeof LOG_LEVELS)[number];

// A safety net, one level deep: our code never logs these on purpose.
const CREDENTIALS = ['hash', 'secret', 'token', 'authorization', 'connectionParams', 'headers', 'body'];

/**
 * Makes the log. Lines go to the standard output unless another destination is given. While an OpenTelemetry span is active they have
 * its `trace_id` and `span_id`. Characters that could turn the reading direction are escaped.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Logger {
  const paths = CREDENTIALS.flatMap((name) => [name, `*.${name}`]);
  const options: LoggerOptions = {
    level,
    base: null,
    redact: { paths, censor: '[redacted]' },
    mixin: activeSpan,
    hooks: { streamWrite: escapeJsonLine },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span === undefined ? {} : { trace_id: span.traceId, span_id: span.spanId };
}
