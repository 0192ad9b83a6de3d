/** Other people's clients against the server: Apollo Client 4 over each of its transports, and what Postman sends. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { installedModule } from './installed.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server[Symbol.asyncDispose]());

let customers = 0;
let customer = '';
let authorization = '';
beforeEach(async () => {
  customer = `customer-${customers++}`;
  authorization = `Bearer ${await token({ sub: customer })}`;
  await server.callback(customer, { status: 'KYC_PENDING' });
});

const { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql, Observable } = installedModule('@apollo/client');
const { print } = installedModule('graphql');

interface Operation {
  readonly query: object;
  readonly variables: Record<string, unknown>;
}

//#region recipe
/** Subscriptions over server-sent events. */
const sseLink = (client: ReturnType<typeof createSseClient>) =>
  new ApolloLink(
    ({ query, variables }: Operation) =>
      new Observable((sink: never) => client.subscribe({ query: print(query), variables }, sink)),
  );
//#endregion

const LINKS: Readonly<Record<string, () => { link: object; close?: () => void }>> = {
  'WebSocket, by GraphQLWsLink': () => {
    const { GraphQLWsLink } = installedModule('@apollo/client/link/subscriptions');
    const client = createClient({
      url: server.wsUrl,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
    });
    return { link: new GraphQLWsLink(client), close: () => client.dispose() };
  },
  'multipart, by HttpLink': () => ({
    link: new HttpLink({ uri: `${server.url}/graphql`, headers: { authorization } }),
  }),
  'server-sent events, by a link around graphql-sse': () => {
    const client = createSseClient({ url: `${server.url}/graphql`, headers: { authorization } });
    return { link: sseLink(client), close: () => client.dispose() };
  },
};

test.each(Object.entries(LINKS))('Apollo Client 4 over %s', async (_name, open) => {
  const { link, close } = open();
  const apollo = new ApolloClient({ link, cache: new InMemoryCache() });
  const { data } = await apollo.query({ query: gql('{ myKyc { status } }') });
  expect(data.myKyc.status).toBe('KYC_PENDING');
  const seen: string[] = [];
  const subscription = apollo
    .subscribe({ query: gql('subscription { kycStatusChanged { revision status } }') })
    .subscribe((result: { data: { kycStatusChanged: { status: string } } }) =>
      seen.push(result.data.kycStatusChanged.status),
    );
  await vi.waitFor(() => expect(seen).toEqual(['KYC_PENDING']));
  await server.callback(customer, { status: 'FULL_USER' });
  await vi.waitFor(() => expect(seen).toEqual(['KYC_PENDING', 'FULL_USER']));
  subscription.unsubscribe();
  apollo.stop();
  close?.();
});

test.each([
  ['the token in its headers', (bearer: string) => ({ headers: { authorization: bearer }, init: undefined })],
  ['the token in connection_init', (bearer: string) => ({ headers: {}, init: { Authorization: bearer } })],
])('Postman over WebSocket, with %s', async (_name, sentWith) => {
  const { headers, init } = sentWith(authorization);
  // Postman offers both subprotocols, the old one too, and its own User-Agent.
  const socket = new WebSocket(server.wsUrl, ['graphql-transport-ws', 'graphql-ws'], {
    headers: { 'user-agent': 'PostmanRuntime/7.45.0', 'accept-encoding': 'gzip, deflate, br', ...headers },
  });
  await once(socket, 'open');
  expect(socket.protocol).toBe('graphql-transport-ws');
  const received: { type: string; payload: object }[] = [];
  socket.on('message', (data) => received.push(JSON.parse(String(data))));
  socket.send(JSON.stringify({ type: 'connection_init', payload: init ?? {} }));
  await vi.waitFor(() => expect(received.map(({ type }) => type)).toEqual(['connection_ack']));
  const query = 'subscription Updates { kycStatusChanged { status } }';
  const payload = { query, variables: {}, operationName: 'Updates', extensions: {} };
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
  await vi.waitFor(() =>
    expect(received[1]).toEqual({
      id: '1',
      type: 'next',
      payload: { data: { kycStatusChanged: { status: 'KYC_PENDING' } } },
    }),
  );
  socket.send(JSON.stringify({ type: 'ping' }));
  await vi.waitFor(() => expect(received.at(-1)?.type).toBe('pong'));
  socket.close();
});

test('Postman over server-sent events: its Accept gets a stream, and a query JSON', async () => {
  const send = async (query: string, accept: string) => {
    const sent = request(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        accept,
        authorization,
        'content-type': 'application/json',
        'user-agent': 'PostmanRuntime/7.45.0',
        'cache-control': 'no-cache',
        'accept-encoding': 'gzip, deflate, br',
        connection: 'keep-alive',
      },
    });
    sent.end(JSON.stringify({ query, variables: {} }));
    const [response] = await once(sent, 'response');
    let text = '';
    for await (const chunk of response) {
      text += chunk;
      if (text.includes('KYC_PENDING')) break;
    }
    return [response.statusCode, response.headers['content-type'], text] as const;
  };
  const query = 'subscription { kycStatusChanged { status } }';
  for (const accept of [
    'text/event-stream',
    'text/event-stream, application/json',
    'application/json, text/event-stream',
  ]) {
    const [status, type, text] = await send(query, accept);
    expect([accept, status, type]).toEqual([accept, 200, expect.stringContaining('text/event-stream')]);
    expect(text).toContain('event: next');
  }
  const [status, type] = await send('{ myKyc { status } }', '*/*');
  expect([status, type]).toEqual([200, expect.stringContaining('application/json')]);
  // Its GraphQL request sends `*/*` with a subscription too: the answer says what to do.
  expect((await send(query, '*/*'))[0]).toBe(400);
});
