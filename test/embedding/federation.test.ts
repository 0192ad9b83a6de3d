/** The gateway as a subgraph of Apollo Federation 2. */
import { readFileSync } from 'node:fs';
import { graphql, parse } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readSubgraphEntity } from '../../src/graphql/federation-entity.ts';
import { readerToken, startTestServer, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

const ENTITY = { entity: 'Customer', key: 'id', field: 'kyc' };
let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await shop.receive('alice', 'FULL_USER');
  await shop.receive('bob', 'CREATED');
});
afterEach(async () => shop[Symbol.asyncDispose]());

const ENTITIES = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Customer { id kyc { status } }
    ... on Kyc { customerId status }
    ... on KycUpdate { revision status }
  }
}`;

async function entities(bearer: string, representations: object[]) {
  const { schema } = shop.gateway.subgraph(ENTITY);
  const contextValue = await shop.gateway.context({ headers: { authorization: `Bearer ${bearer}` } });
  const { data, errors } = await graphql({
    schema,
    source: ENTITIES,
    contextValue,
    variableValues: { representations },
  });
  return { found: data?.['_entities'], codes: errors?.map(({ extensions }) => extensions['code']) };
}

test('each entity is resolved from its key, by the rights of the caller; unknown ones are null', async () => {
  const representations = [
    { __typename: 'Customer', id: 'alice' },
    { __typename: 'Kyc', customerId: 'bob' },
    { __typename: 'KycUpdate', customerId: 'alice', revision: 1 },
    { __typename: 'Kyc', customerId: 'nobody' },
    { __typename: 'KycUpdate', customerId: 'alice', revision: 7 },
  ];
  expect(await entities(await readerToken(), representations)).toEqual({
    found: [
      { id: 'alice', kyc: { status: 'FULL_USER' } },
      { customerId: 'bob', status: 'CREATED' },
      { revision: 1, status: 'FULL_USER' },
      null,
      null,
    ],
    codes: undefined,
  });
});

test('somebody else is FORBIDDEN for each entity alone', async () => {
  const representations = [
    { __typename: 'Customer', id: 'bob' },
    { __typename: 'Kyc', customerId: 'alice' },
    { __typename: 'KycUpdate', customerId: 'bob', revision: 1 },
  ];
  expect(await entities(await token({ sub: 'alice' }), representations)).toEqual({
    found: [{ id: 'bob', kyc: null }, { customerId: 'alice', status: 'FULL_USER' }, null],
    codes: ['FORBIDDEN', 'FORBIDDEN'],
  });
});

test('an entity that is refused beside one that is no entity at all ends nothing but the operation', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const refused = [
    { __typename: 'KycUpdate', customerId: 'bob', revision: 1 },
    { __typename: 'Kyc', customerId: 'bob' },
  ];
  const bearer = await token({ sub: 'alice' });
  await using server = await startTestServer({ federation: ENTITY });
  for (const representations of [refused, refused.toReversed(), [...refused, { __typename: 'Nothing' }]]) {
    const codes = (await entities(bearer, representations)).codes;
    expect(codes?.[0] ?? 'INTERNAL_SERVER_ERROR').toMatch(/FORBIDDEN|INTERNAL_SERVER_ERROR/);
    for (let sent = 0; sent < 3; sent++) {
      expect((await server.query(ENTITIES, bearer, { representations })).errors).toBeDefined();
    }
  }
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

test('the SDL has the directives, and every type that the schema has', () => {
  const { typeDefs } = shop.gateway.subgraph(ENTITY);
  expect(() => parse(typeDefs)).not.toThrow();
  for (const line of [
    'extend type Kyc @key(fields: "customerId")',
    'type Customer @key(fields: "id")',
    'extend type PageInfo @shareable',
  ]) {
    expect(typeDefs).toContain(line);
  }
  expect(typeDefs).toContain(readFileSync('schema/query.graphql', 'utf8').trim());
});

test.each([
  '',
  'Customer',
  'Customer:id',
  'Customer:id:kyc:x',
  'Cus tomer:id:kyc',
  'Kyc:id:kyc',
  '__A:id:kyc',
  'Customer:id:id',
])('%j names no entity', (text) => expect(readSubgraphEntity(text)).toBeNull());

test('FEDERATION serves the subgraph over HTTP, within the limits', async () => {
  await using server = await startTestServer({ federation: ENTITY });
  await server.callback('alice', { status: 'FULL_USER' });
  const bearer = await readerToken();
  const representations = [{ __typename: 'Customer', id: 'alice' }];
  expect(await server.query(ENTITIES, bearer, { representations })).toEqual({
    data: { _entities: [{ id: 'alice', kyc: { status: 'FULL_USER' } }] },
  });
  const { data } = await server.query('{ _service { sdl } }', bearer);
  expect(data._service.sdl).toContain('@key(fields: "customerId")');
  const many = Array.from({ length: 1_000 }, (_, index) => ({ __typename: 'Customer', id: `${index}` }));
  const tooMany = await server.query(ENTITIES, bearer, { representations: [...many, ...many, ...many] });
  expect(tooMany.errors?.[0]?.extensions.code).toMatch(/QUERY_TOO_COMPLEX|TOO_LARGE/);
  const updates = server.follow('subscription { kycUpdates(after: "earliest") { status kyc { status } } }', bearer);
  expect(await updates.next()).toEqual({ data: { kycUpdates: { status: 'FULL_USER', kyc: { status: 'FULL_USER' } } } });
});

test('in production the subgraph describes itself to kyc:admin alone', async () => {
  await shop[Symbol.asyncDispose]();
  shop = await openShop({ introspection: 'admin', federation: ENTITY });
  const url = await shop.serve((request, response) => shop.gateway.graphql(request, response));
  const ask = async (bearer: string) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: '{"query":"{ _service { sdl } }"}',
    });
    return response.status;
  };
  expect(await ask(await readerToken())).toBe(400);
  expect(await ask(await token({ sub: 'ci', scope: 'kyc:admin' }))).toBe(200);
});
