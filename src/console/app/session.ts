/** Who is signed in: a token, kept for this tab alone, taken from the login field or from the fragment of a printed link. */
import { Store } from './store.ts';

/** Why the last token is no longer used. */
export type Refusal = 'expired' | 'invalid' | 'forbidden';

/** A token, or why there is none. */
export interface Session {
  readonly token: string | null;
  /** Milliseconds since 1970; null for a token that does not say. */
  readonly expiresAt: number | null;
  readonly refusal: Refusal | null;
}

const KEY = 'xgateway-kyc.token';

/** This tab's session. */
export const session = new Store<Session>(readSession());
addEventListener('hashchange', () => {
  const token = takeFragmentToken();
  if (token !== null) signIn(token);
});

/** Uses `token` from now on. */
export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  session.set(sessionOf(token));
}

/** Forgets the token. */
export function signOut(refusal: Refusal | null = null): void {
  sessionStorage.removeItem(KEY);
  session.set({ token: null, expiresAt: null, refusal });
}

/** Forgets the token because the server no longer takes it. */
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
  return token === null ? { token, expiresAt: null, refusal: null } : sessionOf(token);
}

/** The token of `#token=…`, which is removed from the address bar and from the history. */
function takeFragmentToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return token;
}

/** What the token says of itself. A merchant's own kind of token need not be a JWT. */
function sessionOf(token: string): Session {
  let expiresAt: number | null = null;
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const { exp } = JSON.parse(atob(payload)) as { exp?: unknown };
    if (typeof exp === 'number') expiresAt = exp * 1_000;
  } catch {
    // Not a JWT: the server says when it ends.
  }
  return { token, expiresAt, refusal: null };
}
