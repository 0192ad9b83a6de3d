/** Documents by ID and by hash, and a server that executes trusted ones only: the same over every transport. */
import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FOLLOW_KYC, LIST_CUSTOMERS } from '../../src/client/documents.ts';
import type { KycGateway } from '../../src/index.ts';
import { openShop, type Shop } from '../embedding/shop.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { type Answer, adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const sha256 = (text: string) => hash('sha256', text, 'hex');
const STATUS = '{ myKyc { status } }';
const FOLLOW = 'subscription { kycStatusChanged { status } }';
const MISSING = `{ myKyc { ${'x'.repeat(10)} } }`;
const DOCUMENTS = new Map([
  ['status', STATUS],
  ['follow', FOLLOW],
  [`sha256:${sha256('{ myKyc { revision } }')}`, '{ myKyc { revision } }'],
  ['__proto__', '{ myKyc { verified } }'],
  ['broken', '{'],
  ['introspection', '{ __schema { queryType { name } } }'],
]);

let open: TestServer;
let closed: TestServer;
let shop: Shop;
beforeAll(async () => {
  const options = { trustedDocuments: { documents: DOCUMENTS } };
  [open, closed, shop] = await Promise.all([
    startTestServer({}, options),
    startTestServer({}, { trustedDocuments: { documents: DOCUMENTS, only: true } }),
    openShop({ trustedDocuments: { documents: DOCUMENTS, only: true } }),
  ]);
  await Promise.all([open.callback('alice', { status: 'CREATED' }), closed.callback('alice', { status: 'CREATED' })]);
  await shop.receive('alice', 'CREATED');
});
afterAll(async () => {
  await Promise.all([open, closed, shop].map((one) => one[Symbol.asyncDispose]()));
});

type Body = Readonly<Record<string, unknown>>;
type Send = (server: TestServer, body: Body, bearer: string) => Promise<Answer & { readonly status?: number }>;

const searchOf = (body: Body) =>
  new URLSearchParams(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
const headersOf = (bearer: string, accept = 'application/json') => ({
  accept,
  'content-type': 'application/json',
  authorization: `Bearer ${bearer}`,
});

/** The first result of a stream. */
async function streamed(response: Response): Promise<Answer & { readonly status: number }> {
  const isStream = !response.headers.get('content-type')?.startsWith('application/json');
  if (!isStream) return { status: response.status, ...((await response.json()) as Answer) };
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const found = /data: (\{.*\})\n|\r\n\r\n(\{"(?:payload|errors).*\})\r\n/.exec(text);
    if (found === null) continue;
    const result = JSON.parse(found[1] ?? found[2] ?? '');
    return { status: response.status, ...(result.payload ?? result) };
  }
  throw new Error(`no result in ${text}`);
}
const post = (url: string, body: Body, bearer: string, accept?: string) =>
  fetch(url, { method: 'POST', headers: headersOf(bearer, accept), body: JSON.stringify(body) });

const OVER: Readonly<Record<string, Send>> = {
  'HTTP POST': async ({ url }, body, bearer) => streamed(await post(`${url}/graphql`, body, bearer)),
  'HTTP GET': async ({ url }, body, bearer) =>
    streamed(await fetch(`${url}/graphql?${searchOf(body)}`, { headers: headersOf(bearer) })),
  'SSE at /graphql/stream': async ({ url }, body, bearer) =>
    streamed(await post(`${url}/graphql/stream`, body, bearer, 'text/event-stream')),
  'SSE by GET': async ({ url }, body, bearer) =>
    streamed(
      await fetch(`${url}/graphql/stream?${searchOf(body)}`, { headers: headersOf(bearer, 'text/event-stream') }),
    ),
  multipart: async ({ url }, body, bearer) =>
    streamed(await post(`${url}/graphql`, body, bearer, 'multipart/mixed;subscriptionSpec=1.0')),
  'SSE or JSON': async ({ url }, body, bearer) =>
    streamed(await post(`${url}/graphql`, body, bearer, 'text/event-stream, application/json')),
  WebSocket: async ({ wsUrl }, payload, bearer) => {
    using socket = await openSocket(wsUrl);
    socket.init({ token: bearer });
    await socket.next();
    socket.send({ id: '1', type: 'subscribe', payload });
    const { type, payload: answer } = await socket.next();
    return type === 'error' ? { errors: answer } : answer;
  },
};
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;
const alice = () => token({ sub: 'alice' });
const persisted = (text: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: sha256(text) } } });

