/** Floods of bad tokens: counted by address, never in the way of a good token, and no work for the issuer of the keys. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { jwtAuthenticator } from '../../src/access/jwt.ts';
import { MAX_FAILED_TOKENS_PER_MINUTE } from '../../src/gateway/failed-tokens.ts';
import { adminToken, startTestServer, type TestServer, token } from '../support/server.ts';

describe('bad tokens from one address', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ trustProxy: 1 });
    await flood('203.0.113.1', MAX_FAILED_TOKENS_PER_MINUTE);
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const ask = (path: string, bearer: string, address: string) =>
    fetch(server.url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${bearer}`,
        'x-forwarded-for': address,
      },
      body: JSON.stringify({ query: '{ myKyc { status } }' }),
    });
  const flood = async (address: string, count: number) => {
    for (let sent = 0; sent < count; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, one) => ask('/graphql', `bad.${sent + one}.token`, address)));
    }
  };

  test('the next one gets 429 with Retry-After, over HTTP and SSE and at the metrics, however the address is written', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      for (const address of ['203.0.113.1', '203.0.113.1:50123', '[::ffff:203.0.113.1]:443']) {
        const answer = await ask(path, 'bad.again.token', address);
        expect([path, address, answer.status]).toEqual([path, address, 429]);
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60);
        expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_MANY_REQUESTS' } }] });
      }
    }
    const headers = { authorization: 'Bearer bad.again.token', 'x-forwarded-for': '203.0.113.1' };
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(429);
  });

  test('a valid token from there is served, and so is a bad one from another address', async () => {
    for (const path of ['/graphql', '/graphql/stream']) {
      expect((await ask(path, await token({ sub: 'alice' }), '203.0.113.1')).status).toBe(200);
      expect((await ask(path, 'bad.token', '203.0.113.2')).status).toBe(401);
    }
    const headers = { authorization: `Bearer ${await adminToken()}`, 'x-forwarded-for': '203.0.113.1' };
    expect((await fetch(`${server.url}/metrics`, { headers })).status).toBe(200);
  });

  test('tokens that fail over WebSocket count too; the socket still closes with 4403, and a valid token is acknowledged', async () => {
    await using own = await startTestServer();
    const open = async (bearer: string) => {
      const socket = new WebSocket(own.wsUrl, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } }));
      const answer = await Promise.race([
        once(socket, 'close').then(([code]) => code as number),
        once(socket, 'message').then(([data]) => (JSON.parse(String(data)) as { type: string }).type),
      ]);
      socket.terminate();
      return answer;
    };
    for (let opened = 0; opened < MAX_FAILED_TOKENS_PER_MINUTE; opened += 50) {
      const codes = await Promise.all(Array.from({ length: 50 }, (_, one) => open(`bad.${opened + one}.token`)));
      expect(new Set(codes)).toEqual(new Set([4403]));
    }
    expect(await open('bad.again.token')).toBe(4403);
    const headers = { authorization: 'Bearer bad.again.token', 'content-type': 'application/json' };
    const answer = await fetch(`${own.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' });
    expect(answer.status).toBe(429);
    expect(await open(await token({ sub: 'alice' }))).toBe('connection_ack');
  });
});

describe('tokens that fail over WebSocket behind a trusted proxy', () => {
  test('count against the address that the proxy names, not against the proxy', async () => {
    await using own = await startTestServer({ trustProxy: 1 });
    const open = async (address: string) => {
      const socket = new WebSocket(own.wsUrl, 'graphql-transport-ws', { headers: { 'x-forwarded-for': address } });
      await once(socket, 'open');
      socket.send('{"type":"connection_init","payload":{"authorization":"Bearer bad.token"}}');
      await once(socket, 'close');
    };
    for (let opened = 0; opened < MAX_FAILED_TOKENS_PER_MINUTE; opened += 50) {
      await Promise.all(Array.from({ length: 50 }, () => open('203.0.113.1')));
    }
    const status = async (address: string) => {
      const headers = {
        authorization: 'Bearer bad.token',
        'content-type': 'application/json',
        'x-forwarded-for': address,
      };
      return (await fetch(`${own.url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' }))
        .status;
    };
    expect([await status('203.0.113.1'), await status('203.0.113.2')]).toEqual([429, 401]);
  });
});

describe('while the signing keys cannot be fetched', () => {
  test.each<[string, RequestListener]>([
    ['answers 500', (_request, response) => response.writeHead(500).end()],
    ['redirects', (_request, response) => response.writeHead(302, { location: '/' }).end()],
    ['answers HTML', (_request, response) => response.setHeader('content-type', 'text/html').end('<html>')],
    ['answers JSON that is no key set', (_request, response) => response.end('{"error":"maintenance"}')],
    ['cuts its answer', (_request, response) => response.write('{"keys":[', () => response.destroy())],
    ['closes the connection', (request) => request.socket.destroy()],
  ])('an issuer that %s is asked once in 3 seconds, however many bad tokens come', async (_name, answer) => {
    let requests = 0;
    const issuer = createServer((request, response) => {
      requests++;
      answer(request, response);
    });
    await once(issuer.listen(0, '127.0.0.1'), 'listening');
    const jwksUrl = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}/jwks.json`;
    const authenticate = jwtAuthenticator({ key: { jwksUrl } });
    const { privateKey } = await generateKeyPair('ES256');
    const startedAt = performance.now();
    for (let round = 0; round < 4; round++) {
      const answers = await Promise.allSettled(
        Array.from({ length: 50 }, async (_, one) => {
          const bearer = await new SignJWT({ sub: 'c', exp: 9_999_999_999 })
            .setProtectedHeader({ alg: 'ES256', kid: `${round} ${one}` })
            .sign(privateKey);
          return authenticate({ headers: { authorization: `Bearer ${bearer}` } });
        }),
      );
      const codes = answers.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code);
      expect(new Set(codes)).toEqual(new Set(['AUTHENTICATION_UNAVAILABLE']));
    }
    // One more for each 3 seconds that a slow machine takes.
    expect(requests).toBeLessThanOrEqual(1 + Math.floor((performance.now() - startedAt) / 3_000));
    issuer.closeAllConnections();
    issuer.close();
  });
});
