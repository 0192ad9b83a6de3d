/** A token over a real WebSocket, in each place and spelling that clients use, at each spelling of the URL; and many users behind one token. */
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createResumingClient, followKyc } from '../../../src/client/index.ts';
import { openSocket } from '../../support/graphql-socket.ts';
import { readerToken, startTestServer, type TestServer, token } from '../../support/server.ts';

let server: TestServer;
let alice: string;
beforeAll(async () => {
  server = await startTestServer();
  alice = await token({ sub: 'alice' });
  await server.callback('alice', { status: 'CREATED' });
});
afterAll(async () => server[Symbol.asyncDispose]());

const QUERY = { query: '{ myKyc { status } }' };

describe.each(['', 'Bearer ', 'bearer '])('with the scheme %j', (scheme) => {
  test.each<[string, (value: string) => object]>([
    ['authorization', (authorization) => ({ authorization })],
    ['Authorization', (Authorization) => ({ Authorization })],
    ['AUTHORIZATION', (AUTHORIZATION) => ({ AUTHORIZATION })],
    ['headers.authorization', (authorization) => ({ headers: { authorization } })],
    ['headers.Authorization', (Authorization) => ({ headers: { Authorization } })],
    ['Headers.Authorization', (Authorization) => ({ Headers: { Authorization } })],
    ['authToken', (authToken) => ({ authToken })],
    ['auth_token', (auth_token) => ({ auth_token })],
    ['accessToken', (accessToken) => ({ accessToken })],
    ['token', (value) => ({ token: value })],
    ['headers.token', (value) => ({ headers: { token: value } })],
    ['token beside an empty authorization', (value) => ({ authorization: '', token: value })],
    ['token beside a header that is not text', (value) => ({ headers: { authorization: 7 }, token: value })],
  ])('connection_init takes %s', async (_name, paramsOf) => {
    using socket = await openSocket(server.wsUrl);
    socket.init(paramsOf(`${scheme}${alice}`));
    expect((await socket.next()).type).toBe('connection_ack');
    socket.send({ id: '1', type: 'subscribe', payload: QUERY });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { myKyc: { status: 'CREATED' } } } });
  });

  test("the upgrade's header is taken, and connection_init comes before it", async () => {
    using byHeader = await openSocket(server.wsUrl, { authorization: `${scheme}${alice}` });
    byHeader.init();
    await byHeader.next();
    byHeader.send({ id: '1', type: 'subscribe', payload: QUERY });
    expect((await byHeader.next()).payload).toEqual({ data: { myKyc: { status: 'CREATED' } } });
    using both = await openSocket(server.wsUrl, { authorization: `${scheme}no.such.token` });
    both.init({ token: `${scheme}${alice}` });
    expect((await both.next()).type).toBe('connection_ack');
  });
});

test('without a token a socket is acknowledged and its operations answer UNAUTHENTICATED; a bad one closes it with 4403', async () => {
  for (const params of [undefined, {}, { authorization: '' }, { authorization: 'Bearer' }, { headers: {} }]) {
    using socket = await openSocket(server.wsUrl);
    socket.init(params);
    expect((await socket.next()).type).toBe('connection_ack');
    socket.send({ id: '1', type: 'subscribe', payload: QUERY });
    expect(JSON.stringify(await socket.next())).toContain('UNAUTHENTICATED');
  }
  using bad = await openSocket(server.wsUrl);
  bad.init({ authorization: 'Bearer no.such.token' });
  expect(await bad.closed).toBe(4403);
});

test.each(['/graphql', '/graphql/', '//graphql', '/graphql?a=b', '/graphql/?a=b'])(
  'a socket opens at %s',
  async (path) => {
    using socket = await openSocket(`${server.url.replace('http', 'ws')}${path}`);
    socket.init({ token: alice });
    expect((await socket.next()).type).toBe('connection_ack');
  },
);

describe('the client makes its URLs from', () => {
  test.each(['/graphql', '/graphql/', '/graphql?a=b', '/graphql/?a=b', '/graphql#a'])('%s', async (path) => {
    for (const base of [server.url, server.url.replace('http', 'ws')]) {
      for (const transport of ['websocket', 'sse'] as const) {
        const follower = followKyc({ url: `${base}${path}`, token: alice, transport, webSocketImpl: WebSocket });
        for await (const { status } of follower) {
          expect([transport, status]).toEqual([transport, 'CREATED']);
          break;
        }
        follower.close();
      }
      const client = createResumingClient({
        url: `${base}${path}`,
        webSocketImpl: WebSocket,
        connectionParams: { token: alice },
      });
      const { value } = await client.iterate(QUERY).next();
      expect(value).toEqual({ data: { myKyc: { status: 'CREATED' } } });
      await client.dispose();
    }
  });
});

test('60 users behind one service token: on one socket, and each on a socket of their own', async () => {
  const authorization = `Bearer ${await readerToken()}`;
  const open = () =>
    createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { authorization },
    });
  const shared = open();
  const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
  const clients = [shared, ...users.map(open)];
  const seen = new Map<string, string[]>();
  const follow = async (client: ReturnType<typeof open>, user: string, name: string) => {
    const query = `subscription ($id: ID) { kycStatusChanged(customerId: $id) { customerId } }`;
    for await (const { data } of client.iterate({ query, variables: { id: user } })) {
      seen.set(name, [
        ...(seen.get(name) ?? []),
        String((data as { kycStatusChanged: { customerId: string } }).kycStatusChanged.customerId),
      ]);
    }
  };
  const following = users.flatMap((user, index) => [
    follow(shared, user, `${user} shared`),
    follow(clients[index + 1] as typeof shared, user, `${user} own`),
  ]);
  for (const each of following) each.catch(() => {});
  for (const user of users) await server.callback(user, { status: 'CREATED' });
  await vi.waitFor(() => expect(seen.size).toBe(120), 15_000);
  for (const [name, ids] of seen) expect(ids).toEqual([name.split(' ')[0]]);
  for (const client of clients) await client.dispose();
});
