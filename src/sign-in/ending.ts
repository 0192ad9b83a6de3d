/** Signing out: here, and at the provider if it supports that. */
import type { Logger } from 'pino';
import { messageOf } from '../errors.ts';
import type { Provider } from './provider.ts';
import type { Sessions } from './sessions.ts';

/** The rest of ending a session. */
export interface Ended {
  /** Where the browser goes next: the provider's page for signing out, or ours. */
  readonly location: string;
  readonly cookies: readonly string[];
}

/** Makes a function that ends the session in a `Cookie` header. It never rejects: a provider that does not answer must not keep anybody signed in here. */
export function sessionEnder(
  provider: Provider,
  sessions: Sessions,
  signedOut: string,
  log: Logger,
): (cookie: string | undefined) => Promise<Ended> {
  const warn = (error: unknown): void =>
    log.warn({ reason: messageOf(error) }, 'A person signed out here, and maybe not at the provider');
  return async (cookie) => {
    const session = await sessions.read(cookie);
    const renewal = await sessions.readRenewal(cookie);
    const cookies = sessions.clearing();
    if (session === null && renewal === null) return { location: signedOut, cookies };
    for (const known of [session, renewal]) if (known !== null) sessions.end(known.id);
    const { refreshToken = null, idToken = null } = renewal ?? {};
    try {
      if (refreshToken !== null) await provider.revoke(refreshToken).catch(warn);
      const url = await provider.signOutUrl(idToken ?? undefined);
      return { location: url?.href ?? signedOut, cookies };
    } catch (error) {
      warn(error);
      return { location: signedOut, cookies };
    }
  };
}
