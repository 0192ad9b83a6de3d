/** What the console asks the server about a session that a cookie carries. */

/** Who is signed in. Times are milliseconds since 1970. */
export interface SignedIn {
  readonly name: string;
  readonly mayAdmin: boolean;
  readonly expiresAt: number;
  /** When it ends in any case. */
  readonly endsAt: number;
  /** When to ask again so that the session is renewed; null: it can't be. */
  readonly renewAt: number | null;
}

/** Who is signed in, or why nobody is. */
export type SessionAnswer = SignedIn | 'ended' | 'unavailable';

/** Asks for the session, which the server renews when it is time. Of several tabs, one asks at a time: a refresh token is used once. */
export async function askSession(url: string): Promise<SessionAnswer> {
  const request = async (): Promise<SessionAnswer> => {
    const response = await fetch(`${url}/session`, { method: 'POST' });
    if (response.ok) return (await response.json()) as SignedIn;
    return response.status === 401 ? 'ended' : 'unavailable';
  };
  try {
    return await (navigator.locks === undefined ? request() : navigator.locks.request('xgateway-kyc.session', request));
  } catch {
    return 'unavailable';
  }
}

/** Ends the session. Resolves with the URL to go to; null: the server did not answer, and the session continues. */
export async function askSignOut(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/sign-out`, { method: 'POST' });
    return response.ok ? ((await response.json()) as { location: string }).location : null;
  } catch {
    return null;
  }
}

const PLACE = 'xgateway-kyc.place';

/** Remembers what is open in this tab, and goes to the page that signs people in. */
export function goToSignIn(url: string): void {
  sessionStorage.setItem(PLACE, location.hash);
  location.assign(`${url}/start`);
}

/** Opens again what was open before the sign-in. */
export function returnToPlace(): void {
  const place = sessionStorage.getItem(PLACE);
  sessionStorage.removeItem(PLACE);
  if (place !== null && place !== '' && location.hash === '') location.replace(place);
}
