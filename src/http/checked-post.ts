/**
 * One POST to a URL of an allow-list. The addresses that DNS answers are checked, and one of them is connected to: it is not asked again.
 * Redirects are answers like others. Nothing of the answer's body is used.
 */
import { type LookupAddress, lookup } from 'node:dns';
import { type IncomingMessage, Agent as PlainAgent, request as plainRequest, type RequestOptions } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { type AllowedUrls, mayHaveAddress } from './allowed-urls.ts';

/** What of an answer's body is read so that its connection can be used again, in bytes, and for how long, in milliseconds. */
const MAX_BODY_BYTES = 16 * 1024;
const MAX_BODY_MS = 5_000;
/** Connections to one host that are kept for the next request: used at once, and idle. */
const MAX_SOCKETS = 64;
const MAX_IDLE_SOCKETS = 8;

/** What is sent. */
export interface CheckedPost {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** How long until the answer's head, in milliseconds. */
  readonly deadlineMs: number;
  /** Aborts the request. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Use a connection of an earlier request. Then a connection that was just being closed looks like a request whose outcome is unknown:
   * only for what may be repeated.
   */
  readonly reuses?: boolean | undefined;
}

/** The head of an answer. */
export type PostAnswer = Pick<IncomingMessage, 'statusCode' | 'headers'>;

/** There was no answer. */
export class PostError extends Error {
  /** Whether the request may have been received. */
  readonly maybeReceived: boolean;

  constructor(cause: Error, maybeReceived: boolean) {
    super(cause.message, { cause });
    this.name = 'PostError';
    this.maybeReceived = maybeReceived;
  }
}

/** The host has an address that it may not have. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(hostname: string) {
    super(`${hostname} has an address that is not allowed.`);
  }
}

/** Posts to allowed URLs. `close` it. */
export class CheckedPoster {
  readonly #allowed: AllowedUrls;
  readonly #lookup: typeof lookup;
  readonly #plain = new PlainAgent(POOL);
  readonly #secure = new SecureAgent(POOL);

  /** @param resolve default: the system's resolver. */
  constructor(allowed: AllowedUrls, resolve: typeof lookup = lookup) {
    this.#allowed = allowed;
    this.#lookup = resolve;
  }

  /** Sends a request. Rejects with a `PostError`. */
  post({ url, headers, body, deadlineMs, signal, reuses = false }: CheckedPost): Promise<PostAnswer> {
    const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const isSecure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      let isConnected = false;
      const failed = (error: Error): void => reject(new PostError(error, isConnected));
      // An address is not looked up.
      if (isIP(hostname) > 0 && !mayHaveAddress(hostname, hostname, this.#allowed)) {
        failed(new AddressRefused(hostname));
        return;
      }
      const options: RequestOptions = {
        method: 'POST',
        headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
        lookup: this.#checkedLookup,
        agent: reuses && (isSecure ? this.#secure : this.#plain),
        ...(signal && { signal }),
      };
      const request = (isSecure ? secureRequest : plainRequest)(url, options);
      const deadline = setTimeout(
        () => request.destroy(new Error(`No answer within ${deadlineMs / 1_000} s.`)),
        deadlineMs,
      );
      request
        .on('socket', (socket) => {
          isConnected = request.reusedSocket;
          if (isConnected) return;
          socket.once(isSecure ? 'secureConnect' : 'connect', () => {
            isConnected = true;
          });
        })
        .on('response', (answer) => {
          discardBody(answer);
          resolve(answer);
        })
        .on('error', failed)
        .on('close', () => clearTimeout(deadline))
        .end(body);
    });
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }

  /** Resolves a host, and refuses all of its addresses when one is not allowed. */
  readonly #checkedLookup: LookupFunction = (hostname, options, done) => {
    this.#lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = found ?? [];
      if (error !== null || first === undefined) done(error ?? new Error(`${hostname} has no address.`), '', 0);
      else if (!found.every(({ address }) => mayHaveAddress(hostname, address, this.#allowed))) {
        done(new AddressRefused(hostname), '', 0);
      } else if (options.all === true) done(null, found);
      else done(null, first.address, first.family);
    });
  };
}

const POOL = { keepAlive: true, maxSockets: MAX_SOCKETS, maxFreeSockets: MAX_IDLE_SOCKETS, timeout: 60_000 } as const;

/** Reads the rest of an answer, within bounds. */
function discardBody(answer: IncomingMessage): void {
  let bytes = 0;
  const late = setTimeout(() => answer.destroy(), MAX_BODY_MS).unref();
  answer
    .on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_BODY_BYTES) answer.destroy();
    })
    .on('error', () => {})
    .on('close', () => clearTimeout(late));
}
