/** GraphQL over WebSocket (graphql-transport-ws): graphql-ws has the protocol, ws the sockets. */
import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { execute, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AuthenticationRequest, Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import type { KycContext } from '../graphql/context.ts';
import { publicError } from '../graphql/format-error.ts';
import { openLiveQuery } from '../graphql/live.ts';
import type { Operation, PrepareOperation } from '../graphql/operation.ts';
import type { Metrics } from '../metrics.ts';
import { closeAll } from './closing.ts';
import type { Connections } from './connections.ts';
import { LiveStream } from './live-stream.ts';

/** The largest message that is read, in bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** The most subscriptions of one socket. */
const MAX_SUBSCRIPTIONS = 20;
const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** A service that shuts down and may come back, and one that is asked for too much (RFC 6455's registry). */
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

/** What a transport of live queries needs. */
export interface LiveTransportOptions {
  readonly authenticate: (request: AuthenticationRequest) => Promise<Viewer | null>;
  readonly contextFor: (viewer: Viewer) => KycContext;
  readonly prepare: PrepareOperation;
  readonly connections: Connections;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** How long a client may leave a frame unread, in milliseconds. */
  readonly stallMs: number;
}

/** The sockets of one gateway. */
export interface WebSocketTransport {
  /** Takes the upgrades of `server` at `path`; others are left alone. */
  attach(server: Server, path: string): void;
  /** Closes every socket with 1012, spread over up to 3 seconds, and cuts those that do not answer by then. */
  stop(): Promise<void>;
}

interface Session {
  readonly socket: WebSocket;
  /** Of the upgrade, until it is known who asks. */
  headers: IncomingHttpHeaders | null;
  viewer: Viewer | null;
  /** When the client was last heard, and since when it leaves a frame unread (0: it reads). */
  heardAt: number;
  unreadSince: number;
  /** Sends a frame. Resolves when it has left for the kernel. */
  send(frame: string): Promise<void>;
}

/** What graphql-ws carries from `onSubscribe` to `subscribe`. */
interface SocketOperation extends Operation {
  readonly session: Session;
  readonly id: string;
}

/** Makes the transport. */
export function webSocketTransport(options: LiveTransportOptions): WebSocketTransport {
  const { authenticate, contextFor, prepare, connections, log } = options;
  const transport = { transport: 'websocket' } as const;
  const [open, subscriptions, pushes, stalled] = [
    options.metrics.connections.labels(transport),
    options.metrics.subscriptions.labels(transport),
    options.metrics.pushes.labels(transport),
    options.metrics.stalled.labels(transport),
  ];
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, handleProtocols });
  const sessions = new Set<Session>();
  let stopping = false;

  const subscribe = async (args: unknown) => {
    const operation = args as SocketOperation;
    const { session, id } = operation;
    const live = await openLiveQuery(operation);
    if (!('cursor' in live)) return live;
    const before = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    subscriptions.inc();
    const send = (payload: string) => {
      pushes.inc();
      return session.send(`${before}${payload}}`);
    };
    return new LiveStream(live, send, () => subscriptions.dec());
  };

  const protocol = makeServer<Record<string, unknown>, Session>({
    async onConnect({ connectionParams, extra: session }) {
      const given = connectionParams?.['authorization'];
      const headers = { ...session.headers, authorization: typeof given === 'string' ? given : undefined };
      session.headers = null;
      const viewer = await authenticate({ headers }).catch((error: unknown) => {
        if (!(error instanceof KycError)) log.error({ err: error }, 'who opened a socket cannot be told');
        return null;
      });
      if (viewer === null || session.socket.readyState !== session.socket.OPEN) return false;
      if (!connections.take(viewer)) {
        session.socket.close(TRY_AGAIN_LATER, 'Too many connections');
        return false;
      }
      session.viewer = viewer;
      return true;
    },
    onSubscribe({ extra: session, subscriptions: held }, id, payload) {
      if (Object.keys(held).length > MAX_SUBSCRIPTIONS) {
        const error = new KycError(
          'TOO_MANY_SUBSCRIPTIONS',
          `A socket holds ${MAX_SUBSCRIPTIONS} subscriptions at most.`,
        );
        return [new GraphQLError(error.message, { originalError: error })];
      }
      const prepared = prepare(payload, contextFor(session.viewer as Viewer));
      return 'schema' in prepared ? ({ ...prepared, session, id } satisfies SocketOperation) : prepared;
    },
    subscribe,
    execute,
    onNext: (_ctx, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map((error) => publicError(error, log).toJSON()) },
    onError: (_ctx, _id, _payload, errors) => errors.map((error) => publicError(error, log).toJSON()),
  });

  const opened = (socket: WebSocket, { headers }: IncomingMessage): void => {
    const session = newSession(socket, headers);
    sessions.add(session);
    open.inc();
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: session.send,
        close: (code, reason) => socket.close(code, reason),
        onMessage: (handle) =>
          socket.on('message', (data) => {
            session.heardAt = Date.now();
            handle(String(data)).catch((error: unknown) => {
              if (socket.readyState !== socket.OPEN) return;
              log.error({ err: error }, 'a socket failed');
              socket.close(CloseCode.InternalServerError, 'Internal server error');
            });
          }),
      },
      session,
    );
    socket.on('pong', () => {
      session.heardAt = Date.now();
    });
    socket.on('error', () => socket.terminate());
    socket.once('close', (code, reason) => {
      sessions.delete(session);
      open.dec();
      if (session.viewer !== null) connections.release(session.viewer);
      void closed(code, String(reason));
    });
  };

  let beatAt = Date.now();
  const sweep = setInterval(() => {
    const now = Date.now();
    const isBeat = now - beatAt >= HEARTBEAT_MS;
    if (isBeat) beatAt = now;
    for (const { socket, viewer, heardAt, unreadSince } of sessions) {
      if (viewer?.expiresAt != null && viewer.expiresAt <= now) socket.close(CloseCode.Forbidden, 'Forbidden');
      if (unreadSince > 0 && now - unreadSince > options.stallMs) {
        stalled.inc();
        socket.terminate();
      } else if (now - heardAt > 2 * HEARTBEAT_MS + SWEEP_MS) socket.terminate();
      else if (isBeat && socket.readyState === socket.OPEN) socket.ping();
    }
  }, SWEEP_MS).unref();

  return {
    attach(server, path) {
      server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        if (request.url?.split('?', 1)[0] !== path) return;
        if (stopping) refuseUpgrade(stream, '503 Service Unavailable', 'Retry-After: 1');
        else sockets.handleUpgrade(request, stream, head, opened);
      });
    },
    async stop() {
      stopping = true;
      clearInterval(sweep);
      await closeAll(
        sessions,
        ({ socket }) => socket.close(SERVICE_RESTART, 'Service restart'),
        ({ socket }) => socket.terminate(),
      );
      sockets.close();
    },
  };
}

/**
 * Answers an upgrade that nobody takes. Whoever upgrades is no longer looked after by the HTTP server: without an answer the
 * connection would be held for ever, and its reset would be an error that nobody catches.
 */
export function refuseUpgrade(stream: Duplex, status: string, ...headers: readonly string[]): void {
  stream.on('error', () => {});
  stream.once('finish', () => stream.destroy());
  stream.end([`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Length: 0', ...headers, '', ''].join('\r\n'));
}

function newSession(socket: WebSocket, headers: IncomingHttpHeaders): Session {
  const session: Session = {
    socket,
    headers,
    viewer: null,
    heardAt: Date.now(),
    unreadSince: 0,
    send: (frame) =>
      new Promise((resolve, reject) => {
        if (session.unreadSince === 0) session.unreadSince = Date.now();
        socket.send(frame, (error) => {
          // What is still waiting has moved: the clock starts anew.
          session.unreadSince = socket.bufferedAmount === 0 ? 0 : Date.now();
          if (error) reject(error);
          else resolve();
        });
      }),
  };
  return session;
}
