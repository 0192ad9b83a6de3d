/** What one operation may ask for, and what a client may hold: one list, judged alike over every transport. */
import { once } from 'node:events';
import { getIntrospectionQuery } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { DEFAULT_LIMITS } from '../../src/access/limits.ts';
import { type Answer, adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

// The rows ask with a service's token for what only it may read, within the limits of a customer.
const { cost, aliases } = DEFAULT_LIMITS.customer;
const limits = { service: { cost, aliases } };

let development: TestServer;
let production: TestServer;
beforeAll(async () => {
  [development, production] = await Promise.all([
    startTestServer({ limits }),
    startTestServer({ limits, production: true }),
  ]);
  await development.callback('c', { status: 'CREATED' });
});
afterAll(async () => {
  await Promise.all([development, production].map((server) => server[Symbol.asyncDispose]()));
});

interface ConfirmationTask {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}
type Ask = (server: TestServer, task: ConfirmationTask, bearer: string) => Promise<Answer>;

const TRANSPORTS: Readonly<Record<string, Ask>> = {
  HTTP: (server, { query, variables }, bearer) => server.query(query, bearer, variables),
  WebSocket: async (server, { query, variables }, bearer) => {
    await using following = server.follow(query, bearer, variables);
    // A protocol error would be a close event: that has no errors to show, and fails the test.
    return await following.next().catch((errors: unknown) => ({ errors }) as Answer);
  },
  SSE: async (server, { query, variables }, bearer) => {
    const client = createSseClient({
      url: `${server.url}/graphql/stream`,
      headers: { authorization: `Bearer ${bearer}` },
    });
    const results = client.iterate({ query, ...(variables && { variables }) });
    const answer = (await results.next()).value as unknown as Answer;
    client.dispose();
    return answer;
  },
};

const repeat = (text: string, times: number) => Array.from({ length: times }, () => text).join(' ');
const aliased = (count: number) => Array.from({ length: count }, (_, index) => `a${index}: count`).join(' ');
/** Costs 1 + 200 × (1 + fields). */
const customers = (first: string, fields: number) =>
  `kycCustomers(${first}) { nodes { ${repeat('revision', fields)} } }`;
/** 19 tokens and one a status. */
const listOf = (count: number) =>
  `{ kycCustomers(first: 0, filter: { statuses: [${repeat('CREATED', count)}] }) { asOf } }`;
const TOO_COMPLEX = 'QUERY_TOO_COMPLEX';

/** What is asked, and the code of the error that it gets; null: an answer. */
const ROWS: readonly (readonly [name: string, task: ConfirmationTask | string, code: string | null])[] = [
  [
    'the deepest query',
    '{ kycCustomers(first: 1) { edges { node { history(first: 1) { edges { node { missingDocuments { type } } } } } } } }',
    null,
  ],
  ['20 aliases', `{ kycStatusCounts { ${aliased(20)} } }`, null],
  ['21 aliases', `{ kycStatusCounts { ${aliased(21)} } }`, TOO_COMPLEX],
  [
    'an alias more in a fragment',
    `{ kycStatusCounts { ${aliased(20)} ...F } } fragment F on KycStatusCount { b: count }`,
    TOO_COMPLEX,
  ],
  [
    'a fragment of 11 aliases, spread twice',
    `{ x: kycStatusCounts { ...F } kycStatusCounts { ...F } } fragment F on KycStatusCount { ${aliased(11)} }`,
    TOO_COMPLEX,
  ],
  ['1,000 tokens', listOf(981), null],
  ['1,001 tokens', listOf(982), 'GRAPHQL_PARSE_FAILED'],
  ['a cost of 4,801', `{ ${customers('first: 200', 23)} }`, null],
  ['a cost of 5,001', `{ ${customers('first: 200', 24)} }`, TOO_COMPLEX],
  ['costs that add up', `{ ${customers('first: 200', 23)} kycStatusCounts { ${repeat('count', 200)} } }`, TOO_COMPLEX],
  ['costs that multiply', '{ kycCustomers { nodes { history(first: 99) { nodes { revision } } } } }', TOO_COMPLEX],
  ['a cost by the default of an argument', `{ ${customers('after: null', 98)} }`, null],
  ['more by the default of an argument', `{ ${customers('after: null', 99)} }`, TOO_COMPLEX],
  ['a null that means the default', `{ ${customers('first: null', 99)} }`, TOO_COMPLEX],
  [
    'a cost by a variable',
    { query: `query ($n: Int) { ${customers('first: $n', 24)} }`, variables: { n: 200 } },
    TOO_COMPLEX,
  ],
  [
    'less by a variable',
    { query: `query ($n: Int = 200) { ${customers('first: $n', 24)} }`, variables: { n: 1 } },
    null,
  ],
  ["a cost by a variable's default", `query ($n: Int = 200) { ${customers('first: $n', 24)} }`, TOO_COMPLEX],
  [
    'a variable that is null',
    { query: `query ($n: Int = 1) { ${customers('first: $n', 99)} }`, variables: { n: null } },
    TOO_COMPLEX,
  ],
  ['a variable that is left out', `query ($n: Int) { ${customers('first: $n', 99)} }`, TOO_COMPLEX],
  [
    'a cost in fragments',
    `{ kycCustomers(first: 200) { ...A } } fragment A on KycConnection { nodes { ...B ...B } } fragment B on KycState { ${repeat('revision', 12)} }`,
    TOO_COMPLEX,
  ],
  [
    'a cost in inline fragments',
    `{ kycCustomers(first: 200) { ... { nodes { ... on KycState { ${repeat('revision', 24)} } } } } }`,
    TOO_COMPLEX,
  ],
  [
    'a cost behind a directive',
    `query ($no: Boolean = false) { ${customers('first: 200', 23)} kyc(customerId: "c") @include(if: $no) { ${repeat('revision', 200)} } }`,
    TOO_COMPLEX,
  ],
  ['201 at once', '{ kycCustomers(first: 201) { asOf } }', 'BAD_USER_INPUT'],
  ['less than none', '{ kycCustomers(first: -1) { asOf } }', 'BAD_USER_INPUT'],
  ['none', '{ kycCustomers(first: 0) { nodes { revision } } }', null],
  ['no cursor', '{ kycCustomers(after: "x") { asOf } }', 'BAD_USER_INPUT'],
  ['no number', { query: `query ($n: Int) { ${customers('first: $n', 1)} }`, variables: { n: 'x' } }, 'BAD_USER_INPUT'],
  ['no GraphQL', '{ kycStatusCounts { count }', 'GRAPHQL_PARSE_FAILED'],
  ['no such field', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  [
    'fragments in a circle',
    '{ kycStatusCounts { ...F } } fragment F on KycStatusCount { ...F }',
    'GRAPHQL_VALIDATION_FAILED',
  ],
  ['two operations, none named', 'query A { __typename } query B { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
];

const asConfirmationTask = (task: ConfirmationTask | string) => (typeof task === 'string' ? { query: task } : task);
const codesOf = ({ errors = [] }: Answer) => new Set(errors.map(({ extensions }) => extensions.code));

describe.each(Object.entries(TRANSPORTS))('over %s', (_transport, ask) => {
  test.each(ROWS)('%s', async (_name, task, code) => {
    const answer = await ask(development, asConfirmationTask(task), await readerToken());
    expect(codesOf(answer)).toEqual(new Set(code === null ? [] : [code]));
    expect(answer.data == null).toBe(code !== null);
  });

  test('introspection is for everyone in development, and for kyc:admin alone in production', async () => {
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Kyc") { name } }',
      '{ ...F } fragment F on Query { x: __schema { queryType { name } } }',
    ]) {
      expect((await ask(development, { query }, await token({ sub: 'c' }))).errors).toBeUndefined();
      expect((await ask(production, { query }, await adminToken())).errors).toBeUndefined();
      for (const bearer of [await readerToken(), await token({ sub: 'c' })]) {
        expect(codesOf(await ask(production, { query }, bearer))).toEqual(new Set(['FORBIDDEN']));
      }
    }
    expect(await ask(production, { query: '{ __typename }' }, await token({ sub: 'c' }))).toEqual({
      data: { __typename: 'Query' },
    });
  });
});

describe('requests over HTTP', () => {
  const post = async (body: string) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${await readerToken()}` };
    return fetch(`${development.url}/graphql`, { method: 'POST', headers, body });
  };

  test('64 KiB, and not a byte more', async () => {
    const body = JSON.stringify({ query: '{ kycStatusCounts { count } }' });
    expect((await post(body.padEnd(65_536))).status).toBe(200);
    for (const size of [65_537, 5_000_000]) {
      const refused = await post(body.padEnd(size));
      expect([refused.status, await refused.json()]).toMatchObject([413, { errors: [{ message: /64 KiB/ }] }]);
    }
  });

  test('a GET query needs a token or a header that no simple request has; a form posted by another site is refused', async () => {
    const get = (headers: Record<string, string>, query: string) =>
      fetch(`${development.url}/graphql?${new URLSearchParams({ query })}`, { headers });
    const authorization = `Bearer ${await readerToken()}`;
    const asked = await get({ authorization }, '{ kycStatusCounts { count } }');
    expect([asked.status, await asked.json()]).toMatchObject([200, { data: { kycStatusCounts: [{ count: 1 }] } }]);
    expect((await get({ authorization }, 'subscription { kycUpdates { revision } }')).status).toBe(405);
    expect((await get({}, '{ __typename }')).status).toBe(400);
    const form = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{"query":"{ __typename }"}' };
    expect((await fetch(`${development.url}/graphql`, form)).status).toBe(400);
  });

  test('no batching', async () => {
    expect((await post('[{"query":"{ __typename }"},{"query":"{ __typename }"}]')).status).toBe(400);
  });

  test('what an operation may not ask for is a mistake of the client, not of ours', async () => {
    const { query } = asConfirmationTask(ROWS[2]?.[1] ?? '');
    expect((await post(JSON.stringify({ query }))).status).toBe(400);
  });

  test('a subscription belongs on a socket, and the answer says so', async () => {
    const answer = await post(JSON.stringify({ query: 'subscription { kycUpdates { revision } }' }));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      errors: [{ message: /WebSocket/, extensions: { code: 'BAD_REQUEST' } }],
    });
  });
});

/** A raw socket that was let in. */
async function socketOf(bearer: string): Promise<WebSocket> {
  const socket = new WebSocket(development.wsUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${bearer}` } }));
  await Promise.race([
    once(socket, 'message'),
    once(socket, 'close').then(([code]) => {
      throw new Error(`closed with ${code}`);
    }),
  ]);
  return socket;
}

