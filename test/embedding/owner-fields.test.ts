/** Fields that an application adds to `Kyc` and `KycUpdate`: their resolvers get the plain objects of the code API, and can change nothing. */
import { type ExecutionResult, getNamedType, graphql, isObjectType, parse, subscribe } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Kyc, KycUpdate } from '../../src/index.ts';
import { adminToken } from '../support/server.ts';
import { openShop, type Shop } from './shop.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({ relayNode: true });
});
afterAll(async () => shop[Symbol.asyncDispose]());

/** Does the worst to whatever it is given. */
function spoil(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, one] of Object.entries(value)) {
    spoil(one);
    if (typeof one === 'object' && one !== null) continue;
    (value as Record<string, unknown>)[name] = 'spoilt';
  }
  if (Array.isArray(value)) value.push('spoilt');
}

function ownSchema() {
  return shop.gateway.mergeSchema({
    typeDefs: `
      type Query { mine: String }
      extend type Kyc { owner: String! }
      extend type KycUpdate { owner: String! }
    `,
    resolvers: {
      Kyc: {
        owner(kyc: Kyc) {
          const owner = `${kyc.customerId} ${kyc.latestUpdate.customerId} ${kyc.updatedAt instanceof Date}`;
          spoil(kyc);
          return owner;
        },
      },
      KycUpdate: {
        owner(update: KycUpdate) {
          const owner = `${update.customerId} ${update.source} ${update.receivedAt instanceof Date}`;
          spoil(update);
          return owner;
        },
      },
    },
  });
}

const contextOf = async () => shop.gateway.context({ headers: { authorization: `Bearer ${await adminToken()}` } });

const EXTRA = { a: { b: [1, { c: 12.5 }], __proto__: { d: 1 } } };

test('get the objects of the code API wherever the customer or update comes from, and change no later answer', async () => {
  const { gateway } = shop;
  await gateway.record({ customerId: 'alice', status: 'KYC_PENDING', missingDocuments: ['SELFIE'] }, { by: 'crm' });
  await shop.receive('alice', 'SOFT_KYC_FAILED', { docsMissing: ['ID_CARD'], kycRejectLabel: 'BAD_SELFIE', ...EXTRA });
  const before = JSON.stringify(await gateway.kyc('alice'));
  const source = `{
    kyc(customerId: "alice") { id owner latestUpdate { owner kyc { owner } } history { nodes { owner } edges { node { owner } } } }
    kycByCustomerIds(customerIds: ["alice", "nobody"]) { owner }
    kycCustomers { nodes { owner } edges { node { owner } } }
    kycUpdates(last: 1) { nodes { owner } edges { node { owner } } }
  }`;
  const { data, errors } = await graphql({ schema: ownSchema(), source, contextValue: await contextOf() });
  expect(errors).toBeUndefined();
  const customer = { owner: 'alice alice true' };
  const update = (by: string) => ({ owner: `alice ${by} true` });
  const latest = { nodes: [update('CALLBACK')], edges: [{ node: update('CALLBACK') }] };
  const found = JSON.parse(JSON.stringify(data));
  expect(found).toEqual({
    kyc: {
      id: expect.any(String),
      ...customer,
      latestUpdate: { ...update('CALLBACK'), kyc: customer },
      history: {
        nodes: [update('CALLBACK'), update('IMPORT')],
        edges: [{ node: update('CALLBACK') }, { node: update('IMPORT') }],
      },
    },
    kycByCustomerIds: [customer, null],
    kycCustomers: { nodes: [customer], edges: [{ node: customer }] },
    kycUpdates: latest,
  });
  const node = `{ node(id: "${found.kyc.id}") { id ... on Kyc { owner } } }`;
  expect(await graphql({ schema: ownSchema(), source: node, contextValue: await contextOf() })).toMatchObject({
    data: { node: { id: found.kyc.id, ...customer } },
  });
  expect(JSON.stringify(await gateway.kyc('alice'))).toBe(before);
});

test('get them in subscriptions too', async () => {
  await shop.receive('bob', 'KYC_PENDING', EXTRA);
  const before = JSON.stringify(await shop.gateway.kyc('bob'));
  const document = parse('subscription { kycStatusChanged(customerId: "bob") { owner kyc { owner } } }');
  const stream = await subscribe({ schema: ownSchema(), document, contextValue: await contextOf() });
  if (!(Symbol.asyncIterator in stream)) expect.fail(JSON.stringify(stream));
  const { value } = await (stream as AsyncGenerator<ExecutionResult>).next();
  expect(value).toMatchObject({
    data: { kycStatusChanged: { owner: 'bob CALLBACK true', kyc: { owner: 'bob bob true' } } },
  });
  await (stream as AsyncGenerator).return(undefined);
  expect(JSON.stringify(await shop.gateway.kyc('bob'))).toBe(before);
});

test('every field of ours that leads to a customer or an update has a resolver that gives such an object', () => {
  const { resolvers } = shop.gateway;
  const missing = Object.values(shop.schema.getTypeMap())
    .filter(isObjectType)
    .filter(({ name }) => !['Order'].includes(name))
    .flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => ['Kyc', 'KycUpdate', 'Node'].includes(getNamedType(field.type).name))
        .map(({ name }) => [type.name, name] as const),
    )
    .filter(([type, name]) => resolvers[type]?.[name] === undefined);
  expect(missing).toEqual([]);
});
