/** Our types in a schema of the application's own: shared names are merged, clashes are refused. */
import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { GraphQLScalarType, isScalarType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(async () => shop[Symbol.asyncDispose]());

test('our scalars keep their description and specification', () => {
  for (const name of ['DateTime', 'JSON']) {
    const scalar = shop.schema.getType(name);
    expect(isScalarType(scalar) && scalar.description).toBeTruthy();
    expect(isScalarType(scalar) && scalar.specifiedByURL).toMatch(/^https:/);
  }
});

test("an application's own scalars and page stay its own", () => {
  const DateTime = new GraphQLScalarType({ name: 'DateTime', description: 'mine', serialize: () => 'mine' });
  const schema = shop.gateway.mergeSchema({
    typeDefs: `
      scalar DateTime
      type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
      type Query { now: DateTime }
    `,
    resolvers: { DateTime },
  });
  const merged = schema.getType('DateTime');
  expect(isScalarType(merged) && [merged.description, merged.serialize(0)]).toEqual(['mine', 'mine']);
});

test.each([
  'type Kyc { id: ID! }',
  'enum KycStatus { OPEN }',
  'interface KycState { id: ID! }',
  'input KycFilter { id: ID }',
])('%s in the application is refused by name', (typeDefs) => {
  const name = typeDefs.split(' ')[1];
  expect(() => shop.gateway.mergeSchema({ typeDefs })).toThrow(`defines "${name}", which is a type of xgateway-kyc`);
});

test.each([
  ['type Kyc { level: Int }', 'nothing resolves its field "level"'],
  ['type KycEdge { cursor: Int }', ''],
])('%s that was merged by other means is refused when the server starts', async (own, message) => {
  const start = async () => {
    const schema = makeExecutableSchema({
      typeDefs: [shop.gateway.typeDefs, own],
      resolvers: shop.gateway.resolvers,
      resolverValidationOptions: { requireResolversForResolveType: 'ignore' },
    });
    await new ApolloServer({
      schema,
      plugins: [shop.gateway.apolloPlugin],
      stopOnTerminationSignals: false,
      logger: SILENT,
    }).start();
  };
  await expect(start()).rejects.toThrow(message);
});

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

test('an Apollo Server with our plugin that stops leaves the gateway running', async () => {
  const apollo = new ApolloServer({
    schema: shop.schema,
    plugins: [shop.gateway.apolloPlugin],
    stopOnTerminationSignals: false,
  });
  await apollo.start();
  await apollo.stop();
  await shop.gateway.checkReady();
  await shop.receive('alice', 'CREATED');
});

test('operations of an Apollo Server with our plugin are in the metrics', async () => {
  const apollo = new ApolloServer({
    schema: shop.schema,
    plugins: [shop.gateway.apolloPlugin],
    stopOnTerminationSignals: false,
    logger: SILENT,
  });
  await apollo.start();
  const contextValue = await shop.gateway.context({
    headers: { authorization: `Bearer ${await token({ sub: 'alice' })}` },
  });
  for (const query of ['{ myKyc { status } }', '{ kyc(customerId: "bob") { status } }'])
    await apollo.executeOperation({ query }, { contextValue });
  await apollo.stop();
  expect(await shop.operations()).toEqual(['FORBIDDEN 1', 'query 2', 'timed query 2']);
});
