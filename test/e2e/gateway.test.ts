import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(async () => server[Symbol.asyncDispose]());

async function callback(customerId: string, status: string | null): Promise<void> {
  expect((await server.callback(customerId, { status })).status).toBe(200);
}

test('a callback can be queried and is pushed to a graphql-ws client', async () => {
  const mine = await token({ sub: 'c' });
  await callback('c', 'KYC_PENDING');
  const query = '{ myKyc { status nextAction revision verified history { nodes { rawStatus } } } }';
  expect(await server.query(query, mine)).toEqual({
    data: {
      myKyc: {
        status: 'KYC_PENDING',
        nextAction: 'WAIT',
        revision: 1,
        verified: false,
        history: { nodes: [{ rawStatus: 'KYC_PENDING' }] },
      },
    },
  });
  await using updates = server.follow('subscription { kycStatusChanged { revision status previousStatus } }', mine);
  expect((await updates.next()).data).toEqual({
    kycStatusChanged: { revision: 1, status: 'KYC_PENDING', previousStatus: null },
  });
  const pushed = updates.next();
  await callback('c', 'FULL_USER');
  expect((await pushed).data).toEqual({
    kycStatusChanged: { revision: 2, status: 'FULL_USER', previousStatus: 'KYC_PENDING' },
  });
});

test('a stream from asOf carries what comes after the list, and a cursor resumes it', async () => {
  const bearer = await readerToken();
  for (const customer of ['a', 'b', 'c']) await callback(customer, 'CREATED');
  const query = '{ kycCustomers(first: 2) { asOf nodes { customerId } pageInfo { hasNextPage } } }';
  const list = await server.query(query, bearer);
  expect(list).toMatchObject({
    data: { kycCustomers: { nodes: [{ customerId: 'c' }, { customerId: 'b' }], pageInfo: { hasNextPage: true } } },
  });
  await callback('d', null);
  await callback('e', 'NEW_WORD');
  const stream = 'subscription ($after: String) { kycUpdates(after: $after) { customerId status cursor } }';
  let after = list.data.kycCustomers.asOf;
  for (const expected of [
    { customerId: 'd', status: 'NOT_STARTED' },
    { customerId: 'e', status: 'UNRECOGNIZED' },
  ]) {
    await using updates = server.follow(stream, bearer, { after });
    const { kycUpdates: update } = (await updates.next()).data;
    expect(update).toMatchObject(expected);
    after = update.cursor;
  }
  expect(await server.query('{ kycStatusCounts { status count } }', bearer)).toEqual({
    data: {
      kycStatusCounts: [
        { status: 'NOT_STARTED', count: 1 },
        { status: 'CREATED', count: 3 },
        { status: 'UNRECOGNIZED', count: 1 },
      ],
    },
  });
});

test('nobody sees another customer, whether it exists or not', async () => {
  await callback('c', 'CREATED');
  const other = await token({ sub: 'other' });
  for (const query of [
    '{ kyc(customerId: "c") { status } }',
    '{ kyc(customerId: "nobody") { status } }',
    '{ kycStatusCounts { count } }',
  ]) {
    expect(await server.query(query, other)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  }
  for (const bearer of [undefined, 'no.such.token']) {
    expect(await server.query('{ myKyc { status } }', bearer)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
  }
});

test('cursors of another customer are unknown, other text is no cursor', async () => {
  await callback('c', 'CREATED');
  await callback('d', 'CREATED');
  const bearer = await readerToken();
  const list = await server.query('{ kycCustomers(first: 1) { edges { cursor } } }', bearer);
  const history = (after: string) =>
    server.query(`{ kyc(customerId: "c") { history(after: "${after}") { nodes { revision } } } }`, bearer);
  expect(await history(list.data.kycCustomers.edges[0].cursor)).toMatchObject({
    errors: [{ extensions: { code: 'CURSOR_UNKNOWN' } }],
  });
  expect(await history('17')).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
});

test('a socket is closed with 4403 for a bad token and when its token expires, and with 1012 at shutdown', async () => {
  const closeCode = async (bearer: string, act = () => {}) => {
    const client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      lazy: false,
      retryAttempts: 0,
      connectionParams: { authorization: `Bearer ${bearer}` },
      onNonLazyError: () => {},
    });
    client.on('connected', act);
    return new Promise((resolve) => client.on('closed', (event) => resolve((event as CloseEvent).code)));
  };
  expect(await closeCode('bad')).toBe(4403);
  expect(await closeCode(await token({ sub: 'c' }, Math.floor(Date.now() / 1_000) + 1))).toBe(4403);
  expect(await closeCode(await readerToken(), () => void server.restart())).toBe(1012);
});

test('a variable that is null for one subscriber has its default for another who leaves it out', async () => {
  await callback('c', 'KYC_PENDING');
  const mine = await token({ sub: 'c' });
  const query = 'subscription ($shown: Boolean = true) { kycStatusChanged { revision @include(if: $shown) status } }';
  await using wrong = server.follow(query, mine, { shown: null });
  expect(await wrong.next().catch(() => 'refused')).not.toMatchObject({ data: { kycStatusChanged: {} } });
  await using right = server.follow(query, mine);
  expect(await right.next()).toEqual({ data: { kycStatusChanged: { revision: 1, status: 'KYC_PENDING' } } });
});
