/** Who is signed in: a token, kept for this tab alone, taken from the login field or from the fragment of a printed link. */
import { Store } from './store.ts';

/** Why the last token is no longer used. */
export type Refusal = 'expired' | 'invalid' | 'forbidden';

/** A token, or why there is none. */
export interface Session {
  readonly token: string | null;
  /** Milliseconds since 1970; null for a token that does not say. */
  readonly expiresAt: number | null;
  /** Whether the token may change things, as far as it says: the server decides. */
  readonly mayAdmin: boolean;
  readonly refusal: Refusal | null;
}

const KEY = 'xgateway-kyc.token';
const NOBODY: Session = { token: null, expiresAt: null, mayAdmin: false, refusal: null };

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
  session.set({ ...NOBODY, refusal });
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
  return token === null ? NOBODY : sessionOf(token);
}

/** The token of `#token=…`, which is removed from the address bar and from the history. */
function takeFragmentToken(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return null;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return token;
}

/** What the token says of itself. A merchant's own kind of token need not be a JWT: then the server says all there is to say. */
function sessionOf(token: string): Session {
  try {
    const payload = token.split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '';
    const { exp, scope, scp, permissions } = JSON.parse(atob(payload)) as Record<string, unknown>;
    const scopes = [scope, scp, permissions].flat().join(' ').split(' ');
    const expiresAt = typeof exp === 'number' ? exp * 1_000 : null;
    return { token, expiresAt, mayAdmin: scopes.includes('kyc:admin'), refusal: null };
  } catch {
    return { token, expiresAt: null, mayAdmin: true, refusal: null };
  }
}
