/** The gateway as a subgraph, composed with a shop's by Apollo's own composition, and queried through Apollo's own gateway. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { type Application, startApplication } from './application.ts';

let server: TestServer;
let gateway: Application;
beforeAll(async () => {
  server = await startTestServer({ federation: { entity: 'Customer', key: 'id', field: 'kyc' } });
  await server.callback('alice', { status: 'FULL_USER' });
  await server.callback('bob', { status: 'CREATED' });
  const env = {
    SUBGRAPH_URL: `${server.url}/graphql`,
    ADMIN_TOKEN: `Bearer ${await adminToken()}`,
    NODE_ENV: 'production',
  };
  gateway = await startApplication('apollo-gateway.js', env);
});
afterAll(async () => {
  await gateway?.[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function ask(query: string, bearer: string) {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
    body: JSON.stringify({ query }),
  });
  return (await response.json()) as { data: unknown; errors?: { path: unknown; extensions: { code: string } }[] };
}

test("the shop's customers have their KYC, by the rights of the caller", async () => {
  const query = '{ customers { name kyc { status verified latestUpdate { revision } } } }';
  const all = await ask(query, await readerToken());
  expect(all.errors).toBeUndefined();
  expect(all.data).toEqual({
    customers: [
      { name: 'ALICE', kyc: { status: 'FULL_USER', verified: true, latestUpdate: { revision: 1 } } },
      { name: 'BOB', kyc: { status: 'CREATED', verified: false, latestUpdate: { revision: 1 } } },
      { name: 'NOBODY', kyc: null },
    ],
  });
  const own = await ask(query, await token({ sub: 'alice' }));
  expect(own.data).toMatchObject({ customers: [{ kyc: { status: 'FULL_USER' } }, { kyc: null }, { kyc: null }] });
  expect(own.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('our own queries are there, and join the other way', async () => {
  const answer = await ask(
    '{ kyc(customerId: "bob") { customerId status orders history { nodes { status } } } }',
    await readerToken(),
  );
  expect(answer).toEqual({
    data: { kyc: { customerId: 'bob', status: 'CREATED', orders: 3, history: { nodes: [{ status: 'CREATED' }] } } },
  });
});
