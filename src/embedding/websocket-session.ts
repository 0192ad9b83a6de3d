/** One socket of the application's own graphql-ws server: who is connected, and until when. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { type FindViewer, sessionEnd, type Viewer } from '../access/viewer.ts';
import { CLOSE, type SocketClose } from '../client/protocol.ts';
import type { Connections } from '../transport/connections.ts';
import { identify } from '../transport/websocket/authentication.ts';

/** How long a socket without a token stays, in milliseconds. */
const ANONYMOUS_MS = 30_000;

/** What graphql-ws' adapters put beside a connection: `ws`, Fastify's and Bun's have a socket, most a request. */
export interface SocketExtra {
  readonly socket?: { close(code: number, reason: string): unknown };
  readonly request?: { readonly headers: IncomingHttpHeaders | Headers };
}

/** What opening a session needs. */
export interface SessionParts {
  readonly connections: Connections;
  readonly authenticate: FindViewer;
  readonly isOriginAllowed: (headers: IncomingHttpHeaders) => boolean;
  readonly log: Logger;
}

/** A socket that was acknowledged. */
export interface Session {
  readonly viewer: Viewer | null;
  readonly headers: IncomingHttpHeaders;
  readonly socket: SocketExtra['socket'];
  readonly end: NodeJS.Timeout;
}

/** Authenticates a socket. Resolves with its session, which holds one of the subject's connections, or with how to close it. */
export async function openSession(
  connectionParams: Readonly<Record<string, unknown>> | undefined,
  request: SocketExtra['request'],
  socket: SocketExtra['socket'],
  parts: SessionParts,
): Promise<Session | SocketClose> {
  const headers = plainHeaders(request?.headers);
  if (!parts.isOriginAllowed(headers)) return CLOSE.forbidden;
  const identified = await identify({ ...(request as object), headers }, connectionParams, parts);
  if ('code' in identified) return identified;
  const { viewer } = identified;
  if (viewer === null) return { viewer, headers, socket, end: endAfter(ANONYMOUS_MS, socket, CLOSE.forbidden) };
  if (!parts.connections.take(viewer)) return CLOSE.tooManyConnections;
  const now = Date.now();
  const { at, close } = sessionEnd(viewer, now);
  return { viewer, headers, socket, end: endAfter(at - now, socket, close) };
}

function endAfter(milliseconds: number, socket: SocketExtra['socket'], close: SocketClose): NodeJS.Timeout {
  const timer = setTimeout(() => closeSocket(socket, close), Math.max(0, milliseconds));
  return timer.unref();
}

/** Closes a socket with a code and its reason. */
export function closeSocket(socket: SocketExtra['socket'], { code, reason }: SocketClose): void {
  socket?.close(code, reason);
}

/** Headers as Node has them: servers on the Fetch API have a `Headers` object. */
export function plainHeaders(headers: IncomingHttpHeaders | Headers | undefined): IncomingHttpHeaders {
  if (headers === undefined) return {};
  return typeof headers.get === 'function'
    ? Object.fromEntries((headers as Headers).entries())
    : (headers as IncomingHttpHeaders);
}
