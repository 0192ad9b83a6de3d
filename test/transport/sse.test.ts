import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeExecutableSchema } from '@graphql-tools/schema';
import express, { type RequestHandler } from 'express';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { createClient } from 'graphql-sse';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/access/limits.ts';
import { FeedCursor } from '../../src/feed/cursor.ts';
import { createDocuments } from '../../src/graphql/documents/documents.ts';
import { createGate } from '../../src/graphql/gate.ts';
import { operationPreparer } from '../../src/graphql/operation.ts';
import { Admission } from '../../src/http/admission.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Connections } from '../../src/transport/connections.ts';
import { Liveness } from '../../src/transport/liveness.ts';
import { streamTransport } from '../../src/transport/streams/transport.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
let bearer: string;

beforeEach(async () => {
  // The sweep that beats, expires and cuts runs when a test says so; sockets run by themselves.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
  server = await startTestServer();
  bearer = await token({ sub: 'c' });
});
afterEach(async () => {
  vi.useRealTimers();
  await server[Symbol.asyncDispose]();
});

const FOLLOW = 'subscription ($after: String) { kycStatusChanged(after: $after) { revision rejectLabels cursor } }';
const said = (label: string) => server.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: label });
const nextUpdate = (label: string) => expect.stringContaining(`"rejectLabels":["${label}"]`);

function post(body: object | string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/graphql/stream`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${bearer}`,
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The events of a stream, one at a time, as sent. Ends when the stream does. */
async function* events(response: Response): AsyncGenerator<string, void> {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const parts = (text + chunk).split('\n\n');
    text = parts.pop() ?? '';
    yield* parts;
  }
}

async function next(stream: AsyncGenerator<string, void>): Promise<string | undefined> {
  const { value } = await stream.next();
  return value ?? undefined;
}

test("graphql-sse's client follows, and queries", async () => {
  await said('A');
  const client = createClient({
    url: `${server.url}/graphql/stream`,
    headers: { authorization: `Bearer ${bearer}` },
    retryAttempts: 0,
  });
  const updates = client.iterate({ query: FOLLOW });
  expect((await updates.next()).value?.data).toMatchObject({ kycStatusChanged: { revision: 1, rejectLabels: ['A'] } });
  await said('B');
  expect((await updates.next()).value?.data).toMatchObject({ kycStatusChanged: { revision: 2, rejectLabels: ['B'] } });
  await updates.return?.();
  const results = client.iterate({ query: '{ myKyc { revision } }' });
  expect((await results.next()).value).toEqual({ data: { myKyc: { revision: 2 } } });
  expect((await results.next()).done).toBe(true);
  client.dispose();
});

