/** Apollo Client's cache: an update that a subscription delivers shows in every view of its customer, and no view fetches again. */
import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache, type TypePolicies } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { apolloTypePolicies, createResumingClient } from '../../src/client/index.ts';
import { readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => server[Symbol.asyncDispose]());

let customers = 0;
let customerId = '';
beforeEach(() => {
  customerId = `customer ${customers++} ü💶`;
});

interface Connected extends AsyncDisposable {
  readonly client: ApolloClient;
  /** How many requests went over HTTP. */
  readonly requests: () => number;
}

function connect(bearer: string, typePolicies?: TypePolicies): Connected {
  const socket = createResumingClient({ url: server.wsUrl, connectionParams: { authorization: `Bearer ${bearer}` } });
  let requests = 0;
  const counting: typeof fetch = (...given) => {
    requests++;
    return fetch(...given);
  };
  const http = new HttpLink({
    uri: `${server.url}/graphql`,
    headers: { authorization: `Bearer ${bearer}` },
    fetch: counting,
  });
  const client = new ApolloClient({
    cache: new InMemoryCache(typePolicies && { typePolicies }),
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(socket),
      http,
    ),
  });
  return {
    client,
    requests: () => requests,
    async [Symbol.asyncDispose]() {
      client.stop();
      await socket.dispose();
    },
  };
}

/** What a view shows now, as JSON. */
function view({ client }: Connected, query: string, variables: Record<string, unknown> = {}): () => string {
  let shown = '';
  client.watchQuery({ query: gql(query), variables }).subscribe({
    next: ({ data, error }) => {
      shown = JSON.stringify(error ?? data ?? null);
    },
  });
  return () => shown;
}

function follow({ client }: Connected, subscription: string, variables: Record<string, unknown> = {}): void {
  client.subscribe({ query: gql(subscription), variables }).subscribe({});
}

const BY_ID = 'id revision status';
const BY_CUSTOMER = 'customerId revision status';
const fields = (selection: string) => ({
  list: `query { kycCustomers { nodes { ${selection} } } }`,
  one: `query ($customerId: ID!) { kyc(customerId: $customerId) { ${selection} missingDocuments { type } } }`,
  live: `subscription ($after: String) { kycUpdates(after: $after) { ${selection} cursor kyc { ${selection} missingDocuments { type } } } }`,
});

test.each([
  ['id', BY_ID, undefined],
  ['id, with the policies', BY_ID, apolloTypePolicies],
  ['customerId, with the policies', BY_CUSTOMER, apolloTypePolicies],
])('an update shows in a list, in a detail and in a fragment: by %s', async (_name, selection, policies) => {
  const warned = vi.spyOn(console, 'warn');
  const failed = vi.spyOn(console, 'error');
  await server.callback(customerId, { status: 'KYC_PENDING', docsMissing: ['SELFIE', 'PASSPORT'] });
  await using apollo = connect(await readerToken(), policies);
  const { list, one, live } = fields(selection);
  const views = [view(apollo, list), view(apollo, one, { customerId })];
  await vi.waitFor(() => views.map((shown) => expect(shown()).toContain('KYC_PENDING')));
  const requests = apollo.requests();
  follow(apollo, live, { after: 'earliest' });
  await server.callback(customerId, { status: 'FULL_USER', docsMissing: ['SELFIE'] });
  await vi.waitFor(() => views.map((shown) => expect(shown()).toContain('"revision":2,"status":"FULL_USER"')));
  expect(apollo.requests()).toBe(requests);
  if (policies !== undefined) expect(warned).not.toHaveBeenCalled();
  expect(failed).not.toHaveBeenCalled();
  vi.restoreAllMocks();
});

test('documents with id and documents with customerId are one object, aliases or not', async () => {
  await server.callback(customerId, { status: 'KYC_PENDING' });
  await using apollo = connect(await readerToken(), apolloTypePolicies);
  const query = (selection: string) => `query ($customerId: ID!) { kyc(customerId: $customerId) { ${selection} } }`;
  const views = ['id status', 'customerId status', 'key: customerId status', 'status key: id'].map((selection) =>
    view(apollo, query(selection), { customerId }),
  );
  await vi.waitFor(() => views.map((shown) => expect(shown()).toContain('KYC_PENDING')));
  follow(apollo, 'subscription { kycUpdates { cursor kyc { id status } } }');
  let message = 0;
  await vi.waitFor(async () => {
    await server.callback(customerId, { status: 'FULL_USER', kycEndUserErrorMessage: String(message++) });
    for (const shown of views) expect(shown()).toContain('FULL_USER');
  });
});

test('a customer who was not known shows with the first update, in kyc and in myKyc', async () => {
  await using apollo = connect(await token({ sub: customerId }), apolloTypePolicies);
  const views = [
    view(apollo, 'query ($customerId: ID!) { kyc(customerId: $customerId) { id status } }', { customerId }),
    view(apollo, 'query { myKyc { id status } }'),
  ];
  await vi.waitFor(() => views.map((shown) => expect(shown()).toMatch(/"(kyc|myKyc)":null/)));
  const requests = apollo.requests();
  follow(apollo, 'subscription ($after: String) { kycStatusChanged(after: $after) { cursor kyc { id status } } }');
  await server.callback(customerId, { status: 'KYC_NEEDED' });
  await vi.waitFor(() => views.map((shown) => expect(shown()).toContain('KYC_NEEDED')));
  expect(apollo.requests()).toBe(requests);
});

test('what was read with asOf stays as it was', async () => {
  await server.callback(customerId, { status: 'KYC_PENDING' });
  const asOf = new Date().toISOString();
  await using apollo = connect(await token({ sub: customerId }), apolloTypePolicies);
  const query = `query ($customerId: ID!, $asOf: DateTime) { kyc(customerId: $customerId, asOf: $asOf) { id status } }`;
  const [past, now] = [view(apollo, query, { customerId, asOf }), view(apollo, query, { customerId })];
  await vi.waitFor(() => [past, now].map((shown) => expect(shown()).toContain('KYC_PENDING')));
  follow(apollo, 'subscription { kycStatusChanged { cursor kyc { id status } } }');
  await server.callback(customerId, { status: 'FULL_USER' });
  await vi.waitFor(() => expect(now()).toContain('FULL_USER'));
  expect(past()).toContain('KYC_PENDING');
});
