/** Hostile and broken WebSocket clients: bad operations fail alone, silent and excess sockets are closed. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Authenticate } from '../../src/access/viewer.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.callback('c', { status: 'CREATED' });
});
afterAll(() => server[Symbol.asyncDispose]());

const FOLLOW = 'subscription { kycStatusChanged(customerId: "c") { revision } }';
const QUERY = { query: '{ __typename }' };

async function acknowledged(connectionParams: object, headers: Record<string, string> = {}) {
  const socket = await openSocket(server.wsUrl, headers);
  socket.init(connectionParams);
  expect(await socket.next()).toEqual({ type: 'connection_ack' });
  return socket;
}

/** A socket on which one subscription is live, so that a test can see that it stays so. */
async function following() {
  const socket = await acknowledged({ authorization: `Bearer ${await readerToken()}` });
  socket.send({ id: 'live', type: 'subscribe', payload: { query: FOLLOW } });
  expect(await socket.next()).toMatchObject({ id: 'live', type: 'next' });
  return socket;
}

describe('a bad operation gets its own error and leaves the others running', () => {
  const subscribe = (id: unknown, payload: unknown) => ({ id, type: 'subscribe', payload });
  test.each([
    [
      'a root field that is skipped',
      subscribe('x', { query: `subscription { kycUpdates @skip(if: true) { revision } }` }),
    ],
    [
      'a root field that is not included',
      subscribe('x', {
        query: 'subscription ($on: Boolean = false) { kycUpdates @include(if: $on) { revision } }',
        variables: {},
      }),
    ],
    [
      'a root fragment that is skipped',
      subscribe('x', {
        query: 'subscription { ... @skip(if: true) { ...F } } fragment F on Subscription { kycUpdates { revision } }',
      }),
    ],
    ['an ID of 129 characters', subscribe('x'.repeat(129), QUERY)],
    ['an ID of 60,000 characters', subscribe('x'.repeat(60_000), QUERY)],
    ['a name of 257 characters', subscribe('x', { ...QUERY, operationName: 'n'.repeat(257) })],
    ['no payload', subscribe('x', undefined)],
    ['a payload that is a text', subscribe('x', 'query')],
    ['no query', subscribe('x', {})],
    ['a query that is a number', subscribe('x', { query: 1 })],
    ['variables that are a list', subscribe('x', { ...QUERY, variables: [] })],
    ['a name that is a number', subscribe('x', { ...QUERY, operationName: 1 })],
    ['invalid GraphQL', subscribe('x', { query: '{' })],
    ['an unknown field', subscribe('x', { query: '{ nothing }' })],
    ['two operations', subscribe('x', { query: 'query A { __typename } query B { __typename }' })],
  ])('%s', async (_name, message) => {
    using socket = await following();
    socket.send(message);
    const answer = await socket.next();
    expect(answer.id).toBe(message.id);
    const errors = answer.type === 'error' ? answer.payload : answer.payload.errors;
    expect(errors[0].extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_|OPERATION_)/);
    // The other subscription goes on.
    const pushed = socket.received.length;
    await server.callback('c', { status: crypto.randomUUID() });
    await expect
      .poll(() => socket.received.slice(pushed).some(({ id, type }) => id === 'live' && type === 'next'))
      .toBe(true);
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('a subscription whose root field is included works', async () => {
    using socket = await acknowledged({ token: await readerToken() });
    const query = 'subscription { kycStatusChanged(customerId: "c") @include(if: true) @skip(if: false) { revision } }';
    socket.send(subscribe('1', { query }));
    expect(await socket.next()).toMatchObject({ id: '1', type: 'next', payload: { data: { kycStatusChanged: {} } } });
  });

  test('over SSE a skipped root field is an error event', async () => {
    const query = 'subscription { kycUpdates @skip(if: true) { revision } }';
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await readerToken()}` },
      body: JSON.stringify({ query }),
    });
    expect(await response.text()).toContain('"code":"BAD_USER_INPUT"');
  });
});

describe('an invalid message closes the socket with 4400', () => {
  test.each([
    ['invalid JSON', '{'],
    ['a number', '1'],
    ['no type', '{}'],
    ['an unknown type', '{"type":"start"}'],
    ['a message only servers send: next', '{"type":"next","id":"1","payload":{}}'],
    ['a message only servers send: error', '{"type":"error","id":"1","payload":[]}'],
    ['a message only servers send: connection_ack', '{"type":"connection_ack"}'],
    ['an ID that is a number', '{"type":"subscribe","id":1,"payload":{"query":"{ __typename }"}}'],
    ['an empty ID', '{"type":"subscribe","id":"","payload":{"query":"{ __typename }"}}'],
  ])('%s', async (_name, message) => {
    using socket = await acknowledged({ token: await readerToken() });
    socket.send(message);
    expect(await socket.closed).toBe(4400);
  });

  test('a ping that is nested 10,000 deep', async () => {
    using socket = await acknowledged({ token: await readerToken() });
    socket.send(`{"type":"ping","payload":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`);
    const answer = await Promise.race([socket.closed, socket.next().catch(() => 4400)]);
    expect(answer === 4400 || (answer as { type: string }).type === 'pong').toBe(true);
  });

  test('an ID that is in use, of 128 characters of three bytes each, is 4409', async () => {
    using socket = await acknowledged({ token: await readerToken() });
    const id = '€'.repeat(128);
    for (let time = 0; time < 2; time++) socket.send({ id, type: 'subscribe', payload: { query: FOLLOW } });
    expect(await socket.closed).toBe(4409);
  });
});

describe('the token', () => {
  test.each([
    ['authorization', (bearer: string) => ({ authorization: bearer })],
    ['Authorization with Bearer', (bearer: string) => ({ Authorization: `Bearer ${bearer}` })],
    ['headers.authorization', (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })],
    ['authToken', (authToken: string) => ({ authToken })],
    ['token', (one: string) => ({ token: one })],
  ])('in connectionParams as %s', async (_name, paramsOf) => {
    using socket = await acknowledged(paramsOf(await token({ sub: 'c' })));
    socket.send({ id: '1', type: 'subscribe', payload: { query: '{ myKyc { customerId } }' } });
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { myKyc: { customerId: 'c' } } } });
  });

  test("in the upgrade's Authorization header, which connectionParams outrank", async () => {
    const headers = { authorization: `Bearer ${await token({ sub: 'c' })}` };
    const query = { id: '1', type: 'subscribe', payload: { query: '{ myKyc { customerId } }' } };
    using by = await acknowledged({}, headers);
    by.send(query);
    expect(await by.next()).toMatchObject({ payload: { data: { myKyc: { customerId: 'c' } } } });
    using outranked = await openSocket(server.wsUrl, headers);
    outranked.init({ token: 'bad' });
    expect(await outranked.closed).toBe(4403);
  });

  test('without one the socket is acknowledged, and every operation answers UNAUTHENTICATED', async () => {
    using socket = await acknowledged({});
    for (const query of [FOLLOW, '{ myKyc { revision } }', '{ __typename }', 'no GraphQL']) {
      socket.send({ id: query, type: 'subscribe', payload: { query } });
      expect(await socket.next()).toMatchObject({
        id: query,
        type: 'error',
        payload: [{ extensions: { code: 'UNAUTHENTICATED' } }],
      });
    }
    expect(socket.socket.readyState).toBe(WebSocket.OPEN);
  });

  test('/graphql/ with a slash, and with a search, is the same path', async () => {
    for (const suffix of ['/', '?from=app', '/?from=app']) {
      using socket = await openSocket(server.wsUrl + suffix);
      socket.init({ token: await readerToken() });
      expect(await socket.next()).toEqual({ type: 'connection_ack' });
    }
  });
});

describe('the Origin of a page', () => {
  /** What an upgrade is answered: 101, or the status of its refusal. */
  const upgraded = async (wsUrl: string, headers: Record<string, string>): Promise<number> => {
    const socket = new WebSocket(wsUrl, 'graphql-transport-ws', { headers }).on('error', () => {});
    const refused = once(socket, 'unexpected-response').then(([, response]) => Number(response.statusCode));
    const status = await Promise.race([refused, once(socket, 'open').then(() => 101)]);
    socket.terminate();
    return status;
  };
  const cookie = 'session=alice';
  const evil = 'https://evil.example';

  test('matters where a cookie comes with it', async () => {
    const own = server.url;
    expect(await upgraded(server.wsUrl, { origin: evil, cookie })).toBe(403);
    expect(await upgraded(server.wsUrl, { origin: 'null', cookie })).toBe(403);
    expect(await upgraded(server.wsUrl, { origin: `${own}.evil.example`, cookie })).toBe(403);
    expect(await upgraded(server.wsUrl, { origin: own, cookie })).toBe(101);
    expect(await upgraded(server.wsUrl, { cookie })).toBe(101);
    expect(await upgraded(server.wsUrl, { origin: evil })).toBe(101);
  });

  test('matters to a custom authenticate, cookie or not, over WebSocket and SSE by GET; named origins may', async () => {
    const access: Authenticate = () => ({
      subject: 's',
      customerId: 'c',
      mayRead: false,
      mayAdmin: false,
      expiresAt: null,
    });
    await using own = await startTestServer({ corsOrigins: ['https://shop.example'] }, { access });
    const stream = async (headers: Record<string, string>) => {
      const search = new URLSearchParams({ query: '{ __typename }' });
      const response = await fetch(`${own.url}/graphql/stream?${search}`, {
        headers: { accept: 'text/event-stream', ...headers },
      });
      await response.text();
      return response.status;
    };
    for (const [origin, isAllowed] of [
      [evil, false],
      ['null', false],
      ['https://shop.example.evil.example', false],
      ['https://shop.example', true],
      [own.url, true],
    ] as const) {
      expect([origin, await upgraded(own.wsUrl, { origin })]).toEqual([origin, isAllowed ? 101 : 403]);
      expect([origin, await stream({ origin })]).toEqual([origin, isAllowed ? 200 : 403]);
    }
    expect([await upgraded(own.wsUrl, {}), await stream({})]).toEqual([101, 200]);
  });
});

describe('silence', () => {
  test('a socket without connection_init is terminated after 3 s, even if it answers nothing', async () => {
    const raw = connect(Number(new URL(server.url).port), '127.0.0.1');
    raw.write(
      'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
    );
    const startedAt = performance.now();
    raw.resume();
    await once(raw, 'close', { signal: AbortSignal.timeout(8_000) });
    const took = performance.now() - startedAt;
    expect(took).toBeGreaterThan(2_900);
    expect(took).toBeLessThan(6_000);
  });

  test('a socket without a token is closed with 4403 after 30 s', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      await using own = await startTestServer();
      using socket = await openSocket(own.wsUrl);
      socket.init({});
      await socket.next();
      vi.advanceTimersByTime(29_000);
      expect(socket.socket.readyState).toBe(WebSocket.OPEN);
      vi.advanceTimersByTime(3_000);
      expect(await socket.closed).toBe(4403);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a session that has ended', () => {
  const ERASE = 'mutation { eraseKyc(customerId: "victim") }';

  test('executes nothing after its token has expired, and closes with 4403', async () => {
    await server.callback('victim', { status: 'CREATED' });
    let expired = false;
    const authenticate: Authenticate = () => ({
      subject: 's',
      customerId: null,
      mayRead: true,
      mayAdmin: true,
      get expiresAt() {
        return expired ? 1 : null;
      },
    });
    await using own = await startTestServer({}, { access: authenticate });
    await own.callback('victim', { status: 'CREATED' });
    using socket = await openSocket(own.wsUrl);
    socket.init({});
    await socket.next();
    expired = true;
    socket.send({ id: '1', type: 'subscribe', payload: { query: ERASE } });
    expect(await socket.closed).toBe(4403);
    expired = false;
    const { data } = await own.query('{ kyc(customerId: "victim") { revision } }');
    expect(data.kyc.revision).toBe(1);
  });

  test('executes nothing after the close frame, and is terminated a second later', async () => {
    await using own = await startTestServer();
    await own.callback('victim', { status: 'CREATED' });
    using deaf = await deafSocket(own.url);
    deaf.send({ type: 'connection_init', payload: { token: await adminToken() } });
    await expect.poll(() => deaf.received()).toContain('connection_ack');
    deaf.send('{');
    await expect.poll(() => deaf.received()).toContain('Invalid message received');
    const startedAt = performance.now();
    deaf.send({ id: '1', type: 'subscribe', payload: { query: ERASE } });
    await deaf.closed;
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const { data } = await own.query('{ kyc(customerId: "victim") { revision } }', await adminToken());
    expect(data.kyc.revision).toBe(1);
  });

  test('over SSE: a body that arrives after the end of the token is not executed', async () => {
    let expiresAt: number | null = null;
    const authenticate: Authenticate = () => ({
      subject: 's',
      customerId: null,
      mayRead: true,
      mayAdmin: true,
      get expiresAt() {
        return expiresAt;
      },
    });
    await using own = await startTestServer({}, { access: authenticate });
    await own.callback('victim', { status: 'CREATED' });
    const body = JSON.stringify({ query: ERASE });
    const raw = connect(Number(new URL(own.url).port), '127.0.0.1');
    raw.write(
      `POST /graphql/stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: text/event-stream\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
    );
    expiresAt = 1;
    raw.write(body.slice(5));
    let answer = '';
    raw.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    await once(raw, 'close');
    expect(answer).toMatch(/^HTTP\/1.1 401/);
    expiresAt = null;
    const { data } = await own.query('{ kyc(customerId: "victim") { revision } }');
    expect(data.kyc.revision).toBe(1);
  });
});

