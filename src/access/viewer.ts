/** Who asks, and what they may. */
import type { IncomingHttpHeaders } from 'node:http';
import { CLOSE, type SocketClose } from '../client/protocol.ts';
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';

/** The bearer of a token. */
export interface Viewer {
  /** Who it is: the unit in which sockets are counted. */
  readonly subject: string;
  /** The customer that the token belongs to; null when it belongs to none. */
  readonly customerId: string | null;
  /** May read every customer (`kyc:read`). */
  readonly mayRead: boolean;
  /** May also change things (`kyc:admin`). */
  readonly mayAdmin: boolean;
  /** Milliseconds since 1970; null: never. */
  readonly expiresAt: number | null;
}

/** What tells who asks: an HTTP request, or the one that opened a socket with the `authorization` of its `connectionParams`. */
export interface AuthenticationRequest {
  readonly headers: IncomingHttpHeaders;
}

/**
 * Says who asks; null: nobody who is known. Throws a `KycError` `UNAUTHENTICATED` for credentials that are no good, and
 * `AUTHENTICATION_UNAVAILABLE` when that can't be told at the moment, so that clients come back with the same. Whatever else it throws
 * is a fault of its own and says nothing of credentials: it is logged, HTTP answers 500, a socket is closed with 1013. One that goes
 * by cookies has to look at `origin` too: a browser sends cookies with the sockets of any page.
 */
export type Authenticate = (request: AuthenticationRequest) => Viewer | null | Promise<Viewer | null>;

/** How long one connection may live on one authentication, in milliseconds, however late its token expires. */
export const MAX_SESSION_MS = 24 * 60 * 60 * 1_000;

/** When a connection that opens at `now` has to end (both in milliseconds since 1970), and how its socket is closed then. */
export function sessionEnd({ expiresAt }: Viewer, now: number): { readonly at: number; readonly close: SocketClose } {
  const cap = now + MAX_SESSION_MS;
  return expiresAt !== null && expiresAt <= cap
    ? { at: expiresAt, close: CLOSE.forbidden }
    : { at: cap, close: CLOSE.serviceRestart };
}

/** Whether the viewer's token has expired. */
export function hasExpired(viewer: Viewer | null, now = Date.now()): boolean {
  return viewer !== null && viewer.expiresAt !== null && viewer.expiresAt <= now;
}

/** The viewer; throws `UNAUTHENTICATED` when there is none. */
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

/** Throws unless the viewer may change things. */
export function requireAdmin(viewer: Viewer | null): Viewer {
  const known = requireViewer(viewer);
  if (known.mayAdmin) return known;
  throw new KycError('FORBIDDEN', 'This needs a token with the scope kyc:admin.');
}

/**
 * The customer that a viewer asks about: `asked`, or their own. Somebody else's customer is `FORBIDDEN` whether it exists or
 * not, so that nobody learns who is a customer. What cannot be an ID is `BAD_USER_INPUT`: databases fold it into another one.
 */
export function requireCustomer(viewer: Viewer | null, asked: string | null | undefined): string {
  const known = requireViewer(viewer);
  const customerId = asked ?? known.customerId;
  if (customerId === null) {
    throw new KycError('BAD_USER_INPUT', 'This token has no customer of its own. Give a customerId.');
  }
  if (!known.mayRead && customerId !== known.customerId) {
    throw new KycError('FORBIDDEN', 'This token is for another customer.');
  }
  return requireCustomerId(customerId);
}

/** The one check of a customer ID from outside. Throws `BAD_USER_INPUT` for text that cannot be one. */
export function requireCustomerId(customerId: string): string {
  if (isCustomerId(customerId)) return customerId;
  throw new KycError('BAD_USER_INPUT', 'Not a valid customer ID.');
}
