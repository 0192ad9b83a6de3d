/** The rules in Mercurius on Fastify, by `checkOperation` and the validation rules. */
import fastify from 'fastify';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import mercurius from 'mercurius';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EmbeddedRequest } from '../../src/index.ts';
import { readerToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
let app: ReturnType<typeof fastify>;
beforeEach(async () => {
  shop = await openShop({ introspection: 'admin' });
  app = fastify();
  const { gateway, schema } = shop;
  //#region recipe
  await app.register(mercurius, {
    schema,
    validationRules: [...gateway.validationRules],
    context: (request: EmbeddedRequest) => gateway.context(request),
  });
  app.graphql.addHook(
    'preExecution',
    async (schema: GraphQLSchema, document: DocumentNode, contextValue: unknown, variableValues: object) =>
      gateway.checkOperation({ schema, document, contextValue, variableValues: { ...variableValues } }),
  );
  //#endregion
  await shop.receive('alice', 'KYC_PENDING');
});
afterEach(async () => {
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
