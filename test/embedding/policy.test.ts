/** The rule who may see a customer travels with the data: whatever resolver of the shop's returns it, in whichever server. */
import { type ExecutionResult, graphql } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readerToken, token } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
  await shop.receive('alice', 'FULL_USER');
  await shop.receive('bob', 'HARD_KYC_FAILED');
});
afterEach(async () => shop[Symbol.asyncDispose]());

const contextOf = async (bearer?: string) =>
  shop.gateway.context({ headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` } });
const run = async (source: string, bearer?: string): Promise<ExecutionResult> =>
  graphql({ schema: shop.schema, source, contextValue: await contextOf(bearer) });
const codes = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions['code']);

test.each(['buyer', 'buyerFromCode'])('a customer sees themselves in %s, and nobody else', async (field) => {
  const answer = await run(`{ orders { id kyc: ${field} { customerId status } } }`, await token({ sub: 'alice' }));
  const kyc = (answer.data as { orders: { kyc: unknown }[] }).orders.map((order) => order.kyc);
  expect(kyc[0]).toEqual({ customerId: 'alice', status: 'FULL_USER' });
  expect(kyc.slice(1)).toEqual([null, null]);
  // An unknown customer can't be told from somebody else's, but where the shop itself looked.
  expect(new Set(codes(answer))).toEqual(new Set(['FORBIDDEN']));
  if (field === 'buyer') expect(codes(answer)).toHaveLength(2);
});

test.each(['buyer', 'buyerFromCode'])('without a token %s shows nothing', async (field) => {
  const answer = await run(`{ orders(first: 2) { kyc: ${field} { status } } }`);
  expect(answer.data).toEqual({ orders: [{ kyc: null }, { kyc: null }] });
  expect(new Set(codes(answer))).toEqual(new Set(['UNAUTHENTICATED']));
});

test('a service sees all; each item of loadMany answers for itself', async () => {
  const all = await run(
    '{ orders { buyer { status nextAction latestUpdate { cursor shop } orders { id } } } }',
    await readerToken(),
  );
  expect(all.errors).toBeUndefined();
  expect(all.data).toMatchObject({
    orders: [
      { buyer: { status: 'FULL_USER', latestUpdate: { shop: 'mine' }, orders: [] } },
      { buyer: { status: 'HARD_KYC_FAILED' } },
      { buyer: null },
    ],
  });
  const many = await run(
    '{ orders(first: 1) { buyers(ids: ["bob", "alice", "\\u0000"]) { status } } }',
    await token({ sub: 'alice' }),
  );
  expect(many.data).toEqual({ orders: [{ buyers: [null, { status: 'FULL_USER' }, null] }] });
  expect(codes(many).sort()).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('what an operation loads in one turn is one read', async () => {
  const { kyc } = await contextOf(await readerToken());
  const ids = Array.from({ length: 100 }, (_, index) => (index === 0 ? 'alice' : `unknown-${index}`));
  const found = await Promise.all([...ids, ...ids].map((id) => kyc.load(id)));
  expect(found.filter((one) => one !== null).map((one) => one.status)).toEqual(['FULL_USER', 'FULL_USER']);
});

test('the context exposes only the viewer and what they may read', async () => {
  const { kyc, ...rest } = await contextOf(await token({ sub: 'alice' }));
  expect(rest).toEqual({});
  expect(Object.keys(kyc)).toEqual([]);
  expect(JSON.stringify(kyc)).toBe('{}');
  expect(kyc.viewer).toMatchObject({ subject: 'alice', mayRead: false });
  expect((await kyc.load('alice'))?.verified).toBe(true);
  await expect(kyc.load('bob')).rejects.toMatchObject({ name: 'GraphQLError', extensions: { code: 'FORBIDDEN' } });
});

test('a context without the gateway, or an object that is none of ours, is an error that says what to do', async () => {
  const without = await graphql({ schema: shop.schema, source: '{ myKyc { status } }', contextValue: {} });
  expect(without.errors?.[0]?.message).toContain('Spread `await gateway.context(request)`');
  const schema = shop.gateway.mergeSchema({
    typeDefs: 'type Query { mine: Kyc }',
    resolvers: { Query: { mine: () => ({ customerId: 'alice', status: 'FULL_USER' }) } },
  });
  const answer = await graphql({
    schema,
    source: '{ mine { status } }',
    contextValue: await contextOf(await readerToken()),
  });
  expect(answer.errors?.[0]?.message).toContain('Return what context.kyc.load(customerId)');
});
