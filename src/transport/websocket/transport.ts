/** GraphQL over WebSocket (graphql-transport-ws): graphql-ws has the protocol, ws the sockets. */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer } from 'graphql-ws';
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws';
import { isOriginAllowed } from '../../access/origin.ts';
import { CLOSE } from '../../client/protocol.ts';
import { senderOf } from '../../http/client-address.ts';
import { isForPath, isWebSocketUpgrade, refuseUpgrade, takeUpgrades } from '../../http/upgrade.ts';
import { CLOSE_GRACE_MS, closeAll } from '../closing.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import { authenticateSession } from './authentication.ts';
import { socketListeners } from './listeners.ts';
import { operationHooks } from './operations.ts';
import { SocketRegistry } from './registry.ts';
import { SocketSession } from './session.ts';
import { releaseConnectionParams, SLIM_SERVER_OPTIONS } from './slim.ts';

/** The sockets of one gateway. */
export interface WebSocketTransport {
  /** Takes the upgrades of `server` at `path`; see `takeUpgrades`. */
  attach(server: Server, path: string): void;
  /** Takes one upgrade if it is a WebSocket's at `path`. Returns false, and leaves the stream alone, when it is not. */
  handleUpgrade(request: IncomingMessage, stream: Duplex, head: Buffer, path: string): boolean;
  /** Closes every socket with 1012, spread over up to 3 seconds. A socket that does not answer is terminated after a second. */
  stop(): Promise<void>;
}

/** Makes the transport. */
export function webSocketTransport(options: LiveTransportOptions): WebSocketTransport {
  const { liveness, log } = options;
  const metrics = transportMetrics(options.metrics, 'websocket');
  const registry = new SocketRegistry((session) => {
    log.warn(
      { address: session.upgrade?.address },
      'too many sockets have sent no token; closed the oldest of this address',
    );
    session.terminateWith(CLOSE.tooManyConnections);
  });
  const protocol = socketProtocol(options, registry);
  const listeners = socketListeners(options, registry);
  const sockets = new WebSocketServer(socketOptions(options.limits.messageBytes));
  liveness.watch(registry, { stallMs: options.stallMs, onStalled: () => metrics.stalled.inc() });
  let isStopping = false;

  const opened = (socket: WebSocket, request: IncomingMessage): void => {
    const { headers, socket: connection } = request;
    const address = senderOf(options.addressOf(request));
    const session = new SocketSession(socket, { headers, address, connection }, liveness);
    metrics.open.inc();
    session.closed = protocol.opened(session, session);
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    registry.add(session);
  };
  const take = (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    if (isStopping) refuseUpgrade(stream, '503 Service Unavailable', 'Retry-After: 1');
    else if (!isOriginAllowed(request.headers, options.origins)) refuseUpgrade(stream, '403 Forbidden');
    else sockets.handleUpgrade(request, stream, head, opened);
  };

  return {
    attach: (server, path) => takeUpgrades(server, path, take),
    handleUpgrade(request, stream, head, path) {
      if (!isWebSocketUpgrade(request) || !isForPath(request, path)) return false;
      take(request, stream, head);
      return true;
    },
    async stop() {
      isStopping = true;
      await closeAll(
        registry,
        (session) => session.closeWith(CLOSE.serviceRestart),
        (session) => session.terminate(),
      );
      liveness.unwatch(registry);
    },
  };
}

/**
 * `closeTimeout`: how long after a close frame of ours `ws` waits before it terminates the socket. `allowSynchronousEvents`: one chunk
 * of a socket can hold 3,000 messages, and only one is handled in a turn of the event loop, so that callbacks come in between.
 */
function socketOptions(maxPayload: number): ServerOptions & { closeTimeout: number } {
  return {
    noServer: true,
    clientTracking: false,
    maxPayload,
    closeTimeout: CLOSE_GRACE_MS,
    handleProtocols,
    allowSynchronousEvents: false,
  };
}

/** graphql-ws with our hooks. */
function socketProtocol(options: LiveTransportOptions, registry: SocketRegistry) {
  return makeServer<Record<string, unknown>, SocketSession>({
    ...SLIM_SERVER_OPTIONS,
    ...operationHooks(options),
    async onConnect(context) {
      const { extra: session, connectionParams } = context;
      releaseConnectionParams(context);
      const close = await authenticateSession(session, connectionParams, registry, options);
      if (close === null) return true;
      session.closeWith(close);
      // graphql-ws then closes with 4403, which has no effect after our close.
      return false;
    },
  });
}
