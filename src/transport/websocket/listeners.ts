/** What the sockets of the gateway listen to: `ws`' events on the way to graphql-ws and to the sweep. */
import { CloseCode } from 'graphql-ws';
import type { RawData, WebSocket } from 'ws';
import { nextTurn } from '../../http/turn.ts';
import { isDisconnect } from '../disconnect.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import { checkMessage } from './messages.ts';
import type { SocketRegistry } from './registry.ts';
import type { SocketSession } from './session.ts';

/** The listeners of every socket: shared by all, because each closure would cost every idle socket its bytes. */
export function socketListeners(options: LiveTransportOptions, registry: SocketRegistry) {
  const { connections, log } = options;
  const metrics = transportMetrics(options.metrics, 'websocket');
  return {
    message(this: WebSocket, data: RawData): void {
      const session = registry.get(this);
      // Messages that arrive after a close was sent are not executed.
      if (session === undefined || !session.isOpen()) return;
      session.unanswered = 0;
      session.applyBackpressure();
      receive(session, data).catch((error: unknown) => {
        if (isDisconnect(error) || this.readyState !== this.OPEN) {
          log.debug({ err: error }, 'a socket closed while it was being answered');
          return;
        }
        log.error({ err: error }, 'handling a socket message failed; the socket is closed with 4500');
        this.close(CloseCode.InternalServerError, 'Internal server error');
      });
    },
    ping(this: WebSocket): void {
      registry.get(this)?.applyBackpressure();
    },
    pong(this: WebSocket): void {
      const session = registry.get(this);
      if (session !== undefined) session.unanswered = 0;
    },
    error(this: WebSocket, error: Error): void {
      log.debug({ err: error }, 'a socket failed');
      this.terminate();
    },
    close(this: WebSocket, code: number, reason: Buffer): void {
      const session = registry.delete(this);
      if (session === undefined) return;
      metrics.open.dec();
      if (session.viewer !== null) connections.release(session.viewer);
      session
        .closed?.(code, String(reason))
        .catch((error: unknown) => log.error({ err: error }, 'closing a socket failed'));
    },
  };
}

/** Hands a client's message to graphql-ws, or answers it, in GraphQL's share of a turn. The next ones wait at the client meanwhile. */
async function receive(session: SocketSession, data: RawData): Promise<void> {
  const share = nextTurn();
  if (share !== undefined) {
    session.socket.pause();
    await share;
    session.resume();
    if (!session.isOpen()) return;
  }
  const checked = checkMessage(String(data), session.viewer !== null);
  if ('message' in checked) return session.receive(checked.message as string);
  if ('invalid' in checked) return session.close(CloseCode.BadRequest, 'Invalid message received');
  const { id, refused } = checked;
  const { message, extensions } = refused;
  await session.send(JSON.stringify({ id, type: 'error', payload: [{ message, extensions }] }));
}
