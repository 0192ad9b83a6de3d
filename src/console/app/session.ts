/** Who is signed in: a token from the sign-in form or from the fragment of a printed link, kept for this tab alone. */
import { Store } from './store.ts';

/** Why the last session ended. */
export type SignOutReason = 'expired' | 'invalid' | 'forbidden';

/** A token, or why there is none. */
export interface Session {
  readonly token: string | null;
  /** Milliseconds since 1970; null for a token without an expiry. */
  readonly expiresAt: number | null;
  /** Whether the token claims the scope `kyc:admin`. The server decides. */
  readonly mayAdmin: boolean;
  /** The subject of the token, under which decisions are recorded; null: only the server knows. */
  readonly who: string | null;
  readonly signOutReason: SignOutReason | null;
}

const KEY = 'xgateway-kyc.token';
const NOBODY: Session = { token: null, expiresAt: null, mayAdmin: false, who: null, signOutReason: null };

/** This tab's session. */
export const session = new Store<Session>(readSession());
addEventListener('hashchange', () => {
  const token = takeFragmentToken();
  if (token !== null) signIn(token);
});

/** Starts a session with `token`. */
export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  session.set(sessionOf(token));
}

/** Ends the session. */
export function signOut(signOutReason: SignOutReason | null = null): void {
  sessionStorage.removeItem(KEY);
  session.set({ ...NOBODY, signOutReason });
}

/** Ends the session because the server rejected its token. */
export function refused(): void {
  const { token, expiresAt } = session.get();
  if (token === null) return;
  // The two clocks need not agree to the second.
  signOut(expiresAt !== null && expiresAt <= Date.now() + 60_000 ? 'expired' : 'invalid');
}

function readSession(): Session {
  const fromLink = takeFragmentToken();
  if (fromLink !== null) sessionStorage.setItem(KEY, fromLink);
  const token = fromLink ?? sessionStorage.getItem(KEY);
  return token === null ? NOBODY : sessionOf(token);
}

/** The token of `#token=…`, which is removed from the address bar and from the history. */
function takeFragmentToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return token;
}

/** What the token claims. A merchant's own token may not be a JWT: then only the server knows. */
function sessionOf(token: string): Session {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const bytes = Uint8Array.from(atob(payload), (character) => character.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const { exp, scope, scp, permissions, sub } = claims;
    const who = typeof sub === 'string' ? sub : null;
    const scopes = [scope, scp, permissions].flat().join(' ').split(' ');
    const expiresAt = typeof exp === 'number' ? exp * 1_000 : null;
    return { token, expiresAt, mayAdmin: scopes.includes('kyc:admin'), who, signOutReason: null };
  } catch {
    return { token, expiresAt: null, mayAdmin: true, who: null, signOutReason: null };
  }
}
