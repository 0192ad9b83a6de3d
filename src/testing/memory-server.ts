/** HTTP without a port: Node's own server and client, joined by a pair of streams. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http';
import { type Duplex, duplexPair, Readable } from 'node:stream';

/** `fetch` as far as it is needed here: the URL may be a path, and the body is sent as a whole. */
export type MemoryFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

/** A server that only `fetch` reaches. */
export interface MemoryServer extends Disposable {
  readonly fetch: MemoryFetch;
}

/** What stands for any host. */
const ORIGIN = 'http://kyc.test';
/** Answers that have no body. */
const EMPTY: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** Makes a server of a request listener. Disposing of it cuts every connection. */
export function memoryServer(listener: RequestListener): MemoryServer {
  const server = createServer(listener);
  const open = new Set<Duplex>();
  const connect = (): Duplex => {
    const [client, peer] = duplexPair();
    for (const end of [client, peer]) {
      open.add(asSocket(end));
      end.once('close', () => open.delete(end));
      // A cut connection is reported to its request; nothing else listens.
      end.on('error', () => {});
    }
    server.emit('connection', peer);
    return client;
  };
  return {
    async fetch(input, init) {
      const given = new Request(typeof input === 'string' ? new URL(input, ORIGIN) : input, init);
      given.signal.throwIfAborted();
      const { pathname, search, host } = new URL(given.url);
      const connection = connect();
      const outgoing = request({
        method: given.method,
        path: pathname + search,
        headers: { ...Object.fromEntries(given.headers), host, connection: 'close' },
        createConnection: () => connection,
      });
      given.signal.addEventListener('abort', () => outgoing.destroy(given.signal.reason as Error), { once: true });
      outgoing.end(Buffer.from(await given.arrayBuffer()));
      const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
      // A cut stream rejects the read; nothing else needs the error.
      outgoing.on('error', () => {});
      return responseOf(incoming);
    },
    [Symbol.dispose]() {
      for (const end of open) end.destroy();
      server.close();
    },
  };
}

function responseOf(incoming: IncomingMessage): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(incoming.headersDistinct))
    for (const value of values ?? []) headers.append(name, value);
  const status = incoming.statusCode ?? 500;
  const body = EMPTY.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream);
  return new Response(body, { status, headers });
}

/** What servers need from a socket, besides reading and writing. */
function asSocket(end: Duplex): Duplex {
  const self = () => end;
  return Object.assign(end, {
    remoteAddress: '127.0.0.1',
    setNoDelay: self,
    setKeepAlive: self,
    setTimeout: self,
    ref: self,
    unref: self,
  });
}
