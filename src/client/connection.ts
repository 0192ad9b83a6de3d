/** One attempt to run a subscription: a fresh token, a transport, and a watch for silence. */

import { withDeadline } from './deadline.ts';
import { eventStreamTransport } from './event-stream.ts';
import { failureOf, KycFollowError } from './failure.ts';
import { SILENCE_MS } from './protocol.ts';
import type { RawResult, TransportName } from './transport.ts';
import { webSocketTransport } from './web-socket.ts';

/** The token of a connection, or a function that gives one. */
export type TokenSource = string | (() => string | Promise<string>);

/** How to reach the gateway. */
export interface KycConnectionOptions {
  /** The gateway's GraphQL endpoint, `https://…/graphql`; in a browser it may be relative to the page. */
  readonly url: string | URL;
  /**
   * The bearer token, or a function that fetches one. The function is called before each connection, so a stream whose token
   * expires reconnects with the next. With a plain string an expired token closes the follower.
   */
  readonly token: TokenSource;
  /** How long the token function may take, in milliseconds. Default 15,000. After that it is called again. */
  readonly tokenTimeoutMs?: number | undefined;
  /** `auto`, the default: WebSocket, and server-sent events where a WebSocket does not get through. */
  readonly transport?: 'auto' | TransportName | undefined;
  /** The endpoint for server-sent events. Default: `url` and `/stream`, and where nothing is served there, `url` itself. */
  readonly streamUrl?: string | URL | undefined;
  /** Milliseconds to wait after so many failures in a row (0: it was live just now). Default: random, up to 30 s. */
  readonly retryDelay?: ((failures: number) => number) | undefined;
  /** How long a connection may be silent before it is taken for dead, in milliseconds. Default 35,000: two missed heartbeats. */
  readonly silenceMs?: number | undefined;
  /** A WebSocket class. Default: the platform's. */
  readonly webSocketImpl?: unknown;
  /** Default: the platform's. */
  readonly fetch?: typeof fetch | undefined;
}

/** A subscription, started from a cursor. */
export interface Subscription {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** How long a connection may take to be accepted. */
const CONNECT_MS = 10_000;
/** How long the token function may take. */
const TOKEN_MS = 15_000;

/** Runs a subscription once. Throws a `KycFollowError` when it fails, or ends. */
export async function* connect(
  transportName: TransportName,
  options: KycConnectionOptions,
  { query, variables }: Subscription,
  closing: AbortSignal,
  accepted: () => void,
): AsyncGenerator<RawResult, void> {
  const token = await tokenFrom(options, closing);
  const attempt = new AbortController();
  const close = (): void => attempt.abort(closing.reason);
  const listen = (milliseconds: number) =>
    setTimeout(() => {
      attempt.abort(new KycFollowError('SILENT', `Nothing arrived from the gateway for ${milliseconds / 1_000} s.`));
    }, milliseconds);
  const silenceMs = options.silenceMs ?? SILENCE_MS;
  let silence = listen(Math.min(CONNECT_MS, silenceMs));
  let isOver = false;
  const onActivity = (): void => {
    clearTimeout(silence);
    // A socket that is being closed still delivers what was under way: that must not start the clock again.
    if (isOver) return;
    silence = listen(silenceMs);
  };
  closing.addEventListener('abort', close);
  try {
    const transport =
      transportName === 'websocket' ? webSocketTransport(options.webSocketImpl) : eventStreamTransport(options.fetch);
    const isSocket = transportName === 'websocket';
    const url = isSocket ? socketUrl(options) : streamUrl(options);
    const sharedUrl = isSocket || options.streamUrl !== undefined ? undefined : httpUrl(options);
    yield* transport({
      url,
      sharedUrl,
      query,
      variables,
      token,
      silenceMs,
      signal: attempt.signal,
      accepted,
      onActivity,
    });
  } finally {
    isOver = true;
    clearTimeout(silence);
    closing.removeEventListener('abort', close);
  }
}

/** The token for a connection or a request. Throws `TOKEN_FAILED` when there is none in time. */
export async function tokenFrom(
  { token, tokenTimeoutMs }: KycConnectionOptions,
  closing: AbortSignal,
): Promise<string> {
  if (typeof token === 'string') return token;
  try {
    return await withDeadline('The token function', tokenTimeoutMs ?? TOKEN_MS, token, closing);
  } catch (cause) {
    throw new KycFollowError('TOKEN_FAILED', `Cannot get a token: ${failureOf(cause).message}`, { cause });
  }
}

function socketUrl({ url }: KycConnectionOptions): URL {
  const socket = absolute(url);
  socket.protocol = socket.protocol.replace('http', 'ws');
  return socket;
}

function streamUrl({ url, streamUrl: given }: KycConnectionOptions): URL {
  if (given !== undefined) return absolute(given);
  const stream = absolute(url);
  stream.protocol = stream.protocol.replace('ws', 'http');
  // `/graphql/` is the same endpoint as `/graphql`.
  stream.pathname = `${stream.pathname.replace(/\/+$/, '')}/stream`;
  return stream;
}

/** The endpoint for queries over HTTP. */
export function httpUrl({ url }: KycConnectionOptions): URL {
  const http = absolute(url);
  http.protocol = http.protocol.replace('ws', 'http');
  return http;
}

function absolute(url: string | URL): URL {
  const found = new URL(url, (globalThis as { location?: { href: string } }).location?.href);
  // A WebSocket refuses one.
  found.hash = '';
  return found;
}
