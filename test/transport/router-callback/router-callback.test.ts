/** Apollo Router's HTTP callback protocol, against a callback endpoint that behaves as Router does. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShop } from '../../embedding/shop.ts';
import { type ApolloRouter, apolloRouter, type Subscribe, subscribeRequest } from '../../support/apollo-router.ts';
import { eventually } from '../../support/eventually.ts';
import { readerToken, startTestServer, type TestServer, token } from '../../support/server.ts';

const FOLLOW = 'subscription ($after: String) { kycStatusChanged(after: $after) { revision cursor } }';

let router: ApolloRouter;
let server: TestServer;
let alice: string;
beforeEach(async () => {
  router = await apolloRouter();
  server = await startTestServer({ subscriptionCallbackUrls: [router.callbackUrl] });
  alice = await token({ sub: 'alice' });
  await server.callback('alice', { status: 'CREATED' });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await router[Symbol.asyncDispose]();
});

const subscribe = (more: Partial<Subscribe> = {}) => router.subscribe(server, { query: FOLLOW, token: alice, ...more });
const revisions = (id?: string): number[] =>
  router.payloads(id).map((payload) => payload.data.kycStatusChanged.revision);
let label = 0;
const change = () => server.callback('alice', { status: 'SOFT_KYC_FAILED', kycRejectLabel: `L${label++}` });
const until = (expected: readonly number[], id?: string) =>
  eventually(() => JSON.stringify(revisions(id)) === JSON.stringify(expected));

test('a check comes before the answer, then each update in a message of its own', async () => {
  const answer = await subscribe();
  expect([answer.status, answer.headers.get('subscription-protocol')]).toEqual([200, 'callback/1.0']);
  expect(await answer.json()).toEqual({ data: null });
  expect(router.messages[0]).toEqual({
    kind: 'subscription',
    action: 'check',
    id: 'one',
    verifier: 'the verifier of one',
  });
  await until([1]);
  await change();
  await until([1, 2]);
  expect(router.messages.at(-1)).toMatchObject({
    kind: 'subscription',
    action: 'next',
    verifier: 'the verifier of one',
  });
  for (const series of ['connections', 'subscriptions', 'pushes_total']) {
    const expected = series === 'pushes_total' ? 2 : 1;
    expect(await server.metric(`xgateway_kyc_${series}{transport="callback"}`)).toBe(expected);
  }
  expect(server.logged.join()).not.toContain('the verifier of one');
});

test('Router ends a subscription with 404; what it held is given back', async () => {
  await subscribe();
  await until([1]);
  router.known.clear();
  await change();
  await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 0);
  expect(await server.metric('xgateway_kyc_subscriptions{transport="callback"}')).toBe(0);
  await change();
  expect(revisions()).toEqual([1, 2]);
  expect(router.messages.filter(({ action }) => action === 'complete')).toEqual([]);
});

test('heartbeats come at the interval that Router asks for, until it answers 404', async () => {
  await subscribe({ heartbeatIntervalMs: 1_000 });
  const checks = () => router.messages.filter(({ action }) => action === 'check').length;
  const startedAt = performance.now();
  await eventually(() => checks() === 3);
  const took = performance.now() - startedAt;
  expect(took).toBeGreaterThan(1_500);
  expect(took).toBeLessThan(3_500);
  router.known.clear();
  await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 0);
});

test('a shutdown ends subscriptions with an error, never with a quiet complete; the cursor goes on after it', async () => {
  await subscribe();
  await until([1]);
  const { cursor } = router.payloads()[0].data.kycStatusChanged;
  const restarted = server.restart(async () => {});
  expect((await router.completed()).errors?.[0]?.extensions.code).toBe('SHUTTING_DOWN');
  await restarted;
  await change();
  await subscribe({ id: 'two', variables: { after: cursor } });
  await until([2], 'two');
});

test('an expired token ends its subscriptions with an error', async () => {
  const short = await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 3);
  expect((await subscribe({ token: short })).status).toBe(200);
  expect((await router.completed()).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('a Router that cannot be reached for a while gets everything once, in order', async () => {
  await subscribe();
  await until([1]);
  await router.stop();
  for (let count = 0; count < 3; count++) await change();
  await router.start();
  await until([1, 2, 3, 4]);
  router.misbehave = ({ action }, response) => action === 'next' && !!response.writeHead(503).end();
  await change();
  await eventually(() => revisions().length === 6);
  router.misbehave = () => false;
  await change();
  await eventually(() => revisions().at(-1) === 6);
  expect([...new Set(revisions())]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('Router that comes back with the same subscription goes on after the last update it has', async () => {
  await subscribe();
  await until([1]);
  await change();
  await until([1, 2]);
  // The same again while it is open: the first one ends without a word.
  expect((await subscribe()).status).toBe(200);
  await change();
  await until([1, 2, 3]);
  expect(await server.metric('xgateway_kyc_connections{transport="callback"}')).toBe(1);
  // After it has ended with an error.
  router.misbehave = ({ action }, response) => action === 'next' && !!response.writeHead(403).end();
  await change();
  expect((await router.completed()).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_CALLBACK_FAILED');
  router.misbehave = () => false;
  expect((await subscribe()).status).toBe(200);
  await until([1, 2, 3, 4, 4]);
  expect(router.messages.filter(({ action }) => action === 'complete')).toHaveLength(1);
});

test('two of the same at once leave one', async () => {
  await Promise.all([subscribe(), subscribe(), subscribe()]);
  await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 1);
  await change();
  await eventually(() => revisions().at(-1) === 2);
  await change();
  await eventually(() => revisions().at(-1) === 3);
  expect(revisions().filter((revision) => revision === 3)).toEqual([3]);
});

test('another subject has a subscription of its own, whatever its ID', async () => {
  const reader = await readerToken();
  await subscribe();
  await until([1]);
  const all = { query: 'subscription { kycUpdates { revision } }', token: reader };
  expect((await subscribe(all)).status).toBe(200);
  await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 2);
});

test('a server on the Fetch API registers subscriptions too', async () => {
  await using shop = await openShop({ subscriptionCallbackUrls: [router.callbackUrl] });
  await shop.receive('alice', 'CREATED');
  const sent = subscribeRequest(router, { query: FOLLOW, token: alice, id: 'fetched' });
  const answer = await shop.gateway.fetch(new Request('https://shop.example/graphql', sent));
  expect([answer.status, await answer.json()]).toEqual([200, { data: null }]);
  await until([1], 'fetched');
});

test('queries and mutations are answered as ever, with the same Accept', async () => {
  const ask = async (body: object) => {
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        accept: 'application/json;callbackSpec=1.0,application/json',
        'content-type': 'application/json',
        authorization: `Bearer ${alice}`,
      },
      body: JSON.stringify(body),
    });
    return [response.status, await response.json()];
  };
  expect(await ask({ query: '{ myKyc { revision } }' })).toEqual([200, { data: { myKyc: { revision: 1 } } }]);
});
