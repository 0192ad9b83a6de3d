/** The gateway inside other people's servers, each a process of its own: callbacks, queries, and subscriptions over each transport. */
import { createClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { ask, CALLBACK_SECRET, JWT_SECRET, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startApplication } from './application.ts';

let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(async () => resources.disposeAsync());

const SUBSCRIPTION = 'subscription { kycStatusChanged { status } }';
const update = (status: string) => ({ data: { kycStatusChanged: { status } } });

/** An application, and what it serves beside callbacks at /hooks/kyc and GraphQL at /graphql. */
interface Server {
  readonly app: string;
  readonly env?: Record<string, string>;
  /** Where subscriptions come as server-sent events. */
  readonly stream?: string;
  readonly hasSockets?: false;
  /** A query that joins the application's own types with the gateway's. */
  readonly joined?: readonly [query: string, data: object];
}

const NEST: Server = {
  app: 'nest.ts',
  stream: '/graphql/stream',
  joined: ['{ orders { id buyer { status } } }', { orders: [{ id: '1', buyer: { status: 'CREATED' } }] }],
};

test.each<[string, Server]>([
  ['Hono', { app: 'hono.js', hasSockets: false }],
  ['Koa', { app: 'koa.js' }],
  ['Connect', { app: 'connect.js' }],
  ['Fastify, hijack', { app: 'fastify.js' }],
  ['Fastify, middie', { app: 'middie.js' }],
  ['Nest on Express', NEST],
  ['Nest on Fastify', { ...NEST, env: { ADAPTER: 'fastify' } }],
])('%s', async (_name, { app, env, stream = '/graphql', hasSockets = true, joined }) => {
  const folder = resources.use(temporaryFolder());
  const given = { CALLBACK_SECRET, JWT_SECRET, DATABASE_URL: `sqlite:${folder.path}/kyc.db`, ...env };
  const { url } = resources.use(await startApplication(app, given));
  const send = async (status: string) => {
    const response = await fetch(`${url}/hooks/kyc`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: signedCallback('alice', { status }),
    });
    return [response.status, await response.json()];
  };
  expect(await send('CREATED')).toEqual([200, { outcome: 'applied', revision: 1 }]);
  expect((await fetch(`${url}/hooks/kyc`, { method: 'POST', body: '{"callbackType":"kyc"}' })).status).toBe(401);
  const bearer = await token({ sub: 'alice' });
  expect(await ask(url, '{ myKyc { status } }', bearer)).toEqual({ data: { myKyc: { status: 'CREATED' } } });
  expect((await ask(url, '{ myKyc { status } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  if (joined !== undefined) expect(await ask(url, joined[0], bearer)).toEqual({ data: joined[1] });

  const streams = createClient({
    url: `${url}${stream}`,
    headers: { authorization: `Bearer ${bearer}` },
    retryAttempts: 0,
  });
  resources.defer(() => streams.dispose());
  const opened = [streams.iterate({ query: SUBSCRIPTION })];
  if (hasSockets) {
    const sockets = createSocketClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${bearer}` },
    });
    resources.defer(() => sockets.dispose());
    opened.push(sockets.iterate({ query: SUBSCRIPTION }) as never);
  }
  for (const updates of opened) expect((await updates.next()).value).toEqual(update('CREATED'));
  expect(await send('FULL_USER')).toEqual([200, { outcome: 'applied', revision: 2 }]);
  for (const updates of opened) expect((await updates.next()).value).toEqual(update('FULL_USER'));
});
