/** Trusted documents in GraphQL servers of the application's own. */
import { hash } from 'node:crypto';
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import fastify from 'fastify';
import { parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { createYoga } from 'graphql-yoga';
import mercurius from 'mercurius';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import type { EmbeddedRequest } from '../../src/index.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { adminToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

const STATUS = '{ myKyc { status } orders(first: 1) { id } }';
const FOLLOW = 'subscription { kycStatusChanged { status } }';
const OTHER = '{ orders(first: 1) { id } }';
const BY_ID = { status: STATUS, follow: FOLLOW };
const HASHED = new Map([
  ...Object.entries(BY_ID),
  ...[STATUS, FOLLOW].map((text) => [hash('sha256', text), text] as const),
]);
const ANSWER = { data: { myKyc: { status: 'CREATED' }, orders: [{ id: '0' }] } };
const REFUSED = { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } };

let alice: string;
beforeEach(async () => {
  alice = await token({ sub: 'alice' });
});

describe.each([
  ['a manifest', BY_ID],
  ['a store that answers later', { get: async (id: string) => HASHED.get(id) }],
])('with %s', (_what, documents) => {
  let shop: Shop;
  beforeEach(async () => {
    shop = await openShop({ trustedDocuments: { documents, only: true } });
    await shop.receive('alice', 'CREATED');
  });
  afterEach(async () => shop[Symbol.asyncDispose]());

  test('Apollo Server executes trusted documents only', async () => {
    const apollo = new ApolloServer({
      schema: shop.schema,
      plugins: [shop.gateway.apolloPlugin],
      stopOnTerminationSignals: false,
    });
    await apollo.start();
    const ask = async (query: string, bearer: string) => {
      const contextValue = await shop.gateway.context({ headers: { authorization: `Bearer ${bearer}` } });
      const { body, http } = await apollo.executeOperation({ query }, { contextValue });
      return [http.status ?? 200, JSON.parse(JSON.stringify(body.kind === 'single' ? body.singleResult : null))];
    };
    expect(await ask(STATUS, alice)).toEqual([200, ANSWER]);
    expect(await ask(OTHER, alice)).toMatchObject([400, { errors: [REFUSED] }]);
    expect(await ask(OTHER, await adminToken())).toMatchObject([200, { data: { orders: [{ id: '0' }] } }]);
    await apollo.stop();
  });

  test('Yoga executes trusted documents only, and finds them by ID', async () => {
    const yoga = createYoga({ schema: shop.schema, plugins: [shop.gateway.envelopPlugin()], logging: false });
    const url = `${await shop.serve((request, response) => void yoga(request, response))}/graphql`;
    const ask = async (body: object, accept = 'application/json') => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { accept, 'content-type': 'application/json', authorization: `Bearer ${alice}` },
        body: JSON.stringify(body),
      });
      return response;
    };
    expect(await (await ask({ query: STATUS })).json()).toEqual(ANSWER);
    expect(await (await ask({ documentId: 'status' })).json()).toEqual(ANSWER);
    const refused = await ask({ query: OTHER });
    expect([refused.status, await refused.json()]).toMatchObject([400, { errors: [REFUSED] }]);
    const unknown = await ask({ documentId: 'other' });
    expect([unknown.status, await unknown.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'DOCUMENT_NOT_FOUND' } }] },
    ]);
    const stream = await ask({ query: 'subscription { kycStatusChanged { revision } }' }, 'text/event-stream');
    expect(await stream.text()).toContain('DOCUMENT_NOT_TRUSTED');
  });

  test('a stock graphql-ws server executes trusted documents only, and finds them by ID and hash', async () => {
    const server = createServer();
    const sockets = new WebSocketServer({ server, path: '/graphql' });
    useServer(shop.gateway.useServerOptions({ schema: shop.schema }), sockets);
    using socket = await openSocket(`${(await shop.serve(server)).replace('http', 'ws')}/graphql`);
    socket.init({ token: alice });
    await socket.next();
    const persistedQuery = { version: 1, sha256Hash: hash('sha256', STATUS) };
    for (const payload of [
      { query: STATUS },
      { query: '', documentId: 'status' },
      { query: '', extensions: { persistedQuery } },
    ]) {
      socket.send({ id: '1', type: 'subscribe', payload });
      expect(await socket.next()).toMatchObject({ type: 'next', payload: ANSWER });
      expect(await socket.next()).toMatchObject({ type: 'complete' });
    }
    socket.send({ id: '1', type: 'subscribe', payload: { query: '', documentId: 'follow' } });
    expect(await socket.next()).toMatchObject({ payload: { data: { kycStatusChanged: { status: 'CREATED' } } } });
    for (const [id, payload, code] of [
      ['2', { query: OTHER }, 'DOCUMENT_NOT_TRUSTED'],
      ['3', { query: '', documentId: 'other' }, 'DOCUMENT_NOT_FOUND'],
      [
        '4',
        { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
        'PERSISTED_QUERY_NOT_FOUND',
      ],
    ] as const) {
      socket.send({ id, type: 'subscribe', payload });
      expect(await socket.next()).toMatchObject({ type: 'error', id, payload: [{ extensions: { code } }] });
    }
  });

  test('Mercurius executes trusted documents only, over HTTP and over its own sockets', async () => {
    const app = fastify();
    await app.register(mercurius, {
      schema: shop.schema,
      context: (request: EmbeddedRequest) => shop.gateway.context(request),
      subscription: {
        onConnect: ({ payload }: { payload?: Record<string, unknown> }) =>
          shop.gateway.context({ headers: {}, connectionParams: payload }),
      },
    });
    for (const [name, hook] of Object.entries(shop.gateway.mercuriusHooks())) app.graphql.addHook(name as never, hook);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    const ask = async (query: string) => {
      const headers = { authorization: `Bearer ${alice}` };
      return (await app.inject({ method: 'POST', url: '/graphql', headers, payload: { query } })).json();
    };
    expect(await ask(STATUS)).toEqual(ANSWER);
    expect(await ask(OTHER)).toMatchObject({ errors: [REFUSED] });
    using socket = await openSocket(`${url.replace('http', 'ws')}/graphql`);
    socket.init({ token: alice });
    await socket.next();
    socket.send({ id: '1', type: 'subscribe', payload: { query: FOLLOW } });
    expect(await socket.next()).toMatchObject({ payload: { data: { kycStatusChanged: { status: 'CREATED' } } } });
    socket.send({ id: '2', type: 'subscribe', payload: { query: FOLLOW.replace('status', 'revision') } });
    expect(JSON.stringify(await socket.next())).toContain('trusted documents only');
    await app.close();
  });

  test('checkOperation refuses documents that are not trusted, and what it cannot look up at once', async () => {
    const contextValue = await shop.gateway.context({ headers: { authorization: `Bearer ${alice}` } });
    const check = (text: string, noLocation = false) =>
      shop.gateway.checkOperation({ schema: shop.schema, document: parse(text, { noLocation }), contextValue });
    if (documents !== BY_ID) {
      expect(() => check(STATUS)).toThrow('Use a store that answers at once');
      return;
    }
    check(STATUS);
    expect(() => check(OTHER)).toThrow('trusted documents only');
    // Without its text a document can't be recognised.
    expect(() => check(STATUS, true)).toThrow('trusted documents only');
  });
});
