/** The rules in a stock graphql-ws server of the application's own. */
import { createServer } from 'node:http';
import { type Client, createClient } from 'graphql-ws';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from '../support/eventually.ts';
import { readerToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let url: string;
const clients: Client[] = [];

beforeEach(async () => {
  shop = await openShop({
    introspection: 'admin',
    limits: { customer: { connections: 2, subscriptionsPerSocket: 1 } },
  });
  const { gateway, schema } = shop;
  const server = createServer();
  //#region recipe
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  useServer(gateway.useServerOptions({ schema, context: () => ({ shop: 'mine' }) }), sockets);
  //#endregion
  url = `${(await shop.serve(server)).replace('http', 'ws')}/graphql`;
  await shop.receive('alice', 'KYC_PENDING');
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await shop[Symbol.asyncDispose]();
});

function connect(bearer?: string) {
  const closed: [code: number, reason: string][] = [];
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazyCloseTimeout: 60_000,
    connectionParams: bearer === undefined ? {} : { authToken: bearer },
    on: { closed: (event) => closed.push([(event as CloseEvent).code, (event as CloseEvent).reason]) },
  });
  clients.push(client);
  return { client, closed };
}
async function first(client: Client, query: string, variables = {}) {
  const results = client.iterate({ query, variables });
  const { value } = await results.next();
  await results.return?.();
  return value;
}
const failure = async (client: Client, query: string, variables = {}) =>
  first(client, query, variables).then(
    (value) => value,
    (error: unknown) => error,
  );

test('queries and subscriptions answer by the viewer’s rights', async () => {
  const { client } = connect(await token({ sub: 'alice' }));
  expect(await first(client, '{ myKyc { status } }')).toEqual({ data: { myKyc: { status: 'KYC_PENDING' } } });
  expect(await first(client, 'subscription { kycStatusChanged { status shop } }')).toEqual({
    data: { kycStatusChanged: { status: 'KYC_PENDING', shop: 'mine' } },
  });
  const forbidden = await failure(client, 'subscription { kycStatusChanged(customerId: "bob") { status } }');
  expect(forbidden).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
});

test('a bad token closes with 4403', async () => {
  const { client, closed } = connect('no.such.token');
  await failure(client, '{ myKyc { status } }');
  expect(closed).toEqual([[4403, 'Forbidden']]);
});

test('without a token operations answer UNAUTHENTICATED', async () => {
  const { client } = connect();
  expect(await first(client, '{ myKyc { status } }')).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('limits hold per operation, socket and subject, and the socket stays open', async () => {
  const { client, closed } = connect(await readerToken());
  const wide = `{ kycCustomers(first: 200) { nodes { ${'revision '.repeat(101)} } } }`;
  expect(await failure(client, wide)).toMatchObject([{ extensions: { code: 'QUERY_TOO_COMPLEX' } }]);
  expect(await failure(client, '{ __schema { queryType { name } } }')).toMatchObject([
    { extensions: { code: 'FORBIDDEN' } },
  ]);
  expect(await failure(client, '{ myKyc { status } }', { surplus: 1 })).toMatchObject([
    { extensions: { code: 'BAD_USER_INPUT' } },
  ]);
  expect(await failure(client, '{ nothing')).toMatchObject([{ message: expect.stringContaining('Syntax Error') }]);
  expect(closed).toEqual([]);

  const alice = await token({ sub: 'alice' });
  const held = [connect(alice), connect(alice), connect(alice)];
  // One after the other: which of them is too many would depend on whose token is verified first.
  for (const { client: one } of held) {
    const updates = one.iterate({ query: 'subscription { kycStatusChanged { status } }' });
    await updates.next().catch(() => {});
  }
  expect(held.slice(0, 2).map((one) => one.closed)).toEqual([[], []]);
  expect(held[2]?.closed).toEqual([[4420, 'Too many connections']]);
  expect(await failure(held[0]?.client as Client, 'subscription { kycStatusChanged { revision } }')).toMatchObject([
    { extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } },
  ]);
});

test('a socket closes when its token expires, and with 1012 when the gateway stops', async () => {
  const expiring = connect(await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 3));
  const staying = connect(await readerToken());
  const updates = expiring.client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
  await updates.next();
  const all = staying.client.iterate({ query: 'subscription { kycUpdates(after: "earliest") { status } }' });
  await all.next();
  await expect(updates.next()).rejects.toBeDefined();
  await eventually(() => expiring.closed.length > 0);
  expect(expiring.closed.map(([code]) => code)).toEqual([4403]);
  // The client sees the close before the server's socket has ended its subscriptions.
  await expect
    .poll(() => shop.gateway.metrics.registry.metrics())
    .toContain('xgateway_kyc_subscriptions{transport="embedded"} 1');
  const ended = all.next().catch((error: unknown) => error);
  await shop.gateway.drain();
  expect(await ended).toBeDefined();
  await eventually(() => staying.closed.length > 0);
  expect(staying.closed.map(([code]) => code)).toEqual([1012]);
});

test('a socket that closes while its token is checked holds no connection', async () => {
  const checking = Promise.withResolvers<void>();
  const mayAnswer = Promise.withResolvers<void>();
  const viewer = { subject: 's', customerId: 'alice', mayRead: false, mayAdmin: false, expiresAt: null };
  await using own = await openShop({
    limits: { customer: { connections: 1 } },
    async access() {
      checking.resolve();
      await mayAnswer.promise;
      return viewer;
    },
  });
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  useServer(own.gateway.useServerOptions({ schema: own.schema }), sockets);
  url = (await own.serve(server)).replace('http', 'ws');
  const gone = new WebSocket(url, 'graphql-transport-ws');
  gone.on('open', () => gone.send('{"type":"connection_init"}'));
  await checking.promise;
  gone.terminate();
  await eventually(() => sockets.clients.size === 0);
  mayAnswer.resolve();
  // Once the first has its answer, the only place is free.
  await new Promise((resolve) => setImmediate(resolve));
  expect(await first(connect('any').client, '{ myKyc { status } }')).toEqual({ data: { myKyc: null } });
});

test('operations are in the metrics: their types, their errors by code, and how long they took', async () => {
  const { client } = connect(await token({ sub: 'alice' }));
  await first(client, '{ myKyc { status } }');
  await failure(client, '{ kyc(customerId: "bob") { status } }');
  await failure(client, '{ nothing }');
  await first(client, 'subscription { kycStatusChanged(customerId: "alice") { status } }');
  expect(await shop.operations()).toEqual(
    expect.arrayContaining([
      'FORBIDDEN 1',
      'query 2',
      'subscription 1',
      'timed query 2',
      'timed subscription 1',
      'unknown 1',
    ]),
  );
});
