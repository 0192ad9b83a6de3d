/** The gateway on the Fetch API, as Hono, Next.js, Bun and Deno call it. */
import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShop, type Shop } from '../embedding/shop.ts';
import { eventually } from '../support/eventually.ts';
import { signedCallback, token } from '../support/server.ts';

let shop: Shop;
let bearer: string;
beforeEach(async () => {
  shop = await openShop();
  bearer = await token({ sub: 'alice' });
});
afterEach(async () => shop[Symbol.asyncDispose]());

const callback = (status: string, said: object = {}) =>
  new Request('https://shop.example/callbacks/kyc', {
    method: 'POST',
    body: signedCallback('alice', { status, ...said }),
  });
const graphql = (query: string, init: RequestInit & { accept?: string } = {}) =>
  new Request('https://shop.example/api/graphql', {
    method: 'POST',
    body: JSON.stringify({ query }),
    ...init,
    headers: {
      'content-type': 'application/json',
      accept: init.accept ?? 'application/json',
      authorization: `Bearer ${bearer}`,
    },
  });
const subscriptions = async () => {
  const text = await shop.gateway.metrics.registry.metrics();
  return Number(/^xgateway_kyc_subscriptions\{transport="sse"\} (\d+)$/m.exec(text)?.[1] ?? 0);
};

test('callbacks, queries and errors have the status, headers and body of Node', async () => {
  const { fetch } = shop.gateway;
  const applied = await fetch(callback('FULL_USER'));
  expect([applied.status, await applied.json()]).toEqual([200, { outcome: 'applied', revision: 1 }]);
  expect(applied.headers.get('x-request-id')).toBeTruthy();
  expect((await fetch.callbacks(new Request('https://shop.example/any', { method: 'POST', body: '{' }))).status).toBe(
    400,
  );
  const refused = await fetch.callbacks(new Request('https://shop.example/any'), { remoteAddress: '203.0.113.7' });
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
  const answer = await fetch(graphql('{ myKyc { verified } }'));
  expect([answer.status, await answer.json()]).toEqual([200, { data: { myKyc: { verified: true } } }]);
  const get = new Request('https://shop.example/graphql?query={myKyc{status}}', {
    headers: { authorization: `Bearer ${bearer}` },
  });
  expect(await (await fetch.graphql(get)).json()).toEqual({ data: { myKyc: { status: 'FULL_USER' } } });
  bearer = 'no.such.token';
  expect((await fetch(graphql('{ myKyc { status } }'))).status).toBe(401);
});

test('a subscription is a stream that is filled as it is read, and cancelling it ends it', async () => {
  const { fetch } = shop.gateway;
  await fetch(callback('CREATED'));
  const answer = await fetch(
    graphql('subscription { kycStatusChanged { rejectLabels } }', { accept: 'text/event-stream' }),
  );
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const text = async () => Buffer.from((await reader.read()).value ?? []).toString();
  expect(await text()).toBe(':\n\n');
  expect(await text()).toContain('"rejectLabels":[]');
  // Nobody reads: what is pushed waits in the journal, not here.
  const before = Number(
    /pushes_total\{transport="sse"\} (\d+)/.exec(await shop.gateway.metrics.registry.metrics())?.[1],
  );
  for (let index = 0; index < 20; index++)
    await fetch(callback('SOFT_KYC_FAILED', { kycRejectLabel: `L${index}-${'x'.repeat(4_000)}` }));
  const after = Number(
    /pushes_total\{transport="sse"\} (\d+)/.exec(await shop.gateway.metrics.registry.metrics())?.[1],
  );
  expect(after - before).toBeLessThanOrEqual(6);
  for (let index = 0; index < 20; index++) expect(await text()).toContain(`"L${index}-`);
  expect(await subscriptions()).toBe(1);
  await reader.cancel();
  await eventually(async () => (await subscriptions()) === 0);
});

test('a request that its client aborts ends the subscription', async () => {
  await shop.gateway.fetch(callback('CREATED'));
  const aborted = new AbortController();
  const request = graphql('subscription { kycStatusChanged { status } }', {
    accept: 'text/event-stream',
    signal: aborted.signal,
  });
  const answer = await shop.gateway.fetch(request);
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await eventually(async () => (await subscriptions()) === 1);
  aborted.abort();
  await expect(reader.read().then(() => reader.read())).rejects.toThrow();
  await eventually(async () => (await subscriptions()) === 0);
  expect(getEventListeners(aborted.signal, 'abort').length).toBeLessThanOrEqual(1);
});

test('the end of the gateway ends the stream', async () => {
  await shop.gateway.fetch(callback('CREATED'));
  const answer = await shop.gateway.fetch(
    graphql('subscription { kycStatusChanged { status } }', { accept: 'multipart/mixed;subscriptionSpec=1.0' }),
  );
  const [text] = await Promise.all([answer.text(), shop.gateway.drain()]);
  expect(text).toContain('SHUTTING_DOWN');
});
