/**
 * The handlers for servers on the Fetch API (Hono, Next.js, SvelteKit, Bun, Deno): a `Request` in, a `Response` out. A streamed answer
 * is a `ReadableStream` that is filled as it is read, so a client that stops reading also stops the subscription's cursor.
 */
import type { ServerResponse } from 'node:http';
import { Readable, Writable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { NodeHandler, NodeRequest } from './node-handler.ts';

/** How much is written before anybody reads, like a socket's buffer: an ordinary answer fits. */
const MAX_UNREAD_BYTES = 16 * 1024;

/** What a `Request` does not tell. */
export interface FetchInfo {
  /** The address that the connection came from, as the server knows it. Without it, senders can't be told apart by address. */
  readonly remoteAddress?: string | undefined;
}

/** Answers a `Request`. Rejects only when the client left before there was an answer. */
export type FetchHandler = (request: Request, info?: FetchInfo) => Promise<Response>;

/** Makes a handler for the Fetch API out of one for Node. */
export function fetchHandler(handler: NodeHandler): FetchHandler {
  return (request, { remoteAddress } = {}) => {
    const incoming = incomingOf(request, remoteAddress);
    const outgoing = new Outgoing();
    request.signal.addEventListener('abort', () => outgoing.destroy(), { once: true });
    // The handler answers, or closes, a request with an incomplete body.
    incoming.on('error', () => {});
    handler(incoming, outgoing as unknown as ServerResponse);
    return outgoing.response;
  };
}

/** The request in the form the handlers read. */
function incomingOf(request: Request, remoteAddress: string | undefined): NodeRequest {
  const { body, method, headers } = request;
  const { pathname, search } = new URL(request.url);
  const stream = body === null ? Readable.from([]) : Readable.fromWeb(body as NodeReadableStream);
  const incoming = Object.assign(stream, {
    method,
    url: pathname + search,
    headers: Object.fromEntries(headers),
    httpVersion: '1.1',
    socket: { remoteAddress, destroyed: false },
  });
  Object.defineProperty(incoming, 'complete', { get: () => incoming.readableEnded });
  return incoming as unknown as NodeRequest;
}

/** The answer in the form the handlers write: the part of `ServerResponse` that they use. */
class Outgoing extends Writable {
  statusCode = 200;
  headersSent = false;
  readonly response: Promise<Response>;
  readonly #headers = new Headers();
  readonly #answered = Promise.withResolvers<Response>();
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  /** Called when the reader has room again. */
  #resume: (() => void) | null = null;

  constructor() {
    super({ decodeStrings: true });
    this.response = this.#answered.promise;
    this.on('error', () => {});
  }

  setHeader(name: string, value: string | number | readonly string[]): this {
    this.#headers.set(name, String(value));
    return this;
  }

  getHeader(name: string): string | undefined {
    return this.#headers.get(name) ?? undefined;
  }

  removeHeader(name: string): void {
    this.#headers.delete(name);
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
    this.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.setHeader(name, value);
    return this.#begin();
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.#begin();
    this.#controller?.enqueue(chunk);
    if ((this.#controller?.desiredSize ?? 1) > 0) done();
    else this.#resume = done;
  }

  override _final(done: () => void): void {
    this.#begin();
    this.#controller?.close();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const gone = error ?? new Error('The connection was closed before the answer was complete.');
    if (!this.headersSent) this.#answered.reject(gone);
    else if (!this.writableFinished) this.#controller?.error(gone);
    this.#controller = null;
    this.#resume = null;
    done(error);
  }

  #begin(): this {
    if (this.headersSent) return this;
    this.headersSent = true;
    // Connection headers are up to the server.
    this.#headers.delete('connection');
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          const resume = this.#resume;
          this.#resume = null;
          resume?.();
        },
        cancel: () => void this.destroy(),
      },
      new ByteLengthQueuingStrategy({ highWaterMark: MAX_UNREAD_BYTES }),
    );
    this.#answered.resolve(new Response(body, { status: this.statusCode, headers: this.#headers }));
    return this;
  }
}
