/**
 * Closes connections whose client doesn't read its answer.
 *
 * Node's own timeout can't say so: it restarts once when a part of the answer was taken, and it also ends answers that are merely
 * slow to come. So the socket's write queue is watched. `writeQueueSize` belongs to Node's handle, not to its documented API (Node 24
 * to 26); without it, the bytes that Node itself holds back are watched, which shrink later.
 */
import type { Socket } from 'node:net';
import type { ConnectionLimit } from './connection-limit.ts';

/** Live streams have the same limit of 30 seconds, act a second earlier, and count the client as stalled. */
const STALL_MS = 32_000;
const SWEEP_MS = 2_000;

interface Progress {
  readonly unread: number;
  readonly since: number;
}

/** Watches the answers of a server until it is disposed. */
export function watchStalledAnswers(connections: Pick<ConnectionLimit, 'busy'>, stallMs = STALL_MS): Disposable {
  const progress = new WeakMap<Socket, Progress>();
  const sweep = () => {
    const now = performance.now();
    for (const socket of connections.busy) {
      const unread = unreadBytes(socket);
      const known = progress.get(socket);
      if (unread === 0) progress.delete(socket);
      else if (known?.unread !== unread) progress.set(socket, { unread, since: now });
      else if (now - known.since >= stallMs) socket.destroy();
    }
  };
  const timer = setInterval(sweep, Math.min(SWEEP_MS, stallMs / 4)).unref();
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function unreadBytes(socket: Socket): number {
  const handle = (socket as { readonly _handle?: { readonly writeQueueSize?: number } | null })._handle;
  return socket.writableLength === 0 ? 0 : (handle?.writeQueueSize ?? 0) + socket.writableLength;
}