describe('with fetch', () => {
  test("an event's ID is its cursor, and Last-Event-ID goes on after it, as `after` does", async () => {
    await said('A');
    const stream = events(await post({ query: FOLLOW }));
    expect(await next(stream)).toBe(':');
    const [id, event, data] = (await next(stream))?.split('\n') ?? [];
    const cursor = id?.slice('id: '.length) ?? '';
    expect(event).toBe('event: next');
    expect(JSON.parse(data?.slice('data: '.length) ?? '')).toEqual({
      data: { kycStatusChanged: { revision: 1, rejectLabels: ['A'], cursor } },
    });
    await stream.return();
    await said('B');
    await said('C');
    for (const response of [
      await post({ query: FOLLOW }, { 'last-event-id': cursor }),
      await post({ query: FOLLOW, variables: { after: cursor } }),
      // A browser's EventSource repeats the request as it was, and adds what it saw last.
      await post({ query: FOLLOW, variables: { after: 'long ago' } }, { 'last-event-id': cursor }),
    ]) {
      const resumed = events(response);
      expect(await next(resumed)).toBe(':');
      expect([await next(resumed), await next(resumed)]).toEqual([nextUpdate('B'), nextUpdate('C')]);
      await resumed.return();
    }
  });

  test('what is wrong with an operation comes as an event, so that a browser can read it', async () => {
    for (const [body, code] of [
      [{ query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
      [{ query: 'subscription { kycStatusChanged(customerId: "d") { revision } }' }, 'FORBIDDEN'],
      [{ query: 'subscription { kycUpdates { revision } }' }, 'FORBIDDEN'],
      [{ query: FOLLOW, variables: { after: 'no cursor' } }, 'BAD_USER_INPUT'],
      [{ query: FOLLOW, variables: { after: `k1.${'A'.repeat(22)}` } }, 'CURSOR_UNKNOWN'],
      [
        { query: `{ ${Array.from({ length: 21 }, (_, n) => `a${n}: myKyc { revision }`).join(' ')} }` },
        'QUERY_TOO_COMPLEX',
      ],
    ] as const) {
      const [comment, event, complete, ...rest] = await Array.fromAsync(events(await post(body)));
      expect([comment, rest]).toEqual([':', []]);
      expect(event).toMatch(/^event: next\n/);
      expect(event).toContain(`"extensions":{"code":"${code}"}`);
      expect(complete).toMatch(/^event: complete\ndata: ?$/);
    }
  });

  test('what is wrong with a request is an HTTP error', async () => {
    const long = { query: FOLLOW, variables: { pad: 'x'.repeat(70_000) } };
    for (const [response, status] of [
      [await post({ query: FOLLOW }, { authorization: '' }), 401],
      [await post({ query: FOLLOW }, { authorization: 'Bearer no.such.token' }), 401],
      [await post({ query: FOLLOW }, { accept: 'application/json' }), 406],
      [await post({ query: FOLLOW }, { 'content-type': 'text/plain' }), 415],
      [await post('{'), 400],
      [await post([]), 400],
      [await post({ query: 1 }), 400],
      [await post({ query: FOLLOW, variables: [] }), 400],
      [await post(long), 413],
      [
        await fetch(`${server.url}/graphql/stream`, { method: 'PUT', headers: { authorization: `Bearer ${bearer}` } }),
        405,
      ],
    ] as const) {
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: expect.any(String) } }] });
    }
  });

  test('a GET may follow and query', async () => {
    await said('A');
    const headers = { authorization: `Bearer ${bearer}`, accept: 'text/event-stream' };
    const get = (search: Record<string, string>) =>
      fetch(`${server.url}/graphql/stream?${new URLSearchParams(search)}`, { headers });
    const stream = events(await get({ query: FOLLOW, variables: '{"after":null}' }));
    expect([await next(stream), await next(stream)]).toEqual([':', nextUpdate('A')]);
    await stream.return();
    const answer = await Array.fromAsync(events(await get({ query: '{ myKyc { revision } }' })));
    expect(answer[1]).toBe('event: next\ndata: {"data":{"myKyc":{"revision":1}}}');
    expect((await get({ query: FOLLOW, variables: '{' })).status).toBe(400);
  });

  test('a quiet stream beats', async () => {
    const stream = events(await post({ query: FOLLOW }));
    expect(await next(stream)).toBe(':');
    const beat = next(stream);
    vi.advanceTimersByTime(16_000);
    expect(await beat).toBe(':');
    await stream.return();
  });

  test('a stream ends with its token, without a "complete": its client comes back', async () => {
    bearer = await token({ sub: 'c' }, '10s');
    await said('A');
    const stream = events(await post({ query: FOLLOW }));
    expect([await next(stream), await next(stream)]).toEqual([':', nextUpdate('A')]);
    vi.advanceTimersByTime(17_000);
    expect(await next(stream)).toBeUndefined();
  });

  test('one subject holds 50 connections, and gets the places of those that ended', async () => {
    const responses = await Promise.all(Array.from({ length: 50 }, () => post({ query: FOLLOW })));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await post({ query: FOLLOW });
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    await responses[0]?.body?.cancel();
    await vi.waitFor(async () => {
      const response = await post({ query: FOLLOW });
      await response.body?.cancel();
      expect(response.status).toBe(200);
    });
    await Promise.all(responses.slice(1).map(({ body }) => body?.cancel()));
  });
});

