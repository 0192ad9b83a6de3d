/** Logs and counts what is refused before it is executed. */
import type { Logger } from 'pino';
import { refusalReason } from '../access/refusal-reason.ts';
import type { ErrorCode } from '../errors.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** The codes of errors that mean a token or an address has exceeded a limit. */
const LIMITS_USED_UP: ReadonlySet<string> = new Set([
  'TOO_MANY_REQUESTS',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_SUBSCRIPTIONS',
] satisfies ErrorCode[]);

/** Counts operations, and logs those for which a limit was used up. */
export function operationObserver({ operation }: Pick<Metrics, 'operation'>, log: Logger): ObserveOperation {
  return (type, tookMs, codes) => {
    operation(type, tookMs, codes);
    for (const code of codes) if (LIMITS_USED_UP.has(code)) log.warn({ code, type }, 'Refused an operation: too many');
  };
}

/** Counts and logs refused tokens, with the address that sent them. */
export function tokenObserver({ refusedToken }: Pick<Metrics, 'refusedToken'>, log: Logger) {
  return (error: unknown, address: string): void => {
    const refusal = refusalReason(error);
    refusedToken(refusal.reason);
    log.warn({ ...refusal, address }, 'Refused a token');
  };
}
