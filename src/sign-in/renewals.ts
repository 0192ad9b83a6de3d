/** Asks the provider again about people who are signed in: a role that was taken away ends here. */
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { SignInFailure } from './failure.ts';
import type { SignInOptions } from './options.ts';
import type { Provider } from './provider.ts';
import { scopeOf } from './roles.ts';
import type { Renewal, Sessions, StoredSession } from './sessions.ts';

/** How long the result of a renewal is given to others who bring the same refresh token: tabs of one browser, in milliseconds. */
const SHARED_MS = 30_000;
const MAX_SHARED = 1_000;

/**
 * Makes a function that renews a session. Many providers accept a refresh token once, and take a second use for a theft: of several that
 * come at once, one is sent, and all get its result. It rejects with a `SignInFailure`.
 */
export function renewer(
  { roleMap }: Pick<SignInOptions, 'roleMap'>,
  provider: Provider,
  sessions: Sessions,
  log: Logger,
): (renewal: Renewal) => Promise<StoredSession> {
  const results = new LRUCache<string, Promise<StoredSession>>({ max: MAX_SHARED, ttl: SHARED_MS });
  const renew = async (renewal: Renewal, refreshToken: string): Promise<StoredSession> => {
    const identified = await provider.refresh(refreshToken, renewal.subject);
    const scope = scopeOf(identified.roles, roleMap);
    if (scope === null) {
      log.info({ subject: renewal.subject }, 'A session ended: its person has no role for the console any more');
      throw new SignInFailure('no_role', 'No role of this person is in OIDC_ROLE_MAP');
    }
    return sessions.renew(renewal, identified, scope);
  };
  return (renewal) => {
    if (renewal.refreshToken === null) {
      return Promise.reject(new SignInFailure('refused', 'The provider gave no refresh token'));
    }
    const key = hash('sha256', renewal.refreshToken, 'base64');
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = renew(renewal, renewal.refreshToken);
    results.set(key, result);
    // The next request retries after a transient failure.
    result.catch((error: unknown) => {
      if (error instanceof SignInFailure && error.kind === 'unavailable') results.delete(key);
    });
    return result;
  };
}
