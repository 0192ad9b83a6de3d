/** The real server in this process, on a port of its own, with a journal in a temporary folder. */
import { createClient } from 'graphql-ws';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { startServer } from '../../src/server/app.ts';
import { readSettings, type Settings } from '../../src/server/settings.ts';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';
import { eventually } from './eventually.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What the test servers verify callbacks and tokens with. */
export const CALLBACK_SECRET = 'the callback secret of the tests';
export const JWT_SECRET = 'the JWT secret of the tests, of thirty-two bytes or more';

/** The body of a callback about `customerId`, signed. */
export function signedCallback(customerId: string, said: object, secret = CALLBACK_SECRET): string {
  return JSON.stringify({ callbackType: 'kyc', customerId, hash: callbackHash(customerId, secret), ...said });
}

/** A token with these claims; valid for an hour unless `expires` (a span, or seconds since 1970) says otherwise. */
export function token(claims: Record<string, unknown>, expires: string | number = '1h'): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .sign(new TextEncoder().encode(JWT_SECRET));
}

/** A service's token for every customer. */
export const readerToken = () => token({ sub: 'billing', scope: 'openid kyc:read' });
/** A token that may do everything. */
export const adminToken = () => token({ sub: 'compliance', scope: 'kyc:admin' });

/** A GraphQL answer. */
export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: a test knows what it asked for
  readonly data?: any;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** Asks a server at `url` over HTTP. */
export async function ask(url: string, query: string, bearer?: string, variables?: object): Promise<Answer> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly wsUrl: string;
  readonly settings: Settings;
  /** Every line that was logged. */
  readonly logged: readonly string[];
  /** Posts a signed callback. */
  callback(customerId: string, said: object): Promise<Response>;
  /** Asks over HTTP. */
  query(query: string, token?: string, variables?: object): Promise<Answer>;
  /** What `/metrics` says of a series, for example `xgateway_kyc_subscriptions{transport="sse"}`; NaN when nothing. */
  metric(series: string): Promise<number>;
  /** Follows a subscription with the stock graphql-ws client, without retries. */
  follow(query: string, token: string, variables?: Record<string, unknown>): Following;
  /** Stops the server and starts another on the same port and journal; `meanwhile` runs while there is none. */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
}

export interface Following extends AsyncDisposable {
  /** The next result. Rejects with what the server said when the subscription fails. */
  next(): Promise<Answer>;
}

/** Starts a server. `overrides` replace settings; `options` are what settings do not say. */
export async function startTestServer(
  overrides: Partial<Settings> = {},
  options: Parameters<typeof startServer>[2] = {},
): Promise<TestServer> {
  const folder = temporaryFolder();
  const logged: string[] = [];
  const log = pino({ level: 'debug' }, { write: (line) => logged.push(line) });
  const settings: Settings = {
    ...readSettings({
      PORT: '0',
      DATABASE_URL: `sqlite:${folder.path}/kyc.db`,
      XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
      JWT_SECRET,
    }),
    ...overrides,
  };
  let server = await startServer(settings, log, options);
  const { url } = server;
  const wsUrl = `${url.replace('http', 'ws')}/graphql`;
  return {
    url,
    wsUrl,
    settings,
    logged,
    callback: (customerId, said) =>
      fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, said) }),
    query: (query, bearer, variables) => ask(url, query, bearer, variables),
    async metric(series) {
      const headers = { authorization: `Bearer ${await adminToken()}` };
      const lines = (await (await fetch(`${url}/metrics`, { headers })).text()).split('\n');
      return Number(lines.find((line) => line.startsWith(`${series} `))?.slice(series.length));
    },
    follow(query, bearer, variables) {
      const client = createClient({
        url: wsUrl,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${bearer}` },
      });
      const results = client.iterate({ query, ...(variables && { variables }) });
      return {
        next: async () => (await results.next()).value as unknown as Answer,
        [Symbol.asyncDispose]: async () => client.dispose(),
      };
    },
    async restart(meanwhile) {
      await server.stop();
      await meanwhile?.();
      server = await startServer({ ...settings, port: Number(new URL(url).port) }, log, options);
      // Connections that fetch had kept fail once, and only a GET may then be tried again.
      await eventually(() =>
        fetch(`${url}/health/live`).then(
          ({ ok }) => ok,
          () => false,
        ),
      );
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      folder[Symbol.dispose]();
    },
  };
}
