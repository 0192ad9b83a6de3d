/**
 * Who is signed in. With an OpenID provider: the person in this browser's cookie, which no script can read. Else a token from the
 * sign-in form or from the fragment of a printed link, kept for this tab alone.
 */
import { page } from './page.ts';
import { askSession, askSignOut, returnToPlace, type SignedIn } from './session-requests.ts';
import { Store } from './store.ts';

/** Why the last session ended, or why nothing is known about it. */
export type SignOutReason = 'expired' | 'invalid' | 'forbidden' | 'ended' | 'unavailable';

/** A token, or why there is none. */
export interface Session {
  /** Empty: a cookie identifies the person. Null: nobody is signed in. */
  readonly token: string | null;
  /** Milliseconds since 1970; null for a token without an expiry. */
  readonly expiresAt: number | null;
  /** When it ends unless the person signs in again: it is not renewed beyond that. Null for a token. */
  readonly endsAt: number | null;
  /** Whether the session has the scope `kyc:admin`. The server decides. */
  readonly mayAdmin: boolean;
  /** The name of the person, or the subject of the token, under which decisions are recorded; null: only the server knows. */
  readonly who: string | null;
  readonly signOutReason: SignOutReason | null;
  /** The server has not said yet who is signed in. */
  readonly isChecking?: boolean;
}

const KEY = 'xgateway-kyc.token';
const NOBODY: Session = {
  token: null,
  expiresAt: null,
  endsAt: null,
  mayAdmin: false,
  who: null,
  signOutReason: null,
};
/** How soon to ask again after the server did not say who is signed in. */
const RETRY_MS = 15_000;
const { signInUrl } = page;
/** Says to the other tabs that the session has changed. */
const tabs = signInUrl === null ? null : new BroadcastChannel('xgateway-kyc.session');

/** This tab's session. */
export const session = new Store<Session>(signInUrl === null ? readSession() : { ...NOBODY, isChecking: true });
if (signInUrl === null) {
  addEventListener('hashchange', () => {
    const token = takeFragmentToken();
    if (token !== null) signIn(token);
  });
} else {
  sessionStorage.removeItem(KEY);
  takeFragmentToken();
  tabs?.addEventListener('message', () => void checkSession());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && Date.now() >= nextCheckAt) void checkSession();
  });
  void checkSession().then(() => {
    // Perhaps somebody has just signed in again: sessions of other tabs need not end then.
    if (session.get().token !== null) tabs?.postMessage('changed');
    returnToPlace();
  });
}

let timer: ReturnType<typeof setTimeout> | undefined;
let nextCheckAt = 0;

/** Asks the server who is signed in, and again when the session has to be renewed. */
export async function checkSession(): Promise<void> {
  if (signInUrl === null) return;
  const answer = await askSession(signInUrl);
  const before = session.get();
  if (answer === 'ended') {
    clearTimeout(timer);
    session.set({ ...NOBODY, signOutReason: before.token === null ? before.signOutReason : 'ended' });
  } else if (answer === 'unavailable') {
    checkAt(Date.now() + RETRY_MS);
    if (before.token === null) session.set({ ...NOBODY, signOutReason: 'unavailable' });
  } else {
    const { renewAt, expiresAt } = answer;
    // A little later than it ends: then the server says so. Never at once: the two clocks need not agree.
    checkAt(Math.max(renewAt ?? expiresAt + 1_000, Date.now() + 5_000));
    session.set(signedIn(answer));
  }
}

function checkAt(time: number): void {
  clearTimeout(timer);
  nextCheckAt = time;
  timer = setTimeout(() => void checkSession(), time - Date.now());
}

function signedIn({ name, mayAdmin, expiresAt, endsAt, renewAt }: SignedIn): Session {
  const end = renewAt === null ? expiresAt : endsAt;
  return { token: '', expiresAt, endsAt: end, mayAdmin, who: name, signOutReason: null };
}

/** Starts a session with `token`. */
export function signIn(token: string): void {
  sessionStorage.setItem(KEY, token);
  session.set(sessionOf(token));
}

/** Ends the session. One with a provider ends at a page of the server's, for all tabs. */
export function signOut(signOutReason: SignOutReason | null = null): void {
  if (signInUrl !== null) {
    void leave(signInUrl);
    return;
  }
  sessionStorage.removeItem(KEY);
  session.set({ ...NOBODY, signOutReason });
}

async function leave(url: string): Promise<void> {
  const location = await askSignOut(url);
  tabs?.postMessage('changed');
  if (location === null) return checkSession();
  clearTimeout(timer);
  window.location.assign(location);
}

/** Ends the session because the server rejected its token. */
export function refused(): void {
  const { token, expiresAt } = session.get();
  if (token === null) return;
  if (signInUrl !== null) {
    void checkSession();
    return;
  }
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
    return { token, expiresAt, endsAt: null, mayAdmin: scopes.includes('kyc:admin'), who, signOutReason: null };
  } catch {
    return { token, expiresAt: null, endsAt: null, mayAdmin: true, who: null, signOutReason: null };
  }
}