test('a client that stops reading costs a frame, is cut after 30 s without progress, and can resume', async () => {
  const big = async (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      const message = `${n} ${'m'.repeat(50_000)}`;
      await (await server.callback('c', { status: 'SOFT_KYC_FAILED', kycEndUserErrorMessage: message })).text();
    }
  };
  await said('A');
  const body = JSON.stringify({ query: 'subscription { kycStatusChanged { revision endUserMessage } }' });
  const stalled = connect(Number(new URL(server.url).port), '127.0.0.1');
  let received = '';
  stalled.setEncoding('utf8').on('data', (chunk) => {
    received += chunk;
  });
  stalled.write(
    `POST /graphql/stream HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${bearer}\r\nAccept: text/event-stream\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await vi.waitFor(() => expect(received).toContain('"revision":1'));
  stalled.pause();
  // More than the kernel's buffers take.
  await big(0, 300);
  const sent = await server.metric('xgateway_kyc_pushes_total{transport="sse"}');
  const before = await heldBytes();
  await big(300, 500);
  expect((await heldBytes()) - before).toBeLessThan(5e6);
  expect(await server.metric('xgateway_kyc_pushes_total{transport="sse"}')).toBe(sent);

  vi.advanceTimersByTime(31_000);
  const closed = new Promise((resolve) => stalled.once('close', resolve));
  stalled.resume();
  await closed;
  expect(await server.metric('xgateway_kyc_stalled_clients_total{transport="sse"}')).toBe(1);
  expect(await server.metric('xgateway_kyc_subscriptions{transport="sse"}')).toBe(0);
  // What has arrived whole; the client goes on after it.
  const whole = received.slice(0, received.lastIndexOf('\n\n'));
  const revisions = [...whole.matchAll(/"revision":(\d+)/g)].map(([, revision]) => Number(revision));
  expect(revisions).toEqual(Array.from({ length: revisions.length }, (_, n) => n + 1));
  const cursor = [...whole.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] ?? '';
  const resumed = events(await post({ query: FOLLOW }, { 'last-event-id': cursor }));
  expect(await next(resumed)).toBe(':');
  expect(await next(resumed)).toContain(`"revision":${revisions.length + 1},`);
  await resumed.return();
});

/** The memory that is still in use after everything that can go has gone. */
async function heldBytes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('a client that leaves while its subscription is being opened leaves nothing behind', async () => {
  vi.useRealTimers();
  const [asked, mayOpen, closed] = [1, 2, 3].map(() => Promise.withResolvers<void>());
  const cursor = new FeedCursor(
    { customerId: null, isAnchored: true, compare: () => 'behind', advance: () => true, read: async () => [] },
    { onStalled() {}, onUnanchored() {}, onClosed: () => closed?.resolve() },
  );
  const schema = makeExecutableSchema({
    typeDefs: 'type Query { a: Int } type Subscription { b: Int }',
    resolvers: {
      Subscription: {
        b: {
          async subscribe() {
            asked?.resolve();
            await mayOpen?.promise;
            return cursor;
          },
        },
      },
    },
  });
  const gone = Promise.withResolvers<void>();
  await using streams = await serveStreams(schema, (_request, response, next) => {
    response.once('close', () => gone.resolve());
    next();
  });
  const response = await fetch(`${streams.url}?query=subscription{b}`, { headers: { accept: 'text/event-stream' } });
  await asked?.promise;
  await response.body?.cancel();
  await gone.promise;
  mayOpen?.resolve();
  await closed?.promise;
});

test('a mutation needs a POST', async () => {
  vi.useRealTimers();
  const schema = buildSchema('type Query { a: Int } type Mutation { b: Int }');
  await using streams = await serveStreams(schema);
  const refused = await fetch(`${streams.url}?query=mutation{b}`, { headers: { accept: 'text/event-stream' } });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
  const answered = await fetch(streams.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"mutation { b }"}',
  });
  expect(await answered.text()).toContain('event: next\ndata: {"data":{"b":null}}\n\nevent: complete\n');
});

/** The transport alone, for a schema of the test's own; everybody may do everything. */
async function serveStreams(schema: GraphQLSchema, ...before: RequestHandler[]) {
  const policy = { limits: DEFAULT_LIMITS, introspection: 'everyone' } as const;
  const streams = streamTransport({
    authenticate: async () => ({ subject: 's', customerId: null, mayRead: true, mayAdmin: true, expiresAt: null }),
    addressOf: () => '127.0.0.1',
    contextFor: (viewer) => ({ viewer }) as never,
    gate: createGate({
      documents: createDocuments({ trusted: undefined, maxTokens: 1_000, log: createLog('silent') }),
      prepare: operationPreparer(schema, policy),
      admission: new Admission(DEFAULT_LIMITS),
      introspection: 'everyone',
    }),
    origins: { allowedOrigins: [], customAuthenticate: false },
    connections: new Connections(),
    liveness: new Liveness(),
    limits: DEFAULT_LIMITS,
    metrics: createMetrics(new Registry()),
    log: createLog('silent'),
    stallMs: 30_000,
  });
  const app = createServer(express().use(...before, streams.handler));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(app.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      await streams.stop();
      await new Promise((resolve) => app.close(resolve));
    },
  };
}
