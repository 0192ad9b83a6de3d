/** The handlers on plain `node:http` and in frameworks that are not Express: no callback is passed on and lost. */
import { createServer, type RequestListener } from 'node:http';
import fastify from 'fastify';
import { createClient as createSseClient } from 'graphql-sse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ask, signedCallback, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ passOtherCallbackTypes: true });
});
afterEach(async () => shop[Symbol.asyncDispose]());

/** Routes by hand, with whatever URL is left to the handlers. */
const listener =
  (rewrite: (url: string) => string = (url) => url): RequestListener =>
  (request, response) => {
    const { gateway } = shop;
    const url = request.url ?? '';
    request.url = rewrite(url);
    if (url.startsWith('/hooks')) gateway.callbacks(request, response);
    else if (url.startsWith('/graphql/stream')) gateway.stream(request, response);
    else gateway.graphql(request, response);
  };

test.each([
  ['the whole URL', (url: string) => url],
  ['no path', () => '/'],
  ['an empty URL', () => ''],
])('plain node:http, with %s left', async (_name, rewrite) => {
  const url = await shop.serve(createServer(listener(rewrite)));
  const callback = await fetch(`${url}/hooks/kyc`, {
    method: 'POST',
    body: signedCallback('alice', { status: 'FULL_USER' }),
  });
  expect([callback.status, await callback.json()]).toEqual([200, { outcome: 'applied', revision: 1 }]);
  const bearer = await token({ sub: 'alice' });
  expect(await ask(url, '{ myKyc { verified } }', bearer)).toEqual({ data: { myKyc: { verified: true } } });
  const client = createSseClient({
    url: `${url}/graphql/stream`,
    headers: { authorization: `Bearer ${bearer}` },
    retryAttempts: 0,
  });
  const updates = client.iterate({ query: 'subscription { kycStatusChanged { status } }' });
  expect((await updates.next()).value).toEqual({ data: { kycStatusChanged: { status: 'FULL_USER' } } });
  client.dispose();
});

test('without a next handler other callback types and errors are answered', async () => {
  const url = await shop.serve(createServer(listener()));
  const other = await fetch(`${url}/hooks`, { method: 'POST', body: '{"callbackType":"transaction"}' });
  expect(other.status).toBe(422);
  expect((await fetch(`${url}/hooks`)).status).toBe(405);
  expect((await fetch(`${url}/graphql`, { method: 'POST', body: '{}' })).status).toBe(400);
});

test("Fastify's hijack", async () => {
  const app = fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request: unknown, _payload: unknown, done: (error: null) => void) => done(null));
  app.post('/hooks/kyc', (request, reply) => {
    reply.hijack();
    shop.gateway.callbacks(request.raw, reply.raw);
  });
  const url: string = await app.listen({ port: 0, host: '127.0.0.1' });
  const callback = await fetch(`${url}/hooks/kyc`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: signedCallback('alice', { status: 'FULL_USER' }),
  });
  expect(callback.status).toBe(200);
  expect((await shop.gateway.kyc('alice'))?.verified).toBe(true);
  await app.close();
});
