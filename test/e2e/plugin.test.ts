/** The gateway as a plugin: in an Express application that has routes, an Apollo Server and callbacks of its own. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express from 'express';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createKycGateway, type KycGateway } from '../../src/index.ts';
import { adminToken, ask, CALLBACK_SECRET, JWT_SECRET, readerToken, signedCallback, token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// The shop's graph has names that ours has too: they are Relay's.
const SHOP_SDL = `
  type Query { orders(first: Int): OrderConnection! }
  type Order { id: ID! buyer: ID! buyerKyc: Kyc }
  type OrderConnection { nodes: [Order!]! pageInfo: PageInfo! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`;
const ORDERS = [
  { id: '1', buyer: 'alice' },
  { id: '2', buyer: 'bob' },
];
type ShopContext = Awaited<ReturnType<KycGateway['context']>> & { readonly shop: string };

let url: string;
let received: unknown[];
let resources: AsyncDisposableStack;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  received = [];
  const folder = resources.use(temporaryFolder());
  const gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
    passOtherCallbackTypes: true,
    introspection: 'admin',
  });
  resources.defer(() => gateway.stop());
  await gateway.start();

  const apollo = new ApolloServer<ShopContext>({
    typeDefs: [SHOP_SDL, gateway.typeDefs],
    resolvers: [
      gateway.resolvers,
      {
        Query: {
          orders: (_root: unknown, { first }: { first?: number }) => ({
            nodes: ORDERS.slice(0, first),
            pageInfo: { hasNextPage: false, hasPreviousPage: false },
          }),
        },
        Order: {
          buyerKyc: ({ buyer }: { buyer: string }, _args: unknown, context: ShopContext) => context.kyc.load(buyer),
        },
      },
    ],
    plugins: [gateway.apolloPlugin],
    introspection: true,
    stopOnTerminationSignals: false,
  });
  await apollo.start();

  const app = express();
  app.get('/', (_request, response) => void response.send('the shop'));
  app.use('/xgateway/callbacks', gateway.callbacks, (request, response) => {
    received.push(request.body);
    response.json({ received: true });
  });
  app.use(express.json());
  app.use('/parsed/callbacks', gateway.callbacks);
  app.use(
    '/graphql',
    expressMiddleware(apollo, {
      context: async ({ req }) => ({ ...(await gateway.context(req)), shop: 'the shop' }),
    }),
  );
  const server = createServer(app);
  server.on('upgrade', (request, socket) => {
    if (request.url === '/chat') socket.end('HTTP/1.1 418 I am the chat\r\nConnection: close\r\n\r\n');
  });
  gateway.attachWebSocket(server, '/kyc-live');
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  resources.defer(async () => {
    server.closeAllConnections();
    server.close();
    await apollo.stop();
  });
});
afterEach(async () => resources.disposeAsync());

const post = (path: string, body: string, headers = {}) => fetch(`${url}${path}`, { method: 'POST', body, headers });

test('routes, callbacks and queries of both live side by side', async () => {
  expect(await (await fetch(url)).text()).toBe('the shop');
  expect((await post('/xgateway/callbacks', signedCallback('alice', { status: 'FULL_USER' }))).status).toBe(200);
  const query =
    '{ orders(first: 2) { nodes { id buyerKyc { verified } } pageInfo { hasNextPage } } kyc(customerId: "alice") { status updatedAt } }';
  expect(await ask(url, query, await readerToken())).toEqual({
    data: {
      orders: {
        nodes: [
          { id: '1', buyerKyc: { verified: true } },
          { id: '2', buyerKyc: null },
        ],
        pageInfo: { hasNextPage: false },
      },
      kyc: { status: 'FULL_USER', updatedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/) },
    },
  });
});

test("the application's own handler gets XGateway's other callbacks, with their body", async () => {
  const transaction = { callbackType: 'transaction', id: 'tx-1', hash: 'by another formula' };
  const response = await post('/xgateway/callbacks', JSON.stringify(transaction));
  expect([response.status, await response.json()]).toEqual([200, { received: true }]);
  expect(received).toEqual([transaction]);
  // A KYC callback that is refused is answered by us, and goes no further.
  expect((await post('/xgateway/callbacks', '{"callbackType":"kyc"}')).status).toBe(401);
  expect((await post('/xgateway/callbacks', 'no JSON')).status).toBe(400);
  expect(received).toHaveLength(1);
});

test('a body that the application has parsed already is taken as it is', async () => {
  const json = { 'content-type': 'application/json' };
  const body = signedCallback('bob', { status: 'CREATED' });
  expect((await post('/parsed/callbacks', body, json)).status).toBe(200);
  expect((await post('/parsed/callbacks', '[]', json)).status).toBe(400);
});

test("our rules hold in the application's own Apollo Server, with their codes", async () => {
  const bearer = await token({ sub: 'alice' });
  const cases: [query: string, bearer: string | undefined, code: string, status: number][] = [
    ['{ kyc(customerId: "bob") { status } }', bearer, 'FORBIDDEN', 200],
    ['{ myKyc { status } }', undefined, 'UNAUTHENTICATED', 200],
    ['{ myKyc { status } }', 'no.such.token', 'UNAUTHENTICATED', 401],
    ['{ kycCustomers(first: 201) { asOf } }', await readerToken(), 'BAD_USER_INPUT', 200],
    [
      `{ kycCustomers(first: 200) { nodes { ${'revision '.repeat(100)} } } }`,
      await readerToken(),
      'QUERY_TOO_COMPLEX',
      400,
    ],
    ['{ __schema { queryType { name } } }', await readerToken(), 'FORBIDDEN', 400],
  ];
  for (const [query, token, code, status] of cases) {
    const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const response = await post('/graphql', JSON.stringify({ query }), headers);
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect({ query, status: response.status, code: errors[0]?.extensions.code }).toEqual({ query, status, code });
    expect(response.headers.get('cache-control')).toBe('no-store');
  }
  expect((await ask(url, '{ __schema { queryType { name } } }', await adminToken())).errors).toBeUndefined();
});

test("subscriptions at a path of the application's choice, its own upgrades untouched", async () => {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/kyc-live`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${await token({ sub: 'alice' })}` },
  });
  const updates = client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
  await post('/xgateway/callbacks', signedCallback('alice', { status: 'KYC_PENDING' }));
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'KYC_PENDING' } } });
  await client.dispose();
  const chat = new WebSocket(`${url.replace('http', 'ws')}/chat`);
  const [, response] = await once(
    chat.on('error', () => {}),
    'unexpected-response',
  );
  expect(response.statusCode).toBe(418);
});

test.each([
  [{ current: undefined }, JWT_SECRET, 'secrets.current is missing'],
  [{ current: '' }, JWT_SECRET, 'secrets.current is missing'],
  [{ current: CALLBACK_SECRET, previous: '' }, JWT_SECRET, 'secrets.previous is empty'],
  [{ current: CALLBACK_SECRET }, undefined, 'access.key.secret is missing'],
  [{ current: CALLBACK_SECRET }, 'x'.repeat(31), 'access.key.secret is too short'],
])(
  '%j: a secret that is missing at run time, or too short, is refused before the journal is opened',
  async (secrets, secret, message) => {
    // @ts-expect-error plain JavaScript passes what its environment lacks
    const gateway = createKycGateway({ secrets, access: { key: { secret } }, databaseUrl: 'sqlite:/dev/null/never' });
    await expect(gateway).rejects.toThrow(message);
  },
);
