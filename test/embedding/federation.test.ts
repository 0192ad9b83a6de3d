/** The gateway as a subgraph of Apollo Federation 2. */
import { readFileSync } from 'node:fs';
import {
  execute,
  type GraphQLField,
  GraphQLInt,
  getNamedType,
  graphql,
  isEnumType,
  isLeafType,
  isRequiredArgument,
  parse,
  print,
  subscribe,
} from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readSubgraphEntity } from '../../src/graphql/federation-entity.ts';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
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

describe.each(['SQLite', 'Postgres'])('in %s, a representation', (kind) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      federation: ENTITY,
      ...(kind === 'Postgres' && { databaseUrl: await freshDatabase() }),
    });
    for (const id of ['undefined', 'null', 'true', '[object Object]', '7', 'alice']) {
      await server.callback(id, { status: 'FULL_USER' });
    }
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const ask = async (representation: object) =>
    server.query(ENTITIES, await readerToken(), { representations: [representation] });

  test.each([
    { __typename: 'Kyc' },
    { __typename: 'Kyc', customerId: null },
    { __typename: 'Kyc', customerId: true },
    { __typename: 'Kyc', customerId: {} },
    { __typename: 'Kyc', customerId: ['alice'] },
    { __typename: 'KycUpdate', revision: 1 },
    { __typename: 'KycUpdate', customerId: ['alice'], revision: 1 },
  ])('that names no customer is an error: %j', async (representation) => {
    const { data, errors } = await ask(representation);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(JSON.stringify(data ?? null)).not.toContain('FULL_USER');
  });

  test.each([{}, { id: null }, { id: ['alice'] }])(
    'of the application’s entity needs an ID as well: %j',
    async (key) => {
      const representations = [{ __typename: 'Customer', ...key }];
      const query = ENTITIES.replace('id kyc', 'kyc');
      const { data, errors } = await server.query(query, await readerToken(), { representations });
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
      expect(data._entities).toEqual([{ kyc: null }]);
    },
  );

  test('may have a whole number as its key', async () => {
    expect((await ask({ __typename: 'Kyc', customerId: 7 })).data._entities[0].customerId).toBe('7');
  });

  test.each([2 ** 31, 2 ** 53 - 1])('of an update may have the revision %d, which there is not', async (revision) => {
    expect(await ask({ __typename: 'KycUpdate', customerId: 'alice', revision })).toEqual({
      data: { _entities: [null] },
    });
  });
});

test('the SDL has the directives, and every type that the schema has', () => {
  const { typeDefs } = shop.gateway.subgraph(ENTITY);
  expect(() => parse(typeDefs)).not.toThrow();
  for (const line of [
    'extend type Kyc @key(fields: "customerId")',
    'type Customer @key(fields: "id")',
    'type PageInfo @shareable {',
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

describe('directives for routers that check tokens', () => {
  const directivesOf = ({ astNode }: GraphQLField<unknown, unknown>) =>
    (astNode?.directives ?? []).map((node) => print(node)).join(' ');
  const SCOPES = {
    customer: '@authenticated',
    reader: '@requiresScopes(scopes: [["kyc:read"], ["kyc:admin"]])',
    admin: '@requiresScopes(scopes: [["kyc:admin"]])',
  };

  test('each root field names the least that the gateway asks of its token', async () => {
    const { schema } = shop.gateway.subgraph({ ...ENTITY, auth: true });
    const tokens = [
      ['customer', await token({ sub: 'alice' })],
      ['reader', await readerToken()],
      ['admin', await adminToken()],
    ] as const;
    const fields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
      Object.values(type?.getFields() ?? {}).map((field) => [type?.name.toLowerCase() ?? '', field] as const),
    );
    for (const [kind, field] of fields.filter(([, { name }]) => !name.startsWith('_'))) {
      const document = parse(
        `${kind} { ${field.name}${argumentsFor(field)} ${isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'} }`,
      );
      const isAllowed = async (bearer: string) => {
        const contextValue = await shop.gateway.context({ headers: { authorization: `Bearer ${bearer}` } });
        const result = await (kind === 'subscription' ? subscribe : execute)({ schema, document, contextValue });
        if ('next' in result) await result.return?.(undefined);
        return !('errors' in result && result.errors?.some(({ extensions }) => extensions['code'] === 'FORBIDDEN'));
      };
      let least = 'nobody';
      for (const [name, bearer] of tokens.toReversed()) if (await isAllowed(bearer)) least = name;
      expect([field.name, directivesOf(field)]).toEqual([field.name, SCOPES[least as keyof typeof SCOPES]]);
    }
  });

  /** Values that are valid and name nothing. */
  function argumentsFor({ args }: GraphQLField<unknown, unknown>): string {
    const given = args
      .filter((each) => isRequiredArgument(each))
      .map(({ name, type }) => {
        const named = getNamedType(type);
        const one =
          name === 'customerId'
            ? '"alice"'
            : isEnumType(named)
              ? named.getValues()[0]?.name
              : named === GraphQLInt
                ? '7'
                : '"x"';
        return `${name}: ${String(type).startsWith('[') ? `[${one}]` : one}`;
      });
    return given.length === 0 ? '' : `(${given.join(', ')})`;
  }

  test('the types and the field are for tokens alone, and nothing has them unless it is asked for', () => {
    const { typeDefs } = shop.gateway.subgraph({ ...ENTITY, auth: true });
    expect(typeDefs).toContain('extend type Kyc @key(fields: "customerId") @authenticated');
    expect(typeDefs).toContain('extend type KycUpdate @key(fields: "customerId revision") @authenticated');
    expect(shop.gateway.subgraph(ENTITY).typeDefs).not.toMatch(/@authenticated|@requiresScopes/);
    expect(readSubgraphEntity('Customer:id:kyc:auth')).toEqual({ ...ENTITY, auth: true });
  });
});

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
