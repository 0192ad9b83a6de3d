/**
 * HTTP upgrades: which are ours, which are served as ordinary requests, and how the rest are refused.
 *
 * A client may offer another protocol with any request (Java's HttpClient and `curl --http2` offer h2c), and a server may ignore
 * the offer (RFC 9110, section 7.8). Node does so only where the server says so.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { originForm } from './request-target.ts';

/** Takes over an upgrade: from here on the stream belongs to the taker. */
export type TakeUpgrade = (request: IncomingMessage, stream: Duplex, head: Buffer) => void;

type Decide = (request: IncomingMessage) => boolean;

/** Whether a request opens a WebSocket. */
export function isWebSocketUpgrade({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.upgrade?.trim().toLowerCase() === 'websocket';
}

/** Whether a request is for `path`: without its search, with or without a slash at the end, repeated slashes taken as one. */
export function isForPath({ url = '' }: IncomingMessage, path: string): boolean {
  return plainPath(url) === plainPath(path);
}

function plainPath(url: string): string {
  const path = (originForm(url).split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/');
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/**
 * Takes the WebSocket upgrades of `server` at `path`, whatever other listeners there are and in whichever order they were
 * added: `ws` with `{ server, path }` would abort the upgrades of every other path. Upgrades of other paths are left to the
 * other listeners; where there are none, they are answered 404. Offers of other protocols are served as ordinary requests
 * (Node 24.9 or later).
 */
export function takeUpgrades(server: Server, path: string, take: TakeUpgrade): void {
  const emit = server.emit;
  // Every `upgrade` listener gets every upgrade: ours have to be taken before the listeners are called.
  server.emit = function (this: Server, event: string, request?: unknown, stream?: unknown, head?: unknown): boolean {
    if (event === 'upgrade') {
      const message = request as IncomingMessage;
      if (isWebSocketUpgrade(message) && isForPath(message, path)) {
        take(message, stream as Duplex, head as Buffer);
        return true;
      }
    }
    // biome-ignore lint/complexity/noArguments: the number of arguments is the caller's
    return emit.apply(this, arguments as never);
  } as typeof server.emit;
  if (server.listeners('upgrade').includes(refuseUnclaimed)) return;
  server.on('upgrade', refuseUnclaimed);
  ignoreOtherProtocols(server);
}

/** Protocols that clients offer along with ordinary requests, and that are no longer implemented as upgrades. */
const OPPORTUNISTIC = /^\s*(h2c|http\/|tls\/)/i;

function ignoreOtherProtocols(server: Server): void {
  const owner = server as Server & { shouldUpgradeCallback?: Decide };
  const before = owner.shouldUpgradeCallback;
  owner.shouldUpgradeCallback = (request) => {
    const isLeftToOthers = !isAlone(server) && !OPPORTUNISTIC.test(request.headers.upgrade ?? '');
    return (isWebSocketUpgrade(request) || isLeftToOthers) && (before?.call(server, request) ?? true);
  };
}

function isAlone(server: Server): boolean {
  return server.listeners('upgrade').every((listener) => listener === refuseUnclaimed);
}

function refuseUnclaimed(this: Server, _request: IncomingMessage, stream: Duplex): void {
  if (isAlone(this)) refuseUpgrade(stream, '404 Not Found');
}

/**
 * Answers an upgrade that is refused, and closes its connection. The HTTP server no longer watches a connection that upgrades:
 * without an answer it would stay open forever, and its reset would be an uncaught error.
 */
export function refuseUpgrade(stream: Duplex, status: string, ...headers: readonly string[]): void {
  stream.on('error', () => {});
  stream.once('finish', () => stream.destroy());
  stream.end([`HTTP/1.1 ${status}`, 'Connection: close', 'Content-Length: 0', ...headers, '', ''].join('\r\n'));
}
