/** Hostile GraphQL: one problem per answer, nothing echoed, nothing measured as less than it is; over every transport alike. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { createClient as createSseClient } from 'graphql-sse';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Answer, adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
let production: TestServer;
beforeAll(async () => {
  [server, production] = await Promise.all([startTestServer(), startTestServer({ production: true })]);
  await server.callback('c', { status: 'CREATED' });
});
afterAll(async () => {
  await Promise.all([server, production].map((one) => one[Symbol.asyncDispose]()));
});

type Ask = (query: string, variables?: object, bearer?: string, on?: TestServer) => Promise<Answer>;

const OVER: Readonly<Record<string, Ask>> = {
  HTTP: async (query, variables, bearer, on = server) => on.query(query, bearer ?? (await readerToken()), variables),
  WebSocket: async (query, variables, bearer, on = server) => {
    await using following = on.follow(query, bearer ?? (await readerToken()), variables as Record<string, unknown>);
    return await following.next().catch((errors: unknown) => ({ errors }) as Answer);
  },
  SSE: async (query, variables, bearer, on = server) => {
    const headers = { authorization: `Bearer ${bearer ?? (await readerToken())}` };
    const client = createSseClient({ url: `${on.url}/graphql/stream`, headers });
    const results = client.iterate({ query, variables: variables as Record<string, unknown> });
    const answer = (await results.next()).value as unknown as Answer;
    client.dispose();
    return answer;
  },
};

const filter = 'query ($f: KycFilter) { kycCustomers(filter: $f) { nodes { customerId } } }';
const manyKeys = Object.fromEntries(Array.from({ length: 4_999 }, (_, index) => [`k${index}`, 1]));
const SECRET = 'do not repeat me';

describe.each(Object.entries(OVER))('over %s', (transport, ask) => {
  test('an input with 4,999 mistakes is one error of at most 500 characters', async () => {
    const startedAt = performance.now();
    const { errors } = await ask(filter, { f: manyKeys });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toBe('Variable "$f" is not valid: type "KycFilter" has no field "k0".');
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test.each<[string, string, object]>([
    ['a wrong scalar', 'query ($n: Int) { kycCustomers(first: $n) { asOf } }', { n: SECRET }],
    ['a wrong enum', filter, { f: { statuses: [SECRET] } }],
    ['a wrong input', filter, { f: SECRET.repeat(3_000) }],
    ['a list for an ID', 'query ($id: ID!) { kyc(customerId: $id) { revision } }', { id: [[SECRET]] }],
    ['a wrong date', 'query ($at: DateTime) { kyc(customerId: "c", asOf: $at) { revision } }', { at: SECRET }],
    ['an undeclared variable', '{ kycStatusCounts { count } }', { other: SECRET }],
    ['a missing variable', 'query ($id: ID!) { kyc(customerId: $id) { revision } }', {}],
    ['a null', 'query ($id: ID!) { kyc(customerId: $id) { revision } }', { id: null }],
  ])('%s is one error that repeats no value', async (_what, query, variables) => {
    const { errors, data } = await ask(query, variables);
    expect(data ?? null).toBeNull();
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(errors?.[0]?.message.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(errors)).not.toContain(SECRET);
  });

  test('a document with many mistakes has one error of at most 500 characters', async () => {
    for (const query of [
      `{ ${Array.from({ length: 300 }, (_, index) => `nothing${index}`).join(' ')} }`,
      `{ ${'x'.repeat(50_000)} }`,
      `{ kyc(customerId: ${'9'.repeat(50_000)}.5) { revision } }`,
      `{ ${'é'.repeat(20_000)} }`,
    ]) {
      const { errors } = await ask(query);
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.message.length).toBeLessThanOrEqual(500);
    }
  });

  test.each(['toString', 'valueOf', 'constructor', '__proto__', 'hasOwnProperty'])(
    'the variable $%s is measured as any other',
    async (name) => {
      const query = `query ($${name}: Int) { kycCustomers(first: $${name}) { nodes { history(first: 200) { nodes { revision } } } } }`;
      for (const variables of [JSON.parse(`{"${name}":200}`), {}]) {
        const { errors } = await ask(query, variables, await token({ sub: 'c' }));
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);
      }
    },
  );

  test.each([
    ['an argument', 'query ($ids: [ID!] = ["c"]) { kycByCustomerIds(customerIds: $ids) { status } }', { ids: null }],
    ['@include', 'query ($i: Boolean = true) { kycStatusCounts { count @include(if: $i) } }', { i: null }],
  ])(
    'null for a variable with a default, where %s allows no null, is the mistake of its client',
    async (_place, query, variables) => {
      for (let time = 0; time < 3; time++) {
        const { errors } = await ask(query, variables, await adminToken());
        expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
      }
    },
  );

  test('where introspection is off, no error suggests a name', async () => {
    for (const [query, variables] of [
      ['{ myKyk { revision } }', undefined],
      ['{ myKyc { revisionn } }', undefined],
      ['{ kyc(customerIdd: "c") { revision } }', undefined],
      ['{ kycCustomers(filter: { statuses: [CREATEDD] }) { asOf } }', undefined],
      [filter, { f: { statuses: ['CREATEDD'] } }],
      [filter, { f: { statusess: [] } }],
    ] as const) {
      const { errors } = await ask(query, variables, undefined, production);
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.message).not.toMatch(/did you mean/i);
    }
  });

  test.each(['\ud800', 'a\udc00b', 'a\u0000b', '..', '', 'x'.repeat(257)])('%j is no customer', async (id) => {
    for (const query of [
      'query ($id: ID!) { kyc(customerId: $id) { revision } }',
      'subscription ($id: ID!) { kycStatusChanged(customerId: $id) { revision } }',
      'mutation ($id: ID!) { eraseKyc(customerId: $id) { erasedUpdates } }',
      'mutation ($id: ID!) { refreshKyc(customerId: $id) { outcome } }',
      'mutation ($id: ID!) { confirmKyc(customerId: $id, revision: 1) { outcome } }',
    ]) {
      const { errors } = await ask(query, { id }, await adminToken());
      // A subscription over HTTP is refused before its arguments are looked at.
      const code = query.startsWith('subscription') && transport === 'HTTP' ? 'BAD_REQUEST' : 'BAD_USER_INPUT';
      expect([query, errors?.[0]?.extensions.code]).toEqual([query, code]);
    }
  });
});

describe('a subscription whose root field is left out', () => {
  test.each([
    'subscription { kycUpdates @skip(if: true) { revision } }',
    'subscription ($no: Boolean = false) { kycUpdates @include(if: $no) { revision } }',
    'subscription { ...F @skip(if: true) } fragment F on Subscription { kycUpdates { revision } }',
  ])('%s answers for itself alone', async (query) => {
    for (const ask of [OVER['WebSocket'], OVER['SSE']]) {
      const { errors } = (await ask?.(query)) ?? {};
      expect(errors).toHaveLength(1);
      expect(errors?.[0]?.extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_VALIDATION_FAILED)$/);
    }
  });
});

describe('over HTTP', () => {
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, on = server) =>
    fetch(`${on.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  const MUTATION = JSON.stringify({ query: 'mutation { eraseKyc(customerId: "nobody") { erasedUpdates } }' });

  test('in production nothing is parsed without a token', async () => {
    for (const query of ['{ __typename }', '{ not GraphQL', '{ nothing }']) {
      const response = await post(JSON.stringify({ query }), {}, production);
      expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    }
  });

  test.each(['/graphql', '/graphql/stream'])('%s looks at nothing of a body before the token', async (path) => {
    const parsed = vi.spyOn(JSON, 'parse');
    const body = JSON.stringify({ query: '{ __typename }', variables: { a: 'looked at' } });
    const search = new URLSearchParams({ query: '{ __typename }', variables: '{"a":"looked at"}' });
    const ask = (headers: Record<string, string>, bytes: string | Uint8Array<ArrayBuffer> = body) =>
      Promise.all([
        fetch(production.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: bytes,
        }),
        fetch(`${production.url}${path}?${search}`, { headers }),
      ]);
    const wasParsed = () => parsed.mock.calls.some(([text]) => String(text).includes('looked at'));
    const accept = path === '/graphql' ? 'application/json' : 'text/event-stream';
    const zipped = new Uint8Array(gzipSync(body));
    for (const headers of [{ accept }, { accept, authorization: 'Bearer bad.token' }]) {
      for (const answer of await ask(headers)) expect(answer.status).toBe(401);
      for (const answer of await ask({ ...headers, 'content-encoding': 'gzip' }, zipped))
        expect(answer.status).toBe(401);
    }
    expect(wasParsed()).toBe(false);
    const [posted] = await ask({ accept, authorization: `Bearer ${await readerToken()}` });
    // Undeclared: an error in the stream, or the answer 400.
    expect(await posted?.text()).toContain('BAD_USER_INPUT');
    expect(wasParsed()).toBe(true);
    parsed.mockRestore();
  });

  test.each(['/graphql', '/graphql/stream'])(
    '%s takes gzip and deflate within the limit, and nothing else',
    async (path) => {
      const authorization = `Bearer ${await readerToken()}`;
      const accept = path === '/graphql' ? 'application/json' : 'text/event-stream';
      const send = async (encoding: string, bytes: Uint8Array) => {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding, accept, authorization };
        const response = await fetch(server.url + path, { method: 'POST', headers, body: new Uint8Array(bytes) });
        return [response.status, await response.text()] as const;
      };
      const query = Buffer.from('{"query":"{ __typename }"}');
      for (const [encoding, bytes] of [
        ['gzip', gzipSync(query)],
        ['x-gzip', gzipSync(query)],
        [' GZIP', gzipSync(query)],
        ['deflate', deflateSync(query)],
        ['deflate', deflateRawSync(query)],
        ['identity', query],
        ['', query],
      ] as const) {
        const [status, text] = await send(encoding, bytes);
        expect([encoding, status, text.includes('"data":{"__typename":"Query"}')]).toEqual([encoding, 200, true]);
      }
      const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));
      const refused = [
        await send('br', brotliCompressSync(query)),
        await send('gzip, gzip', gzipSync(gzipSync(query))),
        await send('gzip', bomb),
        await send('gzip', query),
      ];
      expect(refused.map(([status]) => status)).toEqual([415, 415, 413, 400]);
      expect(refused[0]?.[1]).toContain('UNSUPPORTED_ENCODING');
    },
  );

  test.each<[string, object]>([
    [
      'a condition on the field',
      { query: 'subscription ($s: Boolean!) { kycStatusChanged @skip(if: $s) { revision } }' },
    ],
    [
      'a condition on an inline fragment',
      { query: 'subscription ($s: Boolean!) { ... @include(if: $s) { kycStatusChanged { revision } } }' },
    ],
    [
      'a condition in a fragment',
      {
        query:
          'subscription ($s: Boolean!) { ...F } fragment F on Subscription { kycStatusChanged @skip(if: $s) { revision } }',
      },
    ],
    ['a persisted query that is no object', { query: '{ __typename }', extensions: { persistedQuery: 5 } }],
    ['a persisted query of another version', { extensions: { persistedQuery: { version: 2, sha256Hash: 'a' } } }],
    [
      'a persisted query of another hash',
      { query: '{ __typename }', extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
    ],
  ])('%s is a mistake of the client, not of ours', async (_what, body) => {
    const authorization = `Bearer ${await readerToken()}`;
    const response = await post(
      JSON.stringify({
        ...body,
        variables: 'query' in body && String(body.query).includes('$s') ? { s: true } : undefined,
      }),
      { authorization },
    );
    expect(response.status).toBe(400);
    const [error] = ((await response.json()) as Answer).errors ?? [];
    expect(['BAD_REQUEST', 'GRAPHQL_VALIDATION_FAILED']).toContain(error?.extensions.code);
    expect(server.logged.join()).not.toContain('a GraphQL operation failed');
  });

  test('no answer may be stored', async () => {
    const authorization = `Bearer ${await readerToken()}`;
    for (const body of ['{"query":"{ __typename }"}', '{"query":"{"}', 'x', 'x'.repeat(70_000)]) {
      expect((await post(body, { authorization })).headers.get('cache-control')).toBe('no-store');
    }
  });

  test('a byte order mark before the JSON is skipped, and UTF-16 is read', async () => {
    const authorization = `Bearer ${await readerToken()}`;
    const text = '\ufeff{"query":"{ __typename }"}';
    const littleEndian = Buffer.from(text, 'utf16le');
    for (const bytes of [Buffer.from(text), littleEndian, Buffer.from(littleEndian).swap16()]) {
      const response = await post(new Uint8Array(bytes), { authorization });
      expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
    }
  });

  test('a mutation with a cookie from a foreign origin is refused; one without a cookie, or from its own host, is not', async () => {
    const authorization = `Bearer ${await adminToken()}`;
    const status = async (headers: Record<string, string>) =>
      (await post(MUTATION, { authorization, ...headers })).status;
    expect(await status({ origin: 'https://evil.example', cookie: 'a=b' })).toBe(403);
    expect(await status({ origin: 'null', cookie: 'a=b' })).toBe(403);
    expect(await status({ origin: 'https://evil.example' })).toBe(200);
    expect(await status({ origin: server.url, cookie: 'a=b' })).toBe(200);
    expect(await status({ cookie: 'a=b' })).toBe(200);
  });
});

test('an internal error shows nothing of its cause and names the request; the log has both', async () => {
  const viewer = {
    ...{ subject: 's', mayRead: false, mayAdmin: false, expiresAt: null },
    get customerId(): string {
      throw new Error('a fault of the owner');
    },
  };
  await using own = await startTestServer({}, { access: () => viewer });
  for (const path of ['/graphql', '/graphql/stream']) {
    const response = await fetch(own.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-request-id': 'req-7' },
      body: '{"query":"{ myKyc { revision } }"}',
    });
    const text = await response.text();
    expect(text).toContain('Internal error; see the server log (request req-7).');
    expect(text).not.toContain('fault of the owner');
  }
  const lines = own.logged.filter((line) => line.includes('a fault of the owner'));
  // The log counts what repeats within a second.
  expect(JSON.parse(lines[0] ?? '{}')).toMatchObject({ requestId: 'req-7' });
});
