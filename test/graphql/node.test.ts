/** Global IDs, `node` and `nodes`, and the customer of an update: on both stores, for every kind of viewer. */
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLInterfaceType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { globalIdOf, readGlobalId } from '../../src/graphql/global-id.ts';
import { resolversOf, typeDefsOf } from '../../src/graphql/schema.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type Answer, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const codes = ({ errors }: Answer) => errors?.map(({ extensions }) => extensions.code);
const kycId = (customerId: string) => globalIdOf({ type: 'Kyc', customerId });
const updateId = (customerId: string, revision: number) => globalIdOf({ type: 'KycUpdate', customerId, revision });
const NODE = `query ($id: ID!) { node(id: $id) { __typename id ... on Kyc { customerId status } ... on KycUpdate { revision status } } }`;
const NODES = `query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Kyc { status } ... on KycUpdate { revision } } }`;

describe.each(['sqlite', 'postgres'])('%s', (store) => {
  let server: TestServer;
  let [reader, own] = ['', ''];
  beforeAll(async () => {
    server = await startTestServer(store === 'postgres' ? { databaseUrl: await freshDatabase() } : {});
    [reader, own] = [await readerToken(), await token({ sub: 'a' })];
    await server.callback('a', { status: 'KYC_PENDING' });
    await server.callback('a', { status: 'FULL_USER' });
    await server.callback('ü💶/+', { status: null });
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  test('what has an ID is found by it', async () => {
    const list = '{ kycCustomers { nodes { id customerId latestUpdate { id revision } history { nodes { id } } } } }';
    const { data } = await server.query(list, reader);
    const nodes: { id: string; latestUpdate: { id: string }; history: { nodes: { id: string }[] } }[] =
      data.kycCustomers.nodes;
    const ids = nodes.flatMap(({ id, history }) => [id, ...history.nodes.map((update) => update.id)]);
    expect(new Set(ids).size).toBe(5);
    const found = await server.query(NODES, reader, { ids });
    expect(found.data.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect((await server.query(NODE, own, { id: kycId('a') })).data.node).toEqual({
      __typename: 'Kyc',
      id: kycId('a'),
      customerId: 'a',
      status: 'FULL_USER',
    });
    expect((await server.query(NODE, own, { id: updateId('a', 1) })).data.node).toEqual({
      __typename: 'KycUpdate',
      id: updateId('a', 1),
      revision: 1,
      status: 'KYC_PENDING',
    });
  });

  test("to a customer's token everything else is FORBIDDEN, whether it exists or not", async () => {
    const answers = await Promise.all(
      [kycId('ü💶/+'), kycId('nobody'), updateId('ü💶/+', 1), updateId('nobody', 1), '', 'garbage', 'S3ljOg'].map(
        (id) => server.query(NODE, own, { id }),
      ),
    );
    for (const answer of answers) expect(answer).toEqual({ ...answers[0], data: { node: null } });
    expect(codes(answers[0] as Answer)).toEqual(['FORBIDDEN']);
    expect(codes(await server.query(NODE, undefined, { id: kycId('a') }))).toEqual(['UNAUTHENTICATED']);
    const mixed = await server.query(NODES, own, { ids: [kycId('nobody'), updateId('a', 3), kycId('a')] });
    expect(mixed.data.nodes).toEqual([null, null, { __typename: 'Kyc', id: kycId('a'), status: 'FULL_USER' }]);
    expect(codes(mixed)).toEqual(['FORBIDDEN']);
  });

  test('to a service what does not exist is null, and what is no ID is an error of its own place', async () => {
    const ids = [kycId('nobody'), updateId('a', 3), updateId('a', 1), 'garbage', kycId('a'), kycId('a')];
    const answer = await server.query(NODES, reader, { ids });
    expect(answer.data.nodes.map((node: { id: string } | null) => node?.id ?? null)).toEqual([
      null,
      null,
      updateId('a', 1),
      null,
      kycId('a'),
      kycId('a'),
    ]);
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect((await server.query(NODES, reader, { ids: [] })).data.nodes).toEqual([]);
  });

  test('what was read with asOf has an ID of its own, which gives the same again', async () => {
    const asOf = new Date(Date.now() + 60_000).toISOString();
    const query = 'query ($asOf: DateTime) { kyc(customerId: "a", asOf: $asOf) { id revision } }';
    const past = (await server.query(query, own, { asOf })).data.kyc;
    const now = (await server.query(query, own)).data.kyc;
    expect([now.id, past.revision]).toEqual([kycId('a'), now.revision]);
    expect(past.id).not.toBe(now.id);
    expect((await server.query(NODE, own, { id: past.id })).data.node).toMatchObject({ id: past.id, customerId: 'a' });
    const many = Array.from({ length: 11 }, (_, index) => globalIdOf({ type: 'Kyc', customerId: 'a', asOf: index }));
    expect((await server.query(NODES, own, { ids: many.slice(1) })).data.nodes).toEqual(many.slice(1).map(() => null));
    expect(codes(await server.query(NODES, own, { ids: many }))).toEqual(['BAD_USER_INPUT']);
  });

  test('nodes takes 200 IDs and costs as much as it asks for', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => kycId(`c${index}`));
    expect((await server.query(NODES, reader, { ids })).data.nodes).toEqual(ids.map(() => null));
    expect(codes(await server.query(NODES, reader, { ids: [...ids, kycId('a')] }))).toEqual(['BAD_USER_INPUT']);
    const expensive = `query ($ids: [ID!]!) { nodes(ids: $ids) { ${'id '.repeat(101)} } }`;
    expect(codes(await server.query(expensive, reader, { ids }))).toEqual(['QUERY_TOO_COMPLEX']);
  });

  test("an update's customer is current, also where an old update is replayed, and viewers share no one's view", async () => {
    const live = `subscription ($customerId: ID, $after: String) { kycStatusChanged(customerId: $customerId, after: $after) {
      revision cursor kyc { id revision status confirmedBy { by } history(first: 1) { nodes { revision kyc { revision } } } } } }`;
    const { data } = await server.query('{ kyc(customerId: "a") { history { nodes { cursor } } } }', reader);
    const after = data.kyc.history.nodes.at(-1).cursor;
    const viewers = [own, await token({ sub: 'a', jti: 'another' }), reader];
    const followings = viewers.map((viewer) => server.follow(live, viewer, { customerId: 'a', after }));
    const kyc = {
      id: kycId('a'),
      revision: 2,
      status: 'FULL_USER',
      confirmedBy: null,
      history: { nodes: [{ revision: 2, kyc: { revision: 2 } }] },
    };
    for (const following of followings) {
      const answer = await following.next();
      expect(answer.errors).toBeUndefined();
      expect(answer.data.kycStatusChanged).toMatchObject({ revision: 2, kyc });
      await following[Symbol.asyncDispose]();
    }
    await using others = server.follow(live, await token({ sub: 'b' }));
    await server.callback('b', { status: 'CREATED' });
    expect((await others.next()).data.kycStatusChanged).toMatchObject({ kyc: { id: kycId('b'), revision: 1 } });
  });

  test('two hundred updates show their customers without two hundred reads, in the order of the updates', async () => {
    const query = '{ kycCustomers(first: 200) { nodes { latestUpdate { kyc { customerId } } customerId } } }';
    const { data } = await server.query(query, reader);
    for (const { customerId, latestUpdate } of data.kycCustomers.nodes)
      expect(latestUpdate.kyc).toEqual({ customerId });
  });
});

test("an application's schema keeps its own Node, and gets ours when it asks for it", () => {
  const shop = `interface Node { id: ID! } type Order implements Node { id: ID! } type Query { node(id: ID!): Node orders: [Order!]! }
    extend type Kyc implements Node`;
  const own = makeExecutableSchema({
    typeDefs: [shop, typeDefsOf(false)],
    resolvers: [resolversOf(false), { Node: { __resolveType: () => 'Order' } }],
  });
  expect(own.getQueryType()?.getFields()['nodes']).toBeUndefined();
  expect(own.getQueryType()?.getFields()['kyc']).toBeDefined();
  const ours = makeExecutableSchema({
    typeDefs: [typeDefsOf(true), 'type Order { id: ID! } extend type Query { orders: [Order!]! }'],
    resolvers: resolversOf(true),
  });
  expect(ours.getPossibleTypes(ours.getType('Node') as GraphQLInterfaceType).map(String)).toEqual(['Kyc', 'KycUpdate']);
});

test.each(['a', ':', 'KycUpdate:1:a', 'Kyc@5:a', '\n', 'x'.repeat(256), '€'.repeat(256), '💶', '"\\'])(
  'an ID of customer %j names them and nothing else',
  (customerId) => {
    const names = [
      { type: 'Kyc', customerId },
      { type: 'Kyc', customerId, asOf: -1 },
      { type: 'KycUpdate', customerId, revision: 7 },
    ] as const;
    if (customerId === '\n') for (const name of names) expect(readGlobalId(globalIdOf(name))).toBeNull();
    else for (const name of names) expect(readGlobalId(globalIdOf(name))).toEqual(name);
  },
);

test.each(['', 'S3ljOmE=', 'S3ljOmE\n', ' S3ljOmE', 'S3ljOmF', 'S3ljQDA1OmE', 'x'.repeat(5_000)])('%j is no ID', (id) =>
  expect(readGlobalId(id)).toBeNull(),
);
