/** Who opened a socket: from its `connection_init` to a viewer, a place among the subject's connections, or a close. */
import type { AuthenticationRequest, Viewer } from '../../access/viewer.ts';
import { CLOSE, type SocketClose } from '../../client/protocol.ts';
import { KycError } from '../../errors.ts';
import { markProven } from '../../http/proof.ts';
import type { LiveTransportOptions } from '../options.ts';
import { authorizationHeader, authorizationIn } from './connection-params.ts';
import type { SocketRegistry } from './registry.ts';
import type { SocketSession } from './session.ts';

/**
 * Authenticates a session. Resolves with how to close it, or with null when it is acknowledged: with a viewer, or without one
 * when the client brought no token (its operations answer `UNAUTHENTICATED`).
 */
export async function authenticateSession(
  session: SocketSession,
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  registry: SocketRegistry,
  { authenticate, connections, log }: LiveTransportOptions,
): Promise<SocketClose | null> {
  session.state = 'authenticating';
  const { headers = {}, connection } = session.upgrade ?? {};
  // With its connection: refused tokens are counted by the address it came from.
  const request = { headers, ...(connection !== undefined && { socket: connection }) };
  const identified = await identify(request, connectionParams, { authenticate, log });
  if ('code' in identified) return identified;
  if (!session.isOpen()) return CLOSE.forbidden;
  const { viewer } = identified;
  if (viewer === null) {
    session.state = 'anonymous';
    return null;
  }
  if (!connections.take(viewer)) return CLOSE.tooManyConnections;
  session.viewer = viewer;
  session.state = 'authenticated';
  // The server's cap on connections spares those that are proven.
  markProven(session.upgrade?.connection);
  registry.proven(session);
  return session.isOpen() ? null : CLOSE.forbidden;
}

/** Whose token a socket brought, in its `connection_init` or its upgrade (null: it brought none), or how to close it. */
export async function identify(
  request: AuthenticationRequest,
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  { authenticate, log }: Pick<LiveTransportOptions, 'authenticate' | 'log'>,
): Promise<{ readonly viewer: Viewer | null } | SocketClose> {
  const { headers } = request;
  const authorization = authorizationIn(connectionParams) ?? authorizationHeader(headers.authorization);
  try {
    const viewer = await authenticate({ ...request, headers: { ...headers, authorization } });
    return viewer === null && authorization !== undefined ? CLOSE.forbidden : { viewer };
  } catch (error) {
    if (error instanceof KycError && error.code !== 'AUTHENTICATION_UNAVAILABLE') return CLOSE.forbidden;
    if (!(error instanceof KycError)) log.error({ err: error }, 'authenticate failed; the socket is closed with 1013');
    return CLOSE.authenticationUnavailable;
  }
}
