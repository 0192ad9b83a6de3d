/** GraphQL over WebSocket (graphql-transport-ws): graphql-ws has the protocol, ws the sockets. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { execute, GraphQLError } from 'graphql';
import { CloseCode, handleProtocols, makeServer } from 'graphql-ws';
import type { Logger } from 'pino';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Limits } from '../../access/limits.ts';
import type { AuthenticationRequest, Viewer } from '../../access/viewer.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { KycError } from '../../errors.ts';
import type { KycContext } from '../../graphql/context.ts';
import { publicError } from '../../graphql/format-error.ts';
import { type LiveQuery, openLiveQuery } from '../../graphql/live.ts';
import type { Operation, PrepareOperation } from '../../graphql/operation.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { closeAll } from '../closing.ts';
import type { Connections } from '../connections.ts';
import { LiveStream, type Sent } from '../live-stream.ts';
import { SocketSession } from './session.ts';

/** The largest message that is read, in bytes. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** The most subscriptions of one socket. */
const MAX_SUBSCRIPTIONS = 20;
const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 15_000;
/** A service that shuts down and may come back, and one that can't take somebody for now (RFC 6455's registry). */
const SERVICE_RESTART = 1012;
const TRY_AGAIN_LATER = 1013;

/** What a transport of live queries needs. */
export interface LiveTransportOptions {
  readonly authenticate: (request: AuthenticationRequest) => Promise<Viewer | null>;
  readonly contextFor: (viewer: Viewer) => KycContext;
  readonly prepare: PrepareOperation;
  readonly connections: Connections;
  readonly limits: Limits;
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

/** What graphql-ws carries from `onSubscribe` to `subscribe`. */
interface SocketOperation extends Operation {
  readonly session: SocketSession;
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
  const sessions = new Map<WebSocket, SocketSession>();
  let stopping = false;

  const subscribe = async (args: unknown) => {
    const operation = args as SocketOperation;
    const live = await openLiveQuery(operation);
    if (!('cursor' in live)) return live;
    subscriptions.inc();
    const stream = new SocketStream(live, operation);
    // graphql-ws holds it for as long as the subscription lives, and needs nothing of it any more.
    Object.assign(operation, { variableValues: undefined, contextValue: undefined, session: undefined });
    return stream;
  };

  class SocketStream extends LiveStream {
    readonly #session: SocketSession;
    readonly #id: string;

    constructor(query: LiveQuery, { session, id }: SocketOperation) {
      super(query);
      this.#session = session;
      this.#id = JSON.stringify(id);
    }

    protected override send(payload: string, _update: KycUpdate, sent: Sent): void {
      pushes.inc();
      this.#session.push(`{"id":${this.#id},"type":"next","payload":${payload}}`, sent);
    }

    protected override ended(): void {
      subscriptions.dec();
    }
  }

  const protocol = makeServer<Record<string, unknown>, SocketSession>({
    // graphql-ws would wait with a timer for each socket; the sweep does it.
    connectionInitWaitTimeout: 0,
    async onConnect(connection) {
      const { extra: session } = connection;
      const given = connection.connectionParams?.['authorization'];
      const headers = { ...session.headers, authorization: typeof given === 'string' ? given : undefined };
      // What is not needed any more is not kept for as long as the socket lives.
      session.headers = null;
      Object.assign(connection, { connectionParams: undefined });
      session.endsAt = Number.POSITIVE_INFINITY;
      const viewer = await authenticate({ headers }).catch((error: unknown) => {
        if (!(error instanceof KycError)) log.error({ err: error }, 'who opened a socket cannot be told');
        else if (error.code !== 'AUTHENTICATION_UNAVAILABLE') return null;
        session.socket.close(TRY_AGAIN_LATER, 'Authentication unavailable');
        return null;
      });
      if (viewer === null || session.socket.readyState !== session.socket.OPEN) return false;
      if (!connections.take(viewer)) {
        session.socket.close(TRY_AGAIN_LATER, 'Too many connections');
        return false;
      }
      session.viewer = viewer;
      session.endsAt = viewer.expiresAt ?? Number.POSITIVE_INFINITY;
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
      // graphql-ws holds the message as well: of its text and its variables there would be one more for each subscriber.
      Object.assign(payload, { query: '', variables: undefined });
      if (!('schema' in prepared)) return prepared;
      return { ...prepared, session, id } satisfies SocketOperation;
    },
    subscribe,
    execute,
    onNext: (_ctx, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map((error) => publicError(error, log).toJSON()) },
    onError: (_ctx, _id, _payload, errors) => errors.map((error) => publicError(error, log).toJSON()),
  });

  const opened = (socket: WebSocket, { headers }: IncomingMessage): void => {
    const session = new SocketSession(socket, headers);
    sessions.set(socket, session);
    open.inc();
    session.closed = protocol.opened(session, session);
    socket.on('message', received).on('ping', pinged).on('pong', ponged).on('error', failed).on('close', closed);
  };
  function received(this: WebSocket, data: RawData): void {
    const session = sessions.get(this);
    session?.hold();
    session?.receive(data).catch((error: unknown) => {
      if (this.readyState !== this.OPEN) return;
      log.error({ err: error }, 'a socket failed');
      this.close(CloseCode.InternalServerError, 'Internal server error');
    });
  }
  function pinged(this: WebSocket): void {
    sessions.get(this)?.hold();
  }
  function ponged(this: WebSocket): void {
    const session = sessions.get(this);
    if (session !== undefined) session.heardAt = Date.now();
  }
  function failed(this: WebSocket): void {
    this.terminate();
  }
  function closed(this: WebSocket, code: number, reason: Buffer): void {
    const session = sessions.get(this);
    sessions.delete(this);
    open.dec();
    if (session?.viewer != null) connections.release(session.viewer);
    void session?.closed?.(code, String(reason));
  }

  let beatAt = Date.now();
  const sweep = setInterval(() => {
    const now = Date.now();
    const isBeat = now - beatAt >= HEARTBEAT_MS;
    if (isBeat) beatAt = now;
    for (const [socket, { viewer, endsAt, heardAt, unreadSince }] of sessions) {
      if (endsAt <= now && viewer === null) {
        socket.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout');
      } else if (endsAt <= now) socket.close(CloseCode.Forbidden, 'Forbidden');
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
        ([socket]) => socket.close(SERVICE_RESTART, 'Service restart'),
        ([socket]) => socket.terminate(),
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
