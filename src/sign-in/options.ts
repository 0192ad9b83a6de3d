/** What signing in with an OpenID provider is made from. */
import type { Scope } from './roles.ts';

/** The secrets that session cookies are encrypted with. */
export interface SessionSecrets {
  /** 32 bytes or more. */
  readonly current: string;
  /** The previous secret, during rotation: cookies encrypted with it are accepted until they expire. */
  readonly previous?: string | undefined;
}

/** How people sign in to the console. */
export interface SignInOptions {
  /** The provider's issuer URL. Its metadata is at `/.well-known/openid-configuration` below it. */
  readonly issuer: string;
  readonly clientId: string;
  /** Undefined: a public client, which has PKCE alone. */
  readonly clientSecret?: string | undefined;
  /** The scopes that the provider is asked for, separated by spaces. `offline_access` is left out where it has none. */
  readonly scope: string;
  /** The claim with a person's roles: a name, or a path such as `realm_access.roles`. */
  readonly roleClaim: string;
  /** What each role may do. */
  readonly roleMap: ReadonlyMap<string, Scope>;
  /** What browsers see in front of `/console`, without a slash at its end: `https://kyc.shop.example`. */
  readonly publicUrl: string;
  readonly secrets: SessionSecrets;
  readonly times?: Partial<SessionTimes> | undefined;
}

/** How long sessions last, in milliseconds. */
export interface SessionTimes {
  /** How long a person's roles are believed before the provider is asked again, where it gave a refresh token. */
  readonly checkMs: number;
  /** How long a session lasts where the provider gave no refresh token: so long are its roles believed. */
  readonly uncheckedMs: number;
  /** How long a session lasts that no open console renews. */
  readonly idleMs: number;
  /** How long a session lasts at most. */
  readonly maxMs: number;
  /** How long somebody may take at the provider. */
  readonly attemptMs: number;
  /** How long the provider may take to answer the server. */
  readonly providerMs: number;
}

/** The times unless an owner says otherwise. */
export const SESSION_TIMES: SessionTimes = {
  checkMs: 10 * 60_000,
  uncheckedMs: 15 * 60_000,
  idleMs: 60 * 60_000,
  maxMs: 12 * 60 * 60_000,
  attemptMs: 10 * 60_000,
  providerMs: 10_000,
};

/** Where the console is, for the provider and for browsers. */
export interface SignInUrls {
  readonly origin: string;
  readonly console: string;
  /** The paths below are those of the router. */
  readonly base: string;
  readonly callback: string;
  readonly signedOut: string;
}

/** The URLs below a public URL. */
export function signInUrls(publicUrl: string): SignInUrls {
  const base = `${publicUrl}/console/sign-in`;
  return {
    origin: new URL(publicUrl).origin,
    console: `${publicUrl}/console`,
    base,
    callback: `${base}/callback`,
    signedOut: `${base}/signed-out`,
  };
}
