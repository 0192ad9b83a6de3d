/** One endpoint: `/graphql` answers a subscription in the format that its client accepts. With the stock clients. */
import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { fetchExchange, Client as UrqlClient } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestServer, type TestServer, token } from '../../support/server.ts';

const FOLLOW = 'subscription { kycStatusChanged { revision status } }';

let server: TestServer;
let headers: Record<string, string>;
beforeEach(async () => {
  server = await startTestServer();
  headers = { authorization: `Bearer ${await token({ sub: 'alice' })}` };
  await server.callback('alice', { status: 'CREATED' });
});
afterEach(async () => server[Symbol.asyncDispose]());

/** Collects what something calls back with: `nth(1)` resolves with the first result. */
function results() {
  const taken: PromiseWithResolvers<unknown>[] = [Promise.withResolvers(), Promise.withResolvers()];
  let count = 0;
  return {
    take: (result: unknown) => taken[count++]?.resolve(result),
    fail: (error: unknown) => taken[count]?.reject(error),
    nth: (number: number) => taken[number - 1]?.promise,
  };
}
const twice = [
  { kycStatusChanged: { revision: 1, status: 'CREATED' } },
  { kycStatusChanged: { revision: 2, status: 'FULL_USER' } },
];

test("Apollo Client's HttpLink subscribes by multipart, and queries by JSON", async () => {
  const link = new HttpLink({ uri: `${server.url}/graphql`, headers });
  const client = new ApolloClient({ link, cache: new InMemoryCache({ addTypename: false } as object) });
  const { nth, take, fail } = results();
  const subscription = client
    .subscribe({ query: gql(FOLLOW) })
    .subscribe({ next: ({ data, error }) => (error ? fail(error) : take(data)), error: fail });
  expect(await nth(1)).toMatchObject(twice[0] as object);
  await server.callback('alice', { status: 'FULL_USER' });
  expect(await nth(2)).toMatchObject(twice[1] as object);
  expect(await server.metric('xgateway_kyc_subscriptions{transport="multipart"}')).toBe(1);
  subscription.unsubscribe();
  const { data } = await client.query({ query: gql('{ myKyc { status } }'), fetchPolicy: 'network-only' });
  expect(data).toMatchObject({ myKyc: { status: 'FULL_USER' } });
  client.stop();
});

test('urql, which accepts everything, subscribes by server-sent events and queries by JSON', async () => {
  const client = new UrqlClient({
    url: `${server.url}/graphql`,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    fetchOptions: { headers },
    preferGetMethod: false,
  });
  const { nth, take, fail } = results();
  const { unsubscribe } = client
    .subscription(FOLLOW, {})
    .subscribe(({ data, error }) => (error ? fail(error) : take(data)));
  expect(await nth(1)).toMatchObject(twice[0] as object);
  await server.callback('alice', { status: 'FULL_USER' });
  expect(await nth(2)).toMatchObject(twice[1] as object);
  unsubscribe();
  expect((await client.query('{ myKyc { status } }', {}).toPromise()).data).toMatchObject({
    myKyc: { status: 'FULL_USER' },
  });
});

test('graphql-sse in its distinct connections mode', async () => {
  const client = createSseClient({ url: `${server.url}/graphql`, headers, retryAttempts: 0 });
  const updates = client.iterate({ query: FOLLOW });
  expect((await updates.next()).value).toEqual({ data: twice[0] });
  await server.callback('alice', { status: 'FULL_USER' });
  expect((await updates.next()).value).toEqual({ data: twice[1] });
  const query = client.iterate({ query: '{ myKyc { status } }' });
  expect((await query.next()).value).toEqual({ data: { myKyc: { status: 'FULL_USER' } } });
  client.dispose();
});

const ask = (accept: string, query: string, method = 'POST') =>
  method === 'GET'
    ? fetch(`${server.url}/graphql?${new URLSearchParams({ query })}`, { headers: { ...headers, accept } })
    : fetch(`${server.url}/graphql`, {
        method,
        headers: { ...headers, accept, 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });

test.each([
  ['application/json', '{ myKyc { status } }', 200, 'application/json'],
  ['text/event-stream, application/json', '{ myKyc { status } }', 200, 'application/json'],
  ['text/event-stream, application/json', '{ myKyc { status } } # subscription', 200, 'application/json'],
  ['text/event-stream, application/json', 'subscription { nothing }', 400, 'application/json'],
  ['text/event-stream;q=0.5, application/json', '{ kyc(customerId: "bob") { status } }', 200, 'application/json'],
  ['text/event-stream', '{ myKyc { status } }', 200, 'text/event-stream'],
  ['multipart/mixed;boundary=graphql;subscriptionSpec=1.0', '{ myKyc { status } }', 200, 'multipart/mixed'],
  [
    'multipart/mixed;boundary=graphql;subscriptionSpec="1.0", application/json',
    '{ myKyc { status } }',
    200,
    'application/json',
  ],
  ['application/json', 'subscription { kycStatusChanged { status } }', 400, 'application/json'],
  ['text/event-stream;q=0, application/json', 'subscription { kycStatusChanged { status } }', 400, 'application/json'],
  [
    'multipart/mixed;deferSpec=20220824, application/json',
    'subscription { kycStatusChanged { status } }',
    400,
    'application/json',
  ],
])('Accept: %s, %s is answered %i %s', async (accept, query, status, type) => {
  const response = await ask(accept, query);
  expect([response.status, response.headers.get('content-type')?.split(';')[0]]).toEqual([status, type]);
  await response.text();
});

test('an EventSource may open /graphql by GET; a mutation by GET is refused', async () => {
  const stream = await ask('text/event-stream', FOLLOW, 'GET');
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
  await stream.body?.cancel();
  const mutation = await ask('text/event-stream', 'mutation { refreshKyc(customerId: "alice") { outcome } }', 'GET');
  expect(mutation.status).toBe(405);
});

test('a multipart stream that the server ends says why, and closes its last part', async () => {
  const response = await ask('multipart/mixed;subscriptionSpec=1.0', FOLLOW);
  const [text] = await Promise.all([response.text(), server.restart()]);
  expect(text).toMatch(/^\r\n--graphql\r\nContent-Type: application\/json\r\n\r\n\{"payload":\{"data":/);
  expect(text).toMatch(
    /"payload":null,"errors":\[\{"message":"[^"]+","extensions":\{"code":"SHUTTING_DOWN"\}\}\]\}\r\n--graphql--\r\n$/,
  );
});