describe.each(Object.entries(OVER))('over %s', (transport, send) => {
  test('a trusted document is executed by its ID, its hash, and its hash with a prefix', async () => {
    const bearer = await alice();
    const hashed = sha256(STATUS);
    for (const body of [
      { documentId: 'status' },
      { documentId: hashed },
      { documentId: `sha256:${hashed}` },
      { query: '', documentId: 'status' },
      persisted(STATUS),
      { query: '', ...persisted(STATUS) },
      { query: STATUS },
      { query: STATUS, ...persisted(STATUS) },
    ]) {
      expect((await send(closed, body, bearer)).data).toEqual({ myKyc: { status: 'CREATED' } });
    }
    const revision = { documentId: sha256('{ myKyc { revision } }') };
    expect((await send(closed, revision, bearer)).data).toEqual({ myKyc: { revision: 1 } });
    expect((await send(open, { documentId: '__proto__' }, bearer)).data).toEqual({ myKyc: { verified: false } });
  });

  test('with only: true another document is refused, and its ID or hash is not known', async () => {
    const bearer = await alice();
    const status = transport.startsWith('HTTP') || transport === 'SSE or JSON' ? 400 : undefined;
    for (const query of ['{ myKyc { revision status } }', `${STATUS} `, '{ (', '{ __typename }', 'x'.repeat(10_000)]) {
      const answer = await send(closed, { query }, transport === 'HTTP GET' ? await readerToken() : bearer);
      expect([codeOf(answer), answer.data]).toEqual(['DOCUMENT_NOT_TRUSTED', undefined]);
      if (status !== undefined) expect(answer.status).toBe(status);
      expect(codeOf(await send(closed, { query, ...persisted(query) }, bearer))).toBe('DOCUMENT_NOT_TRUSTED');
    }
    expect(codeOf(await send(closed, persisted(MISSING), bearer))).toBe('PERSISTED_QUERY_NOT_FOUND');
    for (const documentId of ['nothing', 'toString', 'constructor', sha256(MISSING)]) {
      expect(codeOf(await send(closed, { documentId }, bearer))).toBe('DOCUMENT_NOT_FOUND');
    }
  });

  test('with only: true staff and this package’s own client go on', async () => {
    expect((await send(closed, { query: '{ __typename }' }, await adminToken())).data).toEqual({ __typename: 'Query' });
    const list = { query: LIST_CUSTOMERS.replaceAll(/\s+/g, ' '), variables: { first: 1 } };
    expect((await send(closed, list, await readerToken())).data.kycCustomers.nodes).toHaveLength(1);
    // What an administrator has persisted is trusted by nobody else for it.
    const query = `{ __typename } # ${transport}`;
    expect((await send(closed, { query, ...persisted(query) }, await adminToken())).errors).toBeUndefined();
    expect(codeOf(await send(closed, persisted(query), await alice()))).toBe('DOCUMENT_NOT_TRUSTED');
  });

  test('a persisted query is asked for once, and then known over every transport', async () => {
    const bearer = await alice();
    const query = `{ myKyc { status } } # persisted over ${transport}`;
    const first = await send(open, persisted(query), bearer);
    expect([codeOf(first), first.errors?.[0]?.message]).toEqual([
      'PERSISTED_QUERY_NOT_FOUND',
      'PersistedQueryNotFound',
    ]);
    if (first.status !== undefined) expect(first.status).toBe(200);
    expect((await send(open, { query, ...persisted(query) }, bearer)).data).toEqual({ myKyc: { status: 'CREATED' } });
    for (const other of Object.values(OVER)) {
      expect((await other(open, persisted(query), bearer)).data).toEqual({ myKyc: { status: 'CREATED' } });
    }
  });

  test.each<[string, Body]>([
    ['an ID and a text', { documentId: 'status', query: STATUS }],
    ['an ID and a hash', { documentId: 'status', ...persisted(STATUS) }],
    ['a hash of another text', { query: '{ __typename }', ...persisted(STATUS) }],
    ['another version', { query: STATUS, extensions: { persistedQuery: { version: 2, sha256Hash: sha256(STATUS) } } }],
    ['a hash that is a number', { extensions: { persistedQuery: { version: 1, sha256Hash: 5 } } }],
    ['a hash that is an object', { extensions: { persistedQuery: { version: 1, sha256Hash: {} } } }],
    ['an ID of 257 characters', { documentId: 'x'.repeat(257) }],
    ['an empty ID', { documentId: '' }],
  ])('%s is a bad request, and not executed', async (_what, body) => {
    for (const server of [open, closed]) {
      const answer = await send(server, body, await alice());
      expect([codeOf(answer), answer.data]).toEqual(['BAD_REQUEST', undefined]);
    }
  });

  test('limits hold for trusted documents too', async () => {
    expect(codeOf(await send(closed, { documentId: 'broken' }, await alice()))).toBe('GRAPHQL_PARSE_FAILED');
  });

  test('an expired token is told nothing about documents', async () => {
    const old = await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 60);
    const send401 = send(closed, { documentId: 'nothing' }, old).then(codeOf, () => 'UNAUTHENTICATED');
    expect(await send401).toBe('UNAUTHENTICATED');
  });
});

