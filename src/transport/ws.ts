/** GraphQL over WebSocket (graphql-transport-ws): graphql-ws has the protocol, ws the sockets. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../access/viewer.ts';
import type { KycContext } from '../graphql/context.ts';
import { publicError } from '../graphql/format-error.ts';

/** The largest message that is read, in bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;
const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** A service that shuts down and may come back (RFC 6455 registry). */
const SERVICE_RESTART = 1012;

/** What the sockets need. */
export interface WebSocketOptions {
  readonly schema: GraphQLSchema;
  readonly authenticate: (authorization: string | undefined) => Promise<Viewer | null>;
  readonly contextFor: (viewer: Viewer) => KycContext;
}

/** The sockets of one gateway. */
export interface WebSocketTransport {
  /** Takes the upgrades of `server` at `path`; others are left alone. */
  attach(server: Server, path: string): void;
  /** Closes every socket with 1012, and cuts those that do not answer within `deadlineMs`. */
  stop(deadlineMs: number): Promise<void>;
}

interface Session {
  viewer?: Viewer;
  heardAt: number;
}

/** Makes the transport. */
export function webSocketTransport({ schema, authenticate, contextFor }: WebSocketOptions): WebSocketTransport {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  const sessions = new Map<WebSocket, Session>();

  const protocol = makeServer<Record<string, unknown>, Session>({
    schema,
    async onConnect({ connectionParams, extra }) {
      const authorization = connectionParams?.['authorization'];
      const viewer = await authenticate(typeof authorization === 'string' ? authorization : undefined).catch(
        () => null,
      );
      if (viewer === null) return false;
      extra.viewer = viewer;
      return true;
    },
    context: ({ extra }) => contextFor(extra.viewer as Viewer) as unknown as Record<string, unknown>,
    onNext: (_ctx, _id, _payload, _args, { data, errors }) =>
      errors === undefined
        ? undefined
        : { data: data ?? null, errors: errors.map((error) => publicError(error).toJSON()) },
    onError: (_ctx, _id, _payload, errors) => errors.map((error) => publicError(error).toJSON()),
  });

  const opened = (socket: WebSocket): void => {
    const session: Session = { heardAt: Date.now() };
    sessions.set(socket, session);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        // Resolves when the frame has left for the kernel: a client that stops reading holds one frame and its cursor.
        send: (data) =>
          new Promise((resolve, reject) => socket.send(data, (error) => (error ? reject(error) : resolve()))),
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            handle(String(data)).catch(() => socket.close(CloseCode.InternalServerError, 'Internal server error'));
          }),
      },
      session,
    );
    socket.on('pong', () => {
      session.heardAt = Date.now();
    });
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      sessions.delete(socket);
      void closed(code, String(reason));
    });
  };

  let sweptAt = Date.now();
  const sweep = setInterval(() => {
    const now = Date.now();
    const isHeartbeat = now - sweptAt >= HEARTBEAT_MS;
    if (isHeartbeat) sweptAt = now;
    for (const [socket, { viewer, heardAt }] of sessions) {
      if (viewer?.expiresAt != null && viewer.expiresAt <= now) socket.close(CloseCode.Forbidden, 'Forbidden');
      else if (now - heardAt > 2 * HEARTBEAT_MS + SWEEP_MS) socket.terminate();
      else if (isHeartbeat) socket.ping();
    }
  }, SWEEP_MS).unref();

  return {
    attach(server, path) {
      server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        if (new URL(request.url ?? '/', 'http://localhost').pathname !== path) return;
        sockets.handleUpgrade(request, stream, head, opened);
      });
    },
    async stop(deadlineMs) {
      clearInterval(sweep);
      for (const socket of sessions.keys()) socket.close(SERVICE_RESTART, 'Service restart');
      const deadline = Date.now() + deadlineMs;
      while (sessions.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
      for (const socket of sessions.keys()) socket.terminate();
      sockets.close();
    },
  };
}
