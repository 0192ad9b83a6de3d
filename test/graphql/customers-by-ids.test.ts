/** `kycByCustomerIds`: many customers in one read, on both stores. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const QUERY = 'query ($ids: [ID!]!) { kycByCustomerIds(customerIds: $ids) { customerId status verified } }';

describe.each(['sqlite', 'postgres'])('%s', (store) => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer(store === 'postgres' ? { databaseUrl: await freshDatabase() } : {});
    await server.callback('a', { status: 'FULL_USER' });
    await server.callback('b', { status: null });
  });
  afterAll(async () => server[Symbol.asyncDispose]());

  const ask = async (ids: readonly string[], bearer?: string) =>
    server.query(QUERY, bearer ?? (await readerToken()), { ids });

  test('answers in the order asked, with repeats, and null for an unknown customer', async () => {
    const [a, b] = [
      { customerId: 'a', status: 'FULL_USER', verified: true },
      { customerId: 'b', status: 'NOT_STARTED', verified: false },
    ];
    expect(await ask(['b', 'nobody', 'a', 'b'])).toEqual({ data: { kycByCustomerIds: [b, null, a, b] } });
    expect(await ask([])).toEqual({ data: { kycByCustomerIds: [] } });
  });

  test('takes 200 customers and refuses 201', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `c${index}`);
    expect((await ask(ids)).data.kycByCustomerIds).toEqual(ids.map(() => null));
    const { errors } = await ask([...ids, 'one more']);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors?.[0]?.message).toContain('200');
  });

  test.each(['', '.', 'a\u0000', 'x'.repeat(257)])('refuses %j, which is no customer ID', async (id) => {
    expect((await ask(['a', id])).errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test("needs kyc:read, also for the token's own customer", async () => {
    const { data, errors } = await ask(['a'], await token({ sub: 'a' }));
    expect(data).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  });

  test('costs as much as it asks for', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `c${index}`);
    const query = `query ($ids: [ID!]!) { kycByCustomerIds(customerIds: $ids) { ${'revision '.repeat(101)} } }`;
    const { errors } = await server.query(query, await readerToken(), { ids });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);
  });
});
