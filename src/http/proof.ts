/** Which connections have proved themselves: with a genuine callback, or a token that was verified. */
import type { Duplex } from 'node:stream';

const proven = new WeakSet<Duplex>();
const observers = new WeakMap<Duplex, () => void>();

/** Notes that the peer of this connection has proved who it is: it is not closed to make room for others. */
export function markProven(connection: Duplex | null | undefined): void {
  if (connection == null || proven.has(connection)) return;
  proven.add(connection);
  observers.get(connection)?.();
  // It is called once, so that an idle WebSocket need not keep it.
  observers.delete(connection);
}

/** Calls `observer` when the connection proves itself. */
export function onProven(connection: Duplex, observer: () => void): void {
  observers.set(connection, observer);
}
