/** Viewers: who a request acts for, and what they may do. */

import type { IncomingHttpHeaders } from 'node:http';
import { CLOSE, type SocketClose } from '../client/protocol.ts';
import { KycError } from '../errors.ts';
import { currentTime } from '../schedule/clock.ts';
import { requireCustomerId } from './customer-id.ts';

/** The bearer of a token. */
export interface Viewer {
  /** Identifies the viewer. Connections and operations are counted per subject, kind of token and issuer. */
  readonly subject: string;
  /** Whether `subject` names a person or a service; false for a token without `sub`. Default true. */
  readonly isNamed?: boolean | undefined;
  /** Who issued the token, where tokens of several issuers are accepted: each has its own names for subjects. Default: none. */
  readonly issuer?: string | undefined;
  /** The customer that the token belongs to; null when it belongs to none. */
  readonly customerId: string | null;
  /** May read every customer (`kyc:read`). */
  readonly mayRead: boolean;
  /** May also run mutations (`kyc:admin`). */
  readonly mayAdmin: boolean;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
  /**
   * Set for a person who signed in, as opposed to a service: the audit log has what they do and whose data they open, and their decisions
   * carry this name. Default: a service, or a customer.
   */
  readonly person?: { readonly name: string } | undefined;
}

/** What a decision of this viewer is recorded under: the name of a person, else the subject. */
export function decidedBy({ person, subject }: Viewer): string {
  return person?.name ?? subject;
}

/** The same, with the person's identity; null for a token without `sub`, which identifies nobody. */
export function deciderOf(viewer: Viewer): { readonly by: string; readonly subject: string | null } {
  return { by: decidedBy(viewer), subject: viewer.isNamed === false ? null : viewer.subject };
}

/** What a viewer is identified by: an HTTP request, or a socket's upgrade request with `authorization` from its `connectionParams`. */
export interface AuthenticationRequest {
  readonly headers: IncomingHttpHeaders;
}

/**
 * Returns the viewer of a request, or null when it has no credentials. Throws a `KycError` `UNAUTHENTICATED` for invalid credentials, and
 * `AUTHENTICATION_UNAVAILABLE` when they cannot be verified at the moment, so that clients retry with the same ones. Any other error
 * counts as a bug in the function: it is logged, HTTP answers 500, and a socket is closed with 1013. A function that reads cookies has
 * to check `origin` too: a browser sends cookies with sockets opened by any page.
 */
export type Authenticate = (request: AuthenticationRequest) => Viewer | null | Promise<Viewer | null>;

/** The same, guarded: what is not a promise is the answer, and every error is a rejection. Most tokens were verified a moment ago. */
export type FindViewer = (request: AuthenticationRequest) => Viewer | null | Promise<Viewer | null>;

const keys = new WeakMap<Viewer, string>();

/** Whose budget a viewer uses: one subject may hold both customer and service tokens, and two issuers may use the same name. */
export function budgetKey(viewer: Viewer | null): string {
  if (viewer === null) return '';
  // A viewer who comes from the cache of tokens has one already, whose hash is known.
  const known = keys.get(viewer);
  if (known !== undefined) return known;
  const { subject, issuer, mayRead } = viewer;
  const kind = mayRead ? 'service' : 'customer';
  const key = issuer === undefined ? `${kind} ${subject}` : `${kind} ${JSON.stringify([issuer, subject])}`;
  keys.set(viewer, key);
  return key;
}

/** How long one connection may live on one authentication, in milliseconds, however late its token expires. */
export const MAX_SESSION_MS = 24 * 60 * 60 * 1_000;

/** When a connection that opens at `now` must end (both in milliseconds since 1970), and how its socket is closed. */
export function sessionEnd({ expiresAt }: Viewer, now: number): { readonly at: number; readonly close: SocketClose } {
  const cap = now + MAX_SESSION_MS;
  return expiresAt !== null && expiresAt <= cap
    ? { at: expiresAt, close: CLOSE.forbidden }
    : { at: cap, close: CLOSE.serviceRestart };
}

/** Why nothing more is executed for a token. */
export function tokenExpired(): KycError {
  return new KycError('UNAUTHENTICATED', 'The token has expired. Send a fresh one.');
}

/** Why a connection ends after `MAX_SESSION_MS`. */
export function sessionTooLong(): KycError {
  return new KycError('SHUTTING_DOWN', 'The session has lasted a day. Reconnect.');
}

/** Whether the viewer's token has expired. */
export function hasExpired(viewer: Viewer | null, now = currentTime()): boolean {
  return viewer !== null && viewer.expiresAt !== null && viewer.expiresAt <= now;
}

/** The viewer. Throws `UNAUTHENTICATED` when the request has no token. */
export function requireViewer(viewer: Viewer | null): Viewer {
  if (viewer !== null) return viewer;
  throw new KycError('UNAUTHENTICATED', 'Send a token: "Authorization: Bearer …".');
}

/** Throws unless the viewer may read every customer. */
export function requireReader(viewer: Viewer | null): Viewer {
  const known = requireViewer(viewer);
  if (known.mayRead) return known;
  throw new KycError('FORBIDDEN', 'This needs a token with the scope kyc:read.');
}

/** Throws unless the viewer may run mutations. */
export function requireAdmin(viewer: Viewer | null): Viewer {
  const known = requireViewer(viewer);
  if (known.mayAdmin) return known;
  throw new KycError('FORBIDDEN', 'This needs a token with the scope kyc:admin.');
}

/**
 * The customer that an operation is about: `requested`, or the viewer's own. Another customer is `FORBIDDEN` whether they exist or
 * not, so that a token does not reveal who is a customer. Text that cannot be an ID is `BAD_USER_INPUT`: databases would fold it.
 */
export function requireCustomer(viewer: Viewer | null, requested: string | null | undefined): string {
  const known = requireViewer(viewer);
  const customerId = requested ?? known.customerId;
  if (customerId === null) {
    throw new KycError('BAD_USER_INPUT', 'This token has no customer of its own. Give a customerId.');
  }
  if (!known.mayRead && customerId !== known.customerId) {
    throw new KycError('FORBIDDEN', 'This token is for another customer.');
  }
  return requireCustomerId(customerId);
}