test.each(['SSE at /graphql/stream', 'SSE by GET', 'multipart', 'SSE or JSON', 'WebSocket'])(
  'a subscription starts by ID over %s',
  async (transport) => {
    const send = OVER[transport] as Send;
    const expected = { kycStatusChanged: { status: 'CREATED' } };
    expect((await send(closed, { documentId: 'follow' }, await alice())).data).toEqual(expected);
    expect((await send(closed, persisted(FOLLOW), await alice())).data).toEqual(expected);
    const own = { query: FOLLOW_KYC, variables: { customerId: null } };
    expect((await send(closed, own, await alice())).data).toMatchObject(expected);
  },
);

test('a subscription by ID in a plain request is told to use another transport', async () => {
  const answer = await (OVER['HTTP POST'] as Send)(closed, { documentId: 'follow' }, await alice());
  expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
});

test('a parameter that is given twice is refused', async () => {
  const headers = headersOf(await alice());
  for (const [first, second] of [
    [`query=${encodeURIComponent(STATUS)}`, 'query={__typename}'],
    ['documentId=status', 'documentId=nothing'],
  ]) {
    const response = await fetch(`${closed.url}/graphql?${first}&${second}`, { headers });
    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).not.toContain('"data":{');
  }
});

test('a socket stays open after a document was refused', async () => {
  using socket = await openSocket(closed.wsUrl);
  socket.init({ token: await alice() });
  await socket.next();
  for (const payload of [{}, { query: 5 }, { documentId: {} }, { extensions: 5 }, { query: null, extensions: [] }]) {
    socket.send({ id: '1', type: 'subscribe', payload });
    expect((await socket.next()).type).toBe('error');
  }
  socket.send({ id: '2', type: 'subscribe', payload: { documentId: 'status' } });
  expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { myKyc: { status: 'CREATED' } } } });
});

test('bodies that are no operation are refused as ever', async () => {
  const bearer = await alice();
  for (const body of [
    '[]',
    `[{"query":"${STATUS}"}]`,
    '5',
    '"{ __typename }"',
    '{}',
    'null',
    '{"query":["{ __typename }"]}',
  ]) {
    const response = await fetch(`${closed.url}/graphql`, { method: 'POST', headers: headersOf(bearer), body });
    expect([body, response.status]).toEqual([body, 400]);
  }
});

describe('through the fetch handler', () => {
  const ask = async (gateway: KycGateway, body: Body) => {
    const request = new Request('https://shop.example/graphql', {
      method: 'POST',
      headers: headersOf(await alice()),
      body: JSON.stringify(body),
    });
    const response = await gateway.fetch(request);
    return { status: response.status, ...((await response.json()) as Answer) };
  };
  test('documents are looked up and refused alike', async () => {
    expect((await ask(shop.gateway, { documentId: 'status' })).data).toEqual({ myKyc: { status: 'CREATED' } });
    const refused = await ask(shop.gateway, { query: '{ __typename }' });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'DOCUMENT_NOT_TRUSTED']);
  });
});

describe('a store of the application', () => {
  const stores: readonly [string, (id: string) => unknown, string][] = [
    [
      'throws',
      () => {
        throw new Error('secret of the store');
      },
      'DOCUMENTS_UNAVAILABLE',
    ],
    ['rejects', () => Promise.reject(new Error('secret of the store')), 'DOCUMENTS_UNAVAILABLE'],
    ['answers with a number', async () => 5, 'DOCUMENTS_UNAVAILABLE'],
    ['knows nothing', async () => undefined, 'DOCUMENT_NOT_FOUND'],
  ];
  test.each(stores)('that %s', async (_what, get, code) => {
    await using server = await startTestServer({}, { trustedDocuments: { documents: { get } as never, only: true } });
    for (const send of [OVER['HTTP POST'], OVER['WebSocket'], OVER['SSE at /graphql/stream']] as Send[]) {
      const answer = await send(server, { documentId: 'one' }, await alice());
      expect(codeOf(answer)).toBe(code);
      expect(JSON.stringify(answer)).not.toContain('secret of the store');
    }
  });

  test('that answers later', async () => {
    const get = async (id: string) => (id === 'one' ? STATUS : null);
    await using server = await startTestServer({}, { trustedDocuments: { documents: { get }, only: true } });
    for (const send of Object.values(OVER)) {
      expect((await send(server, { documentId: 'one' }, await alice())).data).toEqual({ myKyc: null });
      expect(codeOf(await send(server, { query: STATUS }, await alice()))).toBe('DOCUMENT_NOT_TRUSTED');
    }
  });

  test('that hangs is given up after five seconds', async () => {
    const documents = { get: () => new Promise<string>(() => {}) };
    await using server = await startTestServer({}, { trustedDocuments: { documents } });
    const startedAt = performance.now();
    const answer = await (OVER['HTTP POST'] as Send)(server, { documentId: 'one' }, await alice());
    expect([answer.status, codeOf(answer)]).toEqual([503, 'DOCUMENTS_UNAVAILABLE']);
    expect(performance.now() - startedAt).toBeGreaterThan(4_900);
  });
});