const message = async (socket: WebSocket) => JSON.parse(String((await once(socket, 'message'))[0]));
/** The next error of an operation. Several messages may arrive at once, so each is looked at. */
const refusal = (socket: WebSocket): Promise<{ readonly id: string; readonly type: string }> =>
  new Promise((resolve) => {
    const look = (data: RawData): void => {
      const one = JSON.parse(String(data));
      if (one.type !== 'error') return;
      socket.off('message', look);
      resolve(one);
    };
    socket.on('message', look);
  });
const closeCode = async (socket: WebSocket) => Number((await once(socket, 'close'))[0]);

describe('sockets', () => {
  test('64 KiB a message', async () => {
    const bearer = await readerToken();
    const subscribe = JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ __typename }' } });
    const socket = await socketOf(bearer);
    socket.send(subscribe.padEnd(65_536));
    expect(await message(socket)).toMatchObject({ type: 'next' });
    socket.send(subscribe.padEnd(65_537));
    expect(await closeCode(socket)).toBe(1009);
  });

  test('no batching', async () => {
    const socket = await socketOf(await readerToken());
    socket.send('[{"type":"ping"},{"type":"ping"}]');
    expect(await closeCode(socket)).toBe(4400);
  });

  test("20 subscriptions on a customer's socket; one that ends makes room", async () => {
    const socket = await socketOf(await token({ sub: 'c' }));
    const subscribe = (id: number) =>
      socket.send(
        JSON.stringify({
          id: String(id),
          type: 'subscribe',
          payload: { query: 'subscription { kycStatusChanged { revision } }' },
        }),
      );
    for (let id = 1; id <= 21; id++) subscribe(id);
    expect(await refusal(socket)).toMatchObject({
      id: '21',
      payload: [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }],
    });
    socket.send(JSON.stringify({ id: '7', type: 'complete' }));
    subscribe(22);
    subscribe(23);
    expect(await refusal(socket)).toMatchObject({ id: '23' });
    socket.terminate();
  });

  test('1,000 subscriptions on the socket of a service', async () => {
    const socket = await socketOf(await readerToken());
    const payload = { query: 'subscription { kycUpdates { revision } }' };
    for (let id = 1; id <= 1_001; id++) socket.send(JSON.stringify({ id: String(id), type: 'subscribe', payload }));
    expect(await refusal(socket)).toMatchObject({ id: '1001', type: 'error' });
    socket.terminate();
  });

  test('50 sockets a subject, whatever its token; one that leaves makes room', async () => {
    const tokens = [await token({ sub: 'many' }), await token({ sub: 'many' }, '2h')];
    const sockets = await Promise.all(Array.from({ length: 50 }, (_, index) => socketOf(tokens[index % 2] as string)));
    await expect(socketOf(tokens[0] as string)).rejects.toThrow('closed with 4420');
    (await socketOf(await token({ sub: 'somebody else' }))).terminate();
    sockets.pop()?.close();
    await expect.poll(async () => (await socketOf(tokens[0] as string)).terminate()).toBeUndefined();
    for (const socket of sockets) socket.terminate();
  });
});