/** A client that answers no close frame, and goes on sending. */
async function deafSocket(url: string) {
  const raw = connect(Number(new URL(url).port), '127.0.0.1');
  let received = '';
  raw.setEncoding('latin1').on('data', (text) => {
    received += text;
  });
  raw.write(
    'GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n',
  );
  await expect.poll(() => received).toContain('101');
  return {
    received: () => received,
    closed: once(raw, 'close', { signal: AbortSignal.timeout(8_000) }),
    send(message: object | string) {
      const text = Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
      // A text frame, its length in two bytes, masked with zeros.
      raw.write(Buffer.from([0x81, 0x80 | 126, text.length >> 8, text.length & 255, 0, 0, 0, 0]));
      raw.write(text);
    },
    [Symbol.dispose]: () => void raw.destroy(),
  };
}

test('clients that disconnect during pushes leave no warning in the log', async () => {
  await using own = await startTestServer();
  await own.callback('c', { status: 'CREATED' });
  const bearer = await readerToken();
  const sockets = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = await openSocket(own.wsUrl);
      socket.init({ token: bearer });
      await socket.next();
      socket.send({
        id: '1',
        type: 'subscribe',
        payload: { query: 'subscription { kycUpdates(after: "earliest") { endUserMessage } }' },
      });
      await socket.next();
      return socket;
    }),
  );
  const streams = await Promise.all(
    Array.from({ length: 20 }, () =>
      fetch(`${own.url}/graphql/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
        body: JSON.stringify({ query: 'subscription { kycUpdates { endUserMessage } }' }),
      }),
    ),
  );
  const large = (_: unknown, index: number) =>
    own.callback('c', { status: 'KYC_PENDING', kycEndUserErrorMessage: `${index} ${'x'.repeat(60_000)}` });
  const pushes = Promise.all(Array.from({ length: 30 }, large));
  for (const { socket } of sockets) socket.terminate();
  await Promise.all(streams.map(({ body }) => body?.cancel()));
  await pushes;
  await expect.poll(() => own.metric('xgateway_kyc_connections{transport="websocket"}')).toBe(0);
  await expect.poll(() => own.metric('xgateway_kyc_connections{transport="sse"}')).toBe(0);
  await expect.poll(() => own.metric('xgateway_kyc_subscriptions{transport="websocket"}')).toBe(0);
  const alarms = own.logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 40);
  expect(alarms).toEqual([]);
});

test('silent sockets are bounded at 1,000, and a client with a token still connects', async () => {
  await using own = await startTestServer();
  const silent: WebSocket[] = [];
  for (let batch = 0; batch < 13; batch++) {
    const opened = Array.from({ length: 100 }, () => {
      const socket = new WebSocket(own.wsUrl, 'graphql-transport-ws').on('error', () => {});
      silent.push(socket);
      return Promise.race([once(socket, 'open'), once(socket, 'close')]);
    });
    await Promise.all(opened);
  }
  expect(await own.metric('xgateway_kyc_connections{transport="websocket"}')).toBeLessThanOrEqual(1_000);
  const client = createClient({
    url: own.wsUrl,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { token: await readerToken() },
  });
  expect((await client.iterate({ query: '{ __typename }' }).next()).value).toEqual({ data: { __typename: 'Query' } });
  await client.dispose();
  for (const socket of silent) socket.terminate();
});
