/** A server whose people sign in with a real provider. */
import { WebSocket } from 'ws';
import type { Settings } from '../../src/server/settings.ts';
import type { SessionTimes, SignInOptions } from '../../src/sign-in/options.ts';
import type { FetchBrowser } from './fetch-browser.ts';
import { freePort } from './free-port.ts';
import { CLIENT, type OpenidProvider, type ProviderOptions, startOpenidProvider } from './openid-provider.ts';
import { startTestServer, type TestServer } from './server.ts';

export interface SignInServer extends AsyncDisposable {
  readonly provider: OpenidProvider;
  readonly server: TestServer;
  /** The server, as browsers see it. */
  readonly url: string;
}

/** How people sign in at the tests' servers. */
export function signInOptions(issuer: string, publicUrl: string): SignInOptions {
  return {
    issuer,
    clientId: CLIENT.id,
    clientSecret: CLIENT.secret,
    scope: 'openid profile email offline_access',
    roleClaim: 'roles',
    roleMap: new Map([
      ['compliance', 'kyc:admin'],
      ['support', 'kyc:read'],
    ]),
    publicUrl,
    secrets: { current: 'the session secret of the tests, thirty-two bytes' },
  };
}

/** What a test may choose. */
export interface SignInServerOptions {
  readonly provider?: Omit<Partial<ProviderOptions>, 'publicUrls'>;
  readonly signIn?: Partial<SignInOptions>;
  readonly settings?: Partial<Settings>;
  readonly times?: Partial<SessionTimes>;
}

/** Starts a provider with Ada (compliance), Sam (support) and Eve (no role that counts), and a server. */
export async function startSignInServer(options: SignInServerOptions = {}): Promise<SignInServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const provider = await startOpenidProvider({ publicUrls: [url], ...options.provider });
  provider.people.set('ada', { email: 'ada@shop.example', email_verified: true, roles: ['compliance'] });
  provider.people.set('sam', { preferred_username: 'sam', roles: 'support' });
  provider.people.set('eve', { name: 'Eve', roles: ['cleaning'] });
  const server = await startTestServer(
    { port, signIn: { ...signInOptions(provider.issuer, url), ...options.signIn }, ...options.settings },
    { ...(options.times && { sessionTimes: options.times }) },
  );
  return {
    provider,
    server,
    url,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await provider[Symbol.asyncDispose]();
    },
  };
}

/** Asks for the session of a browser, as the console does. */
export async function sessionOf(browser: FetchBrowser, url: string): Promise<{ status: number; body: SessionBody }> {
  const { response, text } = await browser.visit(`${url}/console/sign-in/session`, {
    method: 'POST',
    headers: { origin: url },
  });
  return { status: response.status, body: JSON.parse(text) as SessionBody };
}

export interface SessionBody {
  readonly name?: string;
  readonly mayAdmin?: boolean;
  readonly expiresAt?: number;
  readonly renewAt?: number | null;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Asks GraphQL with these headers. */
export async function askWith(url: string, headers: Record<string, string>, query: string) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as {
    data?: Record<string, unknown>;
    errors?: { message: string; extensions: { code: string } }[];
  };
}

/** Opens a socket as a page would, without a token. Resolves with what came: `connection_ack` and results, then the close. */
export function openSocket(wsUrl: string, headers: Record<string, string>) {
  const socket = new WebSocket(wsUrl, 'graphql-transport-ws', { headers });
  const messages: { type: string; payload?: unknown }[] = [];
  const closed = Promise.withResolvers<number>();
  socket.on('message', (data) => messages.push(JSON.parse(String(data))));
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('close', (code) => closed.resolve(code));
  socket.on('error', () => {});
  socket.on('unexpected-response', (_request, response) => {
    closed.resolve(response.statusCode ?? 0);
    socket.terminate();
  });
  return { socket, messages, closed: closed.promise };
}
