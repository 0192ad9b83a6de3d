/** The rules in Mercurius on Fastify, by hooks and validation rules, and over its own WebSockets. */
import fastify from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import mercurius from 'mercurius';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { EmbeddedRequest } from '../../src/index.ts';
import { eventually } from '../support/eventually.ts';
import { readerToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

/** What Mercurius gives to `onConnect`. */
interface OnConnect {
  readonly payload?: Record<string, unknown>;
}

let shop: Shop;
let app: ReturnType<typeof fastify>;
beforeEach(async () => {
  shop = await openShop({
    introspection: 'admin',
    limits: { customer: { connections: 2, concurrentOperations: 1, queuedOperations: 1 } },
  });
  app = await mount(shop.schema);
  await shop.receive('alice', 'KYC_PENDING');
});
async function mount(schema: GraphQLSchema) {
  const { gateway } = shop;
  //#region recipe
  const app = fastify();
  await app.register(mercurius, {
    schema,
    validationRules: [...gateway.validationRules],
    context: (request: EmbeddedRequest) => gateway.context(request),
    subscription: {
      onConnect: ({ payload }: OnConnect) => gateway.context({ headers: {}, connectionParams: payload }),
    },
  });
  for (const [name, hook] of Object.entries(gateway.mercuriusHooks())) app.graphql.addHook(name as never, hook);
  //#endregion
  return app;
}

const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  await app.close();
  await shop[Symbol.asyncDispose]();
});

async function ask(query: string, bearer?: string, variables?: object) {
  const response = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: { ...(bearer && { authorization: `Bearer ${bearer}` }) },
    payload: { query, ...(variables && { variables }) },
  });
  const { data, errors } = response.json() as { data: unknown; errors?: { extensions: { code: string } }[] };
  return { status: response.statusCode, data, code: errors?.[0]?.extensions?.code };
}

test('queries answer by the viewer’s rights', async () => {
  const alice = await token({ sub: 'alice' });
  expect(await ask('{ myKyc { status } orders(first: 1) { buyer { status } } }', alice)).toMatchObject({
    data: { myKyc: { status: 'KYC_PENDING' }, orders: [{ buyer: { status: 'KYC_PENDING' } }] },
  });
  expect((await ask('{ kyc(customerId: "bob") { status } }', alice)).code).toBe('FORBIDDEN');
  expect((await ask('{ myKyc { status } }')).code).toBe('UNAUTHENTICATED');
});

test('limits are measured on the variables', async () => {
  const query = `query ($first: Int) { kycCustomers(first: $first) { nodes { ${'revision '.repeat(101)} } } }`;
  expect((await ask(query, await readerToken(), { first: 200 })).code).toBe('QUERY_TOO_COMPLEX');
  expect((await ask(query, await readerToken(), { first: 2 })).code).toBeUndefined();
  expect((await ask('{ __schema { queryType { name } } }', await readerToken())).code).toBe('FORBIDDEN');
});

test('operations of one token execute one after another, and give their place back whatever happens', async () => {
  const mayAnswer = Promise.withResolvers<string>();
  await app.close();
  app = await mount(
    shop.gateway.mergeSchema({
      typeDefs: 'type Query { slow: String }',
      resolvers: { Query: { slow: () => mayAnswer.promise } },
    }),
  );
  const alice = await token({ sub: 'alice' });
  const executing = ask('{ slow }', alice);
  const waiting = ask('{ slow }', alice);
  await eventually(async () => (await ask('{ slow }', alice)).code === 'TOO_MANY_REQUESTS');
  mayAnswer.resolve('done');
  expect([await executing, await waiting]).toMatchObject([{ data: { slow: 'done' } }, { data: { slow: 'done' } }]);
  const failing = [
    '{ kyc(customerId: "bob") { status } }',
    '{ nothing }',
    '{ myKyc { status } ',
    '{ __schema { queryType { name } } }',
  ];
  for (const query of [...failing, ...failing]) expect((await ask(query, alice)).code).not.toBe('TOO_MANY_REQUESTS');
  expect((await ask('{ myKyc { status } }', alice)).code).toBeUndefined();
});

describe('over its WebSockets', () => {
  let url: string;
  beforeEach(async () => {
    url = `${(await app.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')}/graphql`;
  });

  const updates = (
    connectionParams: object,
    query = 'subscription { kycStatusChanged { status } }',
    variables = {},
  ) => {
    const client = createClient({
      url,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { ...connectionParams },
    });
    clients.push(client);
    return client.iterate({ query, variables });
  };
  const codeOf = (error: unknown) => (error as { extensions: { code: string } }[])[0]?.extensions.code;

  test('a token in connection_init, a wrong one, and none', async () => {
    const alice = updates({ authToken: await token({ sub: 'alice' }) });
    expect((await alice.next()).value).toMatchObject({ data: { kycStatusChanged: { status: 'KYC_PENDING' } } });
    await shop.receive('alice', 'FULL_USER');
    expect((await alice.next()).value).toMatchObject({ data: { kycStatusChanged: { status: 'FULL_USER' } } });
    await expect(updates({ authToken: 'no.such.token' }).next()).rejects.toBeDefined();
    expect(
      codeOf(
        await updates({})
          .next()
          .catch((error: unknown) => error),
      ),
    ).toBe('UNAUTHENTICATED');
  });

  test('each stream counts as a connection, and limits are measured on the variables', async () => {
    const authorization = `Bearer ${await token({ sub: 'alice' })}`;
    const held = [updates({ authorization }), updates({ authorization })];
    for (const one of held) await one.next();
    const refusal = () => updates({ authorization }).next().catch(codeOf);
    expect(await refusal()).toBe('TOO_MANY_CONNECTIONS');
    await held[0]?.return?.();
    await eventually(async () => (await refusal()) !== 'TOO_MANY_CONNECTIONS');

    const wide = `subscription ($first: Int) { kycUpdates { kyc { history(first: $first) { nodes { ${'revision '.repeat(101)} } } } } }`;
    const reader = { authorization: `Bearer ${await readerToken()}` };
    expect(await updates(reader, wide, { first: 200 }).next().catch(codeOf)).toBe('QUERY_TOO_COMPLEX');
  });

  test('a stream ends with an error when its token expires', async () => {
    const expiring = updates({ token: await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 3) });
    await expiring.next();
    expect(codeOf(await expiring.next().catch((error: unknown) => error))).toBe('UNAUTHENTICATED');
  });
});

test('operations are in the metrics: their types, their errors by code, and how long they took', async () => {
  const send = async (query: string) =>
    app.inject({
      method: 'POST',
      url: '/graphql',
      headers: { authorization: `Bearer ${await token({ sub: 'alice' })}` },
      payload: { query },
    });
  await send('{ myKyc { status } }');
  await send('{ kyc(customerId: "bob") { status } }');
  expect(await shop.operations()).toEqual(['FORBIDDEN 1', 'query 2', 'timed query 2']);
});
