/** A stand-in of XGateway's API: its documented answers over real HTTP, and its failures. */
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the stand-in says about a customer. */
export interface XgatewayCustomer {
  readonly status: string | null;
  readonly docsMissing?: readonly unknown[] | null;
  readonly kycEndUserErrorMessage?: string | null;
}

/**
 * How the API fails: with a status code, with 429 (`rate limit`), after two seconds (`slow`), never (`hang`), with something that is not
 * JSON (`garbage`), or by closing the connection (`cut`).
 */
export type XgatewayFailure = 400 | 401 | 404 | 500 | 'rate limit' | 'slow' | 'hang' | 'garbage' | 'cut';

/** A running stand-in. Dispose of it, or call `close()`. */
export interface XgatewayApi extends AsyncDisposable {
  /** The base URL. */
  readonly url: string;
  /** The key that it accepts; any other is answered with 401. */
  readonly key: string;
  /** For `createKycGateway({ xgatewayApi: api.options })`. */
  readonly options: { readonly key: string; readonly url: string; readonly allowHttp: true };
  /** The customers that were looked up, in order. */
  readonly lookups: readonly string[];
  /** Says what it knows of a customer: a status, or more. Everybody else is answered with 404. */
  set(customerId: string, kyc: XgatewayCustomer | string | null): void;
  /** Forgets a customer. */
  delete(customerId: string): void;
  /** Fails from now on: `times` times, or until `recover()`. */
  fail(failure: XgatewayFailure, times?: number): void;
  /** Ends a failure. What hangs stays so until the stand-in is closed. */
  recover(): void;
  close(): Promise<void>;
}

const SLOW_MS = 2_000;
const PATH = /^\/api\/v2\/customer\/([^/]+)\/bank-transfer\/kyc$/;

/**
 * Starts a stand-in of XGateway's API on a free port of this machine.
 *
 * @example
 * ```ts
 * import { createTestGateway, createXgatewayApi } from 'xgateway-kyc/testing';
 *
 * await using api = await createXgatewayApi();
 * await using gateway = await createTestGateway({ xgatewayApi: api.options });
 * api.set('customer-1', 'FULL_USER');
 * await gateway.refresh('customer-1');
 * api.fail('rate limit', 2);
 * ```
 */
export async function createXgatewayApi({
  key = 'the API key of a test',
}: {
  readonly key?: string;
} = {}): Promise<XgatewayApi> {
  const { createServer } = await import('node:http');
  const customers = new Map<string, XgatewayCustomer>();
  const lookups: string[] = [];
  let failure: { readonly kind: XgatewayFailure; left: number } | null = null;
  const timers = new Set<NodeJS.Timeout>();

  const server = createServer((request, response) => {
    const id = PATH.exec(new URL(request.url ?? '/', 'http://xgateway').pathname)?.[1];
    if (id === undefined || request.method !== 'GET') return answer(response, 404, refusal('NOT_FOUND'));
    const customerId = decodeURIComponent(id);
    lookups.push(customerId);
    const kind = failure?.kind;
    if (failure !== null && --failure.left <= 0) failure = null;
    const say = () => {
      if (request.headers['x-api-key'] !== key) return answer(response, 401, refusal('UNAUTHORIZED'));
      const kyc = customers.get(customerId);
      if (kyc === undefined) return answer(response, 404, refusal('NOT_FOUND'));
      return answer(response, 200, { success: true, data: { id: customerId, ...kyc } });
    };
    if (kind === undefined) return say();
    if (kind === 'slow') {
      const timer = setTimeout(() => {
        timers.delete(timer);
        say();
      }, SLOW_MS);
      timers.add(timer);
      return;
    }
    misbehave(kind, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v2`;
  const close = async (): Promise<void> => {
    for (const timer of timers) clearTimeout(timer);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url,
    key,
    options: { key, url, allowHttp: true },
    lookups,
    set: (customerId, kyc) =>
      void customers.set(customerId, typeof kyc === 'object' && kyc !== null ? kyc : { status: kyc }),
    delete: (customerId) => void customers.delete(customerId),
    fail(kind, times = Number.POSITIVE_INFINITY) {
      failure = { kind, left: times };
    },
    recover() {
      failure = null;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const CODES = { 400: 'BAD_REQUEST', 401: 'UNAUTHORIZED', 404: 'NOT_FOUND', 500: 'INTERNAL' } as const;

function misbehave(kind: Exclude<XgatewayFailure, 'slow'>, response: ServerResponse): void {
  if (typeof kind === 'number') answer(response, kind, refusal(CODES[kind]));
  else if (kind === 'rate limit') answer(response, 429, refusal('RATE_LIMIT'), { 'retry-after': '1' });
  else if (kind === 'garbage') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
  else if (kind === 'cut') response.destroy();
}

function refusal(code: string): object {
  return { success: false, errors: [{ code, message: `The stand-in answers with ${code}.` }] };
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
