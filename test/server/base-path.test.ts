/** The server under a path prefix: over every transport, with the prefix and without it. */
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { adminToken, ask, readerToken, signedCallback, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
let origin: string;
beforeAll(async () => {
  server = await startTestServer({ basePath: '/shop/kyc', trustProxy: 1 });
  origin = new URL(server.url).origin;
});
afterAll(() => server[Symbol.asyncDispose]());

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const location = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(origin + path, { headers: { ...browser, ...headers }, redirect: 'manual' });
  return [response.status, response.headers.get('location')];
};

test('its URL carries the prefix', () => {
  expect(new URL(server.url).pathname).toBe('/shop/kyc');
});

describe.each(['/shop/kyc', ''])('requests below "%s"', (prefix) => {
  test('callbacks, GraphQL, health and metrics are served', async () => {
    const customer = `customer${prefix.length}`;
    const body = signedCallback(customer, { status: 'CREATED' });
    const post = (path: string) => fetch(origin + path, { method: 'POST', body });
    expect((await post(`${prefix}/callbacks/kyc`)).status).toBe(200);
    expect(await (await post(`/${prefix}//callbacks/kyc/`)).json()).toEqual({ outcome: 'unchanged', revision: 1 });
    const answer = await ask(origin + prefix, `{ kyc(customerId: "${customer}") { status } }`, await readerToken());
    expect(answer.data).toEqual({ kyc: { status: 'CREATED' } });
    expect((await fetch(`${origin}${prefix}/health/ready`)).status).toBe(200);
    const headers = { authorization: `Bearer ${await adminToken()}` };
    expect((await fetch(`${origin}${prefix}/metrics`, { headers })).status).toBe(200);
  });

  test('a request target in absolute form reaches its path', async () => {
    const post = (path: string) => {
      const request = httpRequest(origin, { method: 'POST', path });
      request.end(signedCallback(`absolute${prefix.length}`, { status: 'CREATED' }));
      return once(request, 'response').then(([response]: IncomingMessage[]) => response?.resume().statusCode);
    };
    for (const host of ['http://kyc.example', 'HTTPS://kyc.example:8443', origin]) {
      expect([host, await post(`${host}${prefix}/callbacks/kyc`)]).toEqual([host, 200]);
      expect([host, await post(`${host}/${prefix}//callbacks/kyc/?a=b`)]).toEqual([host, 200]);
      expect([host, await post(`${host}?x=/callbacks/kyc`)]).toEqual([host, 404]);
    }
  });

  test('WebSocket upgrades and event streams are served', async () => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${prefix}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    socket.terminate();
    const stream = await fetch(`${origin}${prefix}/graphql/stream`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        authorization: `Bearer ${await readerToken()}`,
      },
      body: JSON.stringify({ query: 'subscription { kycUpdates { customerId } }' }),
    });
    expect(stream.headers.get('content-type')).toContain('text/event-stream');
    await stream.body?.cancel();
  });

  test('redirects, the console and GraphiQL carry the public prefix, and what they name is there', async () => {
    expect(await location(`${prefix}/`)).toEqual([302, '/shop/kyc/console']);
    for (const path of ['/console', '/graphql']) {
      const html = await (await fetch(`${origin}${prefix}${path}`, { headers: browser })).text();
      expect(html).toContain('data-graphql="/shop/kyc/graphql"');
      const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => String(file));
      expect(files.length).toBeGreaterThanOrEqual(3);
      for (const file of files) {
        expect(file).toMatch(/^\/shop\/kyc\/(console|graphql)\//);
        const asset = await fetch(origin + file);
        expect([file, asset.status]).toEqual([file, 200]);
        await asset.body?.cancel();
      }
    }
  });
});

test('a trusted proxy names the prefix that it has removed; a prefix that is none is ignored', async () => {
  const from = (prefix: string) => location('/', { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-prefix': prefix });
  expect(await from('/pay')).toEqual([302, '/pay/console']);
  for (const forged of ['//evil.example', 'https://evil.example', '/../..']) {
    expect(await from(forged)).toEqual([302, '/shop/kyc/console']);
  }
  const headers = { ...browser, 'x-forwarded-prefix': '/pay' };
  const html = await (await fetch(`${origin}/console`, { headers })).text();
  expect(html).toContain('data-graphql="/pay/graphql"');
  expect(html).toContain('"/pay/console/assets/');
});

test('without a trusted proxy, X-Forwarded-Prefix changes nothing', async () => {
  await using plain = await startTestServer();
  const headers = { ...browser, 'x-forwarded-prefix': '/pay' };
  const response = await fetch(plain.url, { headers, redirect: 'manual' });
  expect(response.headers.get('location')).toBe('/console');
});

test('paths beside the prefix are 404', async () => {
  expect((await fetch(`${origin}/shop/graphql`)).status).toBe(404);
  expect((await fetch(`${origin}/shop/kycs/health/live`)).status).toBe(404);
});
