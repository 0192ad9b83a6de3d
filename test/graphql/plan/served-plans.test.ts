/** What clients see of plans: nothing but speed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLine, serve, serverEnv } from '../../support/process.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../../support/server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.callback('a', { status: 'SOFT_KYC_FAILED', docsMissing: ['PASSPORT'], kycRejectLabel: 'BAD_SELFIE' });
});
afterAll(() => server[Symbol.asyncDispose]());

/** The answer as it is sent, without what differs between any two requests. */
async function answerTo(query: string, variables: object, bearer: string | null): Promise<unknown> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer !== null && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const headers = Object.fromEntries(
    [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
  );
  return { status: response.status, headers, text: await response.text() };
}

test.each([
  ['an answer', 'query ($id: ID!) { kyc(customerId: $id) { customerId missingDocuments { type } updatedAt } }'],
  ['a partial error', 'query ($id: ID!) { kyc(customerId: $id) { status latestUpdate { revision extra } } }'],
  ['a refusal', 'query ($id: ID!) { kyc(customerId: $id) { status } kycCustomers { nodes { status } } }'],
  [
    'a null',
    'query ($id: ID!) { kyc(customerId: $id) { endUserMessage } other: kyc(customerId: "a", asOf: "2001-01-01T00:00:00Z") { status } }',
  ],
  [
    'a wrong variable',
    'query ($id: ID!, $first: Int) { kyc(customerId: $id) { history(first: $first) { nodes { status } } } }',
  ],
])('%s is the same from the first time on, byte for byte', async (_what, query) => {
  const own = await token({ sub: 'a' });
  const bearers = [own, await token({ sub: 'b' }), await readerToken(), await adminToken(), null];
  for (const bearer of bearers) {
    for (const variables of [{ id: 'a' }, { id: 'a', first: -1 }, { id: 'unknown' }]) {
      const first = await answerTo(query, variables, bearer);
      for (let again = 0; again < 3; again++) expect(await answerTo(query, variables, bearer)).toEqual(first);
    }
  }
});

test('a customer who changes, and one who is erased, is shown as they are', async () => {
  const query = '{ kyc(customerId: "changing") { status revision } }';
  const bearer = await readerToken();
  for (const [index, status] of ['CREATED', 'KYC_PENDING', 'FULL_USER', 'HARD_KYC_FAILED'].entries()) {
    await server.callback('changing', { status });
    for (let again = 0; again < 3; again++) {
      expect((await server.query(query, bearer)).data).toEqual({ kyc: { status, revision: index + 1 } });
    }
  }
  const erased = await server.query(
    'mutation { eraseKyc(customerId: "changing") { erasedUpdates } }',
    await adminToken(),
  );
  expect(erased.data).toEqual({ eraseKyc: { erasedUpdates: 4 } });
  expect((await server.query(query, bearer)).data).toEqual({ kyc: null });
});

test('a server that may not generate code from strings answers queries', async () => {
  using folder = temporaryFolder();
  const [program, ...words] = commandLine(['serve']);
  const flag = '--disallow-code-generation-from-strings';
  await using process = await serve(folder.path, serverEnv(folder.path), [program, flag, ...words]);
  for (let sent = 0; sent < 4; sent++) {
    const response = await fetch(`${process.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await readerToken()}` },
      body: JSON.stringify({ query: '{ kyc(customerId: "a") { status } kycCustomers { nodes { status } } }' }),
    });
    expect(await response.json()).toEqual({ data: { kyc: null, kycCustomers: { nodes: [] } } });
  }
});
