/** urql's normalised cache: an update that a subscription delivers shows in every view of its customer, without a request. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createResumingClient, urqlKeys } from '../../src/client/index.ts';
import { createSchema } from '../../src/graphql/schema.ts';
import { readerToken, startTestServer, type TestServer } from '../support/server.ts';
import { installedModule } from './installed.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server[Symbol.asyncDispose]());

test('the keys cover every type: an ID of its own, one that is made, or none', () => {
  const types = Object.values(createSchema().getTypeMap()).filter(
    (type) => 'getInterfaces' in type && !/^(__|Query|Mutation|Subscription)/.test(type.name) && 'isTypeOf' in type,
  );
  const withoutKey = types.filter(
    (type) => !(type.name in urqlKeys) && !('id' in (type as { getFields(): object }).getFields()),
  );
  expect(withoutKey.map(String)).toEqual([]);
  expect(urqlKeys['PageInfo']?.({})).toBeNull();
  expect(urqlKeys['Kyc']?.({ customerId: 'a' })).toBe('S3ljOmE');
  expect(urqlKeys['Kyc']?.({ id: 'an ID' })).toBe('an ID');
  expect(urqlKeys['KycUpdate']?.({ customerId: 'a' })).toBeNull();
});

test('an update shows in a list and in a detail', async () => {
  const { Client, fetchExchange, subscriptionExchange } = installedModule('@urql/core');
  const { cacheExchange } = installedModule('@urql/exchange-graphcache');
  const warned = vi.spyOn(console, 'warn');
  await server.callback('a', { status: 'KYC_PENDING', docsMissing: ['SELFIE', 'PASSPORT'] });
  const authorization = `Bearer ${await readerToken()}`;
  const socket = createResumingClient({ url: server.wsUrl, connectionParams: { authorization } });
  let requests = 0;
  const urql = new Client({
    url: `${server.url}/graphql`,
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    fetch: (...given: Parameters<typeof fetch>) => {
      requests++;
      return fetch(...given);
    },
    exchanges: [
      cacheExchange({ keys: { ...urqlKeys } }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }: { query?: string; variables?: Record<string, unknown> }) => ({
          subscribe: (sink: never) => ({
            unsubscribe: socket.subscribe({ query, variables: variables ?? null }, sink),
          }),
        }),
      }),
    ],
  });
  const shown: string[] = ['', ''];
  const queries = [
    '{ kycCustomers { nodes { customerId status missingDocuments { type } } pageInfo { hasNextPage } } }',
    '{ kyc(customerId: "a") { id status confirmedBy { source } history { nodes { revision customerId } } } }',
  ];
  for (const [index, query] of queries.entries()) {
    urql.query(query, {}).subscribe((result: { data: unknown }) => {
      shown[index] = JSON.stringify(result.data);
    });
  }
  await vi.waitFor(() => shown.map((text) => expect(text).toContain('KYC_PENDING')));
  const before = requests;
  urql
    .subscription(
      'subscription ($after: String) { kycUpdates(after: $after) { id cursor kyc { id customerId status missingDocuments { type } } } }',
      { after: 'earliest' },
    )
    .subscribe(() => {});
  await server.callback('a', { status: 'FULL_USER', docsMissing: [] });
  await vi.waitFor(() => shown.map((text) => expect(text).toContain('FULL_USER')));
  expect(requests).toBe(before);
  expect(warned).not.toHaveBeenCalled();
  await socket.dispose();
});
