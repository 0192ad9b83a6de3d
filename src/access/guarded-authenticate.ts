/** Guards `authenticate`, which may be the owner's own function: it may hang, or be called faster than it answers. */
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import type { Authenticate, FindViewer, Viewer } from './viewer.ts';

/** The limits of a guarded `authenticate`. */
export interface AuthenticateLimits {
  /** How long it may take, in milliseconds, default 10,000. */
  readonly deadlineMs?: number;
  /** How many calls may be pending at once, default 1,000. Beyond that, requests are refused without calling `authenticate`. */
  readonly maxInFlight?: number;
}

const UNAVAILABLE = 'Cannot authenticate this request: the authentication service does not respond. Try again.';

/**
 * Wraps `authenticate`. Rejects with `AUTHENTICATION_UNAVAILABLE` when it doesn't answer within the deadline, or too many calls
 * wait already; other errors are passed on as they are.
 */
export function guardedAuthenticate(
  authenticate: Authenticate,
  log: Logger,
  { deadlineMs = 10_000, maxInFlight = 1_000 }: AuthenticateLimits = {},
): FindViewer {
  let inFlight = 0;

  const withinDeadline = (pending: Promise<Viewer | null>): Promise<Viewer | null> => {
    inFlight++;
    return new Promise<Viewer | null>((resolve, reject) => {
      let isSettled = false;
      const settle = (finish: () => void) => {
        if (isSettled) return;
        isSettled = true;
        inFlight--;
        clearTimeout(deadline);
        finish();
      };
      const deadline = setTimeout(() => {
        settle(() => reject(new KycError('AUTHENTICATION_UNAVAILABLE', UNAVAILABLE)));
      }, deadlineMs);
      pending.then(
        (viewer) => settle(() => resolve(viewer ?? null)),
        (error: unknown) => settle(() => reject(error)),
      );
    });
  };

  const rejected = (error: unknown): Promise<never> => {
    if (error instanceof KycError && error.code === 'AUTHENTICATION_UNAVAILABLE') {
      log.error({ err: error }, 'Cannot verify tokens; new requests get 503 and new sockets close with 1013');
    }
    return Promise.reject(error);
  };

  return (request) => {
    try {
      if (inFlight >= maxInFlight) throw new KycError('AUTHENTICATION_UNAVAILABLE', UNAVAILABLE);
      const answer = authenticate(request);
      // A token that was verified a moment ago is answered at once: no timer is needed.
      return isThenable(answer) ? withinDeadline(Promise.resolve(answer)).catch(rejected) : (answer ?? null);
    } catch (error) {
      return rejected(error);
    }
  };
}

function isThenable<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
