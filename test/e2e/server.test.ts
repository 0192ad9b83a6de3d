/** The server around the gateway: health, who may see metrics, CORS, and what else comes to its port. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { adminToken, readerToken, startTestServer } from '../support/server.ts';

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

test('health: alive, and ready to record', async () => {
  await using server = await startTestServer();
  for (const [path, status] of [
    ['live', 'live'],
    ['ready', 'ready'],
  ]) {
    const response = await fetch(`${server.url}/health/${path}`);
    expect([response.status, await response.json()]).toEqual([200, { status }]);
  }
});

test('metrics are for kyc:admin', async () => {
  await using server = await startTestServer();
  const status = async (bearer?: string) => {
    const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${server.url}/metrics`, { headers });
    return [response.status, (await response.text()).includes('xgateway_kyc_callbacks_total')];
  };
  expect(await status()).toEqual([401, false]);
  expect(await status('no.such.token')).toEqual([401, false]);
  expect(await status(await readerToken())).toEqual([403, false]);
  expect(await status(await adminToken())).toEqual([200, true]);
});

test('or without a token on a port of their own, and then not on the main one', async () => {
  const metricsPort = await freePort();
  await using server = await startTestServer({ metricsPort });
  const own = await fetch(`http://127.0.0.1:${metricsPort}/metrics`);
  expect([own.status, await own.text()]).toEqual([200, expect.stringContaining('nodejs_eventloop_lag_seconds')]);
  expect((await fetch(`http://127.0.0.1:${metricsPort}/graphql`)).status).toBe(404);
  const headers = { authorization: `Bearer ${await adminToken()}` };
  expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(404);
});

test('metrics hold no customer, no secret and no token', async () => {
  await using server = await startTestServer();
  await server.callback('a-customer-of-note', { status: 'A STATUS OF NOTE' });
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  expect(metrics).not.toContain('of-note');
  expect(metrics).not.toContain('OF NOTE');
});

test('CORS: the origins that are named, for GraphQL alone', async () => {
  await using server = await startTestServer({ corsOrigins: ['https://shop.example', 'https://admin.example'] });
  const allowed = async (origin: string, path: string, method = 'OPTIONS') => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const response = await fetch(`${server.url}${path}`, { method, headers });
    await response.arrayBuffer();
    return [response.headers.get('access-control-allow-origin'), response.headers.get('access-control-allow-headers')];
  };
  expect(await allowed('https://shop.example', '/graphql')).toEqual(['https://shop.example', 'authorization']);
  expect(await allowed('https://admin.example', '/graphql/stream')).toEqual(['https://admin.example', 'authorization']);
  expect(await allowed('https://evil.example', '/graphql')).toEqual([null, expect.anything()]);
  for (const path of ['/callbacks/kyc', '/metrics', '/health/ready']) {
    expect(await allowed('https://shop.example', path, 'POST')).toEqual([null, null]);
  }
});

test('CORS: nobody by default, anybody with *', async () => {
  for (const [corsOrigins, answer] of [
    [[], null],
    [['*'], '*'],
  ] as const) {
    await using server = await startTestServer({ corsOrigins });
    const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers: { origin: 'https://x.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBe(answer);
  }
});

test('an unknown path is 404 as JSON, without naming the software', async () => {
  await using server = await startTestServer();
  for (const path of ['/nothing', '/%ff', '/callbacks', '/callbacks/kyc/more']) {
    const response = await fetch(`${server.url}${path}`);
    expect([path, response.status]).toEqual([path, 404]);
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
  }
});

test('health and metrics are read, and nothing else', async () => {
  await using server = await startTestServer();
  for (const path of ['/health/live', '/health/ready', '/metrics']) {
    const response = await fetch(`${server.url}${path}`, { method: 'POST' });
    expect([path, response.status, response.headers.get('allow')]).toEqual([path, 405, 'GET, HEAD']);
    expect(await response.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
  }
});

test('an upgrade that nobody takes is refused, and holds no connection', async () => {
  await using server = await startTestServer();
  const socket = new WebSocket(`${server.wsUrl}/elsewhere`).on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response', { signal: AbortSignal.timeout(5_000) });
  expect(response.statusCode).toBe(404);
});

test('a client that speaks another protocol gets an answer that says so', async () => {
  await using server = await startTestServer();
  const closeCode = (protocol?: string) =>
    new Promise((resolve) => new WebSocket(server.wsUrl, protocol).on('error', () => {}).on('close', resolve));
  // The first client has hung up by itself: the server did not agree to its protocol.
  expect(await Promise.all([closeCode('graphql-ws'), closeCode()])).toEqual([1006, 4406]);
});

test('a socket that never authenticates is closed', async () => {
  await using server = await startTestServer();
  const socket = new WebSocket(server.wsUrl, 'graphql-transport-ws');
  const [code] = await once(socket, 'close');
  expect(code).toBe(4408);
});

test('no cache keeps an answer of GraphQL, whatever the transport and the status', async () => {
  await using server = await startTestServer();
  const authorization = `Bearer ${await readerToken()}`;
  const post = (path: string, body: string, headers = {}) =>
    fetch(`${server.url}${path}`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
  const query = '{"query":"{ kycStatusCounts { count } }"}';
  for (const response of [
    await post('/graphql', query, { authorization }),
    await post('/graphql', query, { authorization: 'Bearer no.such.token' }),
    await post('/graphql', 'x'.repeat(70_000), { authorization }),
    await post('/graphql/stream', query, { authorization, accept: 'text/event-stream' }),
  ]) {
    await response.body?.cancel();
    expect([response.status, response.headers.get('cache-control')]).toEqual([
      response.status,
      expect.stringContaining('no-store'),
    ]);
  }
});

test('however often readiness is asked, the journal is written at most once a second, and callbacks go on', async () => {
  await using server = await startTestServer();
  const ready = await Promise.all(
    Array.from({ length: 200 }, async () => {
      const response = await fetch(`${server.url}/health/ready`);
      await response.arrayBuffer();
      return response.status;
    }),
  );
  expect(new Set(ready)).toEqual(new Set([200]));
  expect((await server.callback('c', { status: 'CREATED' })).status).toBe(200);
});
