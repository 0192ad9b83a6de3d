/** Signing in with an OpenID provider, apart from the HTTP paths. */
import type { Logger } from 'pino';
import type { AuthenticationRequest, Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import { currentTime } from '../schedule/clock.ts';
import { Attempts } from './attempts.ts';
import { cookieJar } from './cookies.ts';
import { type Ended, sessionEnder } from './ending.ts';
import { SignInFailure } from './failure.ts';
import { SESSION_TIMES, type SessionSecrets, type SignInOptions, type SignInUrls, signInUrls } from './options.ts';
import { Provider } from './provider.ts';
import { renewer } from './renewals.ts';
import { scopeOf } from './roles.ts';
import { Sealer } from './sealed.ts';
import { type Session, Sessions, viewerOf } from './sessions.ts';

/** Who is signed in, for the console. */
export interface CurrentSession {
  readonly session: Session;
  /** When the console should ask again, in milliseconds since 1970: then the provider is asked, too. Null: it can't be renewed. */
  readonly renewAt: number | null;
  readonly cookies: readonly string[];
}

/** Signing in. */
export interface SignIn {
  readonly urls: SignInUrls;
  /** The viewer whose session a request brings, with an `Origin` of the console's own. Null: it brings none that is accepted. */
  viewer(request: AuthenticationRequest): Promise<Viewer | null>;
  /** Begins a sign-in. `asks`: the provider asks who it is, even where it knows. Rejects with a `SignInFailure`. */
  begin(cookie: string | undefined, asks: boolean): Promise<{ readonly url: URL; readonly cookies: readonly string[] }>;
  /** Completes a sign-in: `search` is the query that the provider sent the browser back with. Rejects with a `SignInFailure`. */
  finish(search: string, state: string, cookie: string | undefined): Promise<{ readonly cookies: readonly string[] }>;
  /** Removes what was kept for the sign-in of a state. */
  clearing(state: string): string;
  /**
   * The session of a request, renewed when it is time. Rejects with `UNAUTHENTICATED` when it has ended, and with
   * `AUTHENTICATION_UNAVAILABLE` when it can't be renewed at the moment.
   */
  session(cookie: string | undefined): Promise<CurrentSession>;
  /** Ends the session of a request, and says where the browser goes next. Never rejects. */
  end(cookie: string | undefined): Promise<Ended>;
  /** Removes the cookies of a session. */
  clearingSession(): readonly string[];
  /** Encrypts with other secrets from now on. Throws a `TypeError`, and changes nothing, when one is too short. */
  rotate(secrets: SessionSecrets): void;
}

/** Makes it. Nothing is fetched before the first person signs in. Throws a `TypeError` when a secret is too short. */
export function createSignIn(options: SignInOptions, log: Logger): SignIn {
  const { issuer, roleMap, roleClaim } = options;
  const times = { ...SESSION_TIMES, ...options.times };
  const urls = signInUrls(options.publicUrl);
  const sealer = new Sealer(options.secrets);
  const jar = cookieJar(options.publicUrl);
  const provider = new Provider(options);
  const sessions = new Sessions({ sealer, jar, issuer, times });
  const attempts = new Attempts({ sealer, jar, issuer, attemptMs: times.attemptMs });
  const renew = renewer(options, provider, sessions, log);

  const currentOf = (session: Session, canRenew: boolean, cookies: readonly string[] = []): CurrentSession => {
    const renewAt = canRenew ? session.until - 0.4 * times.checkMs : null;
    return { session, renewAt, cookies };
  };
  return {
    urls,
    async viewer({ headers }) {
      if (headers.cookie === undefined || headers.origin !== urls.origin) return null;
      const session = await sessions.read(headers.cookie);
      return session === null ? null : viewerOf(session);
    },
    async begin(cookie, asks) {
      const { url, attempt } = await provider.begin(asks);
      return { url, cookies: await attempts.keep(attempt, cookie) };
    },
    async finish(search, state, cookie) {
      const attempt = await attempts.take(state, cookie);
      if (attempt === null)
        throw new SignInFailure('invalid', 'This browser did not begin the sign-in, or too long ago');
      const identified = await provider.finish(search, attempt);
      const { person, roles } = identified;
      const scope = scopeOf(roles, roleMap);
      if (scope === null) {
        // Roles are names that an administrator chose. A long list is most likely the wrong claim.
        log.warn(
          { subject: person.subject, claim: roleClaim, roles: roles.slice(0, 20), count: roles.length },
          'No role of this person is in OIDC_ROLE_MAP',
        );
        throw new SignInFailure('no_role', 'No role of this person is in OIDC_ROLE_MAP');
      }
      const { cookies } = await sessions.start(identified, scope);
      log.info({ subject: person.subject, scope }, 'A person signed in');
      return { cookies };
    },
    clearing: (state) => attempts.clearing(state),
    async session(cookie) {
      const session = await sessions.read(cookie);
      const kept = await sessions.readRenewal(cookie);
      const renewal = session === null || kept?.id === session.id ? kept : null;
      const canRenew = renewal !== null && renewal.refreshToken !== null;
      if (session !== null && (!canRenew || currentTime() < session.until - 0.4 * times.checkMs)) {
        return currentOf(session, canRenew);
      }
      if (!canRenew) throw new KycError('UNAUTHENTICATED', 'The session has ended. Sign in again.');
      try {
        const renewed = await renew(renewal);
        return currentOf(renewed.session, true, renewed.cookies);
      } catch (error) {
        if (!(error instanceof SignInFailure)) throw error;
        const { kind, message: reason } = error;
        const mayPass = kind === 'unavailable' || kind === 'configuration';
        log[mayPass ? 'error' : 'info']({ kind, reason, subject: renewal.subject }, 'A session was not renewed');
        if (mayPass && session !== null) return currentOf(session, true);
        throw mayPass ? cannotRenew(error) : ended(error);
      }
    },
    end: sessionEnder(provider, sessions, urls.signedOut, log),
    clearingSession: () => sessions.clearing(),
    rotate(secrets) {
      sealer.rotate(secrets);
      sessions.forgetKnown();
    },
  };
}

function cannotRenew(cause: SignInFailure): KycError {
  const message = 'The session cannot be renewed: the sign-in service does not respond. Try again in a minute.';
  return new KycError('AUTHENTICATION_UNAVAILABLE', message, { cause });
}

function ended(cause: SignInFailure): KycError {
  const message =
    cause.kind === 'no_role'
      ? 'The session has ended: none of your roles gives access any more.'
      : 'The session has ended. Sign in again.';
  return new KycError('UNAUTHENTICATED', message, { cause });
}
