/** Callback URLs of Apollo Router that behave badly, and subscriptions over them that break the rules of every transport. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ApolloRouter, apolloRouter, type Misbehave, type Subscribe } from '../support/apollo-router.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, startTestServer, type TestServer, token } from '../support/server.ts';

const FOLLOW = 'subscription { kycStatusChanged { revision } }';

let router: ApolloRouter;
let server: TestServer;
let alice: string;
beforeAll(async () => {
  router = await apolloRouter();
  server = await startTestServer(
    { subscriptionCallbackUrls: [router.callbackUrl], production: true },
    { stallMs: 1_000, trustedDocuments: { documents: { follow: FOLLOW } } },
  );
  await server.callback('alice', { status: 'CREATED' });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await router[Symbol.asyncDispose]();
});
let id = '';
let count = 0;
beforeEach(async () => {
  id = `subscription ${count++}`.replace(' ', '-');
  alice = await token({ sub: 'alice' });
  router.misbehave = () => false;
});
afterEach(async () => {
  router.misbehave = () => false;
  router.known.clear();
  await server.callback('alice', { status: 'SOFT_KYC_FAILED', kycRejectLabel: `L${count}` });
  await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 0);
  // The verifier is a secret: whatever happens, no line of the log has one.
  expect(server.logged.join()).not.toContain('the verifier of');
});

const subscribe = async (more: Partial<Subscribe> = {}) => {
  const response = await router.subscribe(server, { query: FOLLOW, token: alice, id, ...more });
  return { status: response.status, ...((await response.json()) as Answer) };
};
const codeOf = ({ errors }: Answer) => errors?.[0]?.extensions.code;
const actions = () => router.messages.filter((message) => message.id === id).map(({ action }) => action);
const on =
  (wanted: string, answer: Misbehave): Misbehave =>
  (message, ...rest) =>
    message.action === wanted && answer(message, ...rest);
const change = () => server.callback('alice', { status: 'SOFT_KYC_FAILED', kycRejectLabel: `M${count++}` });

describe('the first check', () => {
  test.each<[string, Misbehave]>([
    ['404', (_, response) => !!response.writeHead(404).end()],
    ['401', (_, response) => !!response.writeHead(401).end()],
    ['200 with another verifier', (_, response) => !!response.end('{"verifier":"another"}')],
    ['204 without the protocol', (_, response) => !!response.writeHead(204).end()],
    ['204 with another protocol', (_, response) => !!response.writeHead(204, { 'subscription-protocol': 'x' }).end()],
    [
      '202 with the protocol',
      (_, response) => !!response.writeHead(202, { 'subscription-protocol': 'callback/1.0' }).end(),
    ],
    [
      'a redirect to the metadata',
      (_, response) => !!response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    ],
    ['a redirect to itself', (_, response, { url }) => !!response.writeHead(308, { location: String(url) }).end()],
  ])('answered with %s refuses the subscription at once', async (_what, answer) => {
    router.misbehave = on('check', answer);
    const refused = await subscribe();
    expect([refused.status, codeOf(refused), refused.data]).toEqual([400, 'SUBSCRIPTION_CALLBACK_FAILED', undefined]);
    expect(actions()).toEqual(['check']);
  });

  test('with a verifier that Router does not know refuses the subscription', async () => {
    const refused = await subscribe({ verifier: 'the verifier of nobody' });
    expect([refused.status, codeOf(refused)]).toEqual([400, 'SUBSCRIPTION_CALLBACK_FAILED']);
    expect(JSON.stringify(refused)).not.toContain('the verifier of');
  });

  test('is tried again after a 500, and given up after five seconds when nothing comes', async () => {
    let tries = 0;
    router.misbehave = on('check', (_, response) => ++tries === 1 && !!response.writeHead(500).end());
    expect((await subscribe()).status).toBe(200);
    await eventually(() => actions().includes('next'));
    id = `${id}-2`;
    router.misbehave = on('check', () => true);
    const startedAt = performance.now();
    const refused = await subscribe();
    expect([refused.status, codeOf(refused)]).toEqual([400, 'SUBSCRIPTION_CALLBACK_FAILED']);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    expect(actions()).not.toContain('next');
  });

  test('of a port that nobody listens on refuses the subscription', async () => {
    await router.stop();
    const refused = await subscribe();
    await router.start();
    expect([refused.status, codeOf(refused)]).toEqual([400, 'SUBSCRIPTION_CALLBACK_FAILED']);
  });
});

describe('what is sent to subscribe', () => {
  test.each([
    ['another host', 'http://169.254.169.254/callback/x'],
    ['another port', 'http://127.0.0.1:1/callback/x'],
    ['a path beside', (url: string) => `${url}s/x`],
    ['a path above', (url: string) => `${url}/../admin`],
    ['credentials', (url: string) => `${url}/x`.replace('//', '//user:secret@')],
    ['another host behind credentials', (url: string) => `${url}@169.254.169.254/x`],
  ])('a callback URL with %s is refused, and not called', async (_what, given) => {
    const before = router.messages.length;
    const callbackUrl = typeof given === 'string' ? given : given(router.callbackUrl);
    const refused = await subscribe({ callbackUrl });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN']);
    expect(router.messages).toHaveLength(before);
  });

  test.each<[string, Partial<Subscribe>]>([
    ['a callback URL that is a number', { callbackUrl: 5 }],
    ['an empty callback URL', { callbackUrl: '' }],
    ['a verifier that is an object', { verifier: {} }],
    ['a verifier that is too long', { verifier: 'x'.repeat(1_025) }],
    ['an ID that is too long', { id: 'x'.repeat(257) }],
    ['an interval below 0', { heartbeatIntervalMs: -1 }],
    ['an interval that is text', { heartbeatIntervalMs: '5000' }],
    ['a query', { query: '{ myKyc { revision } }' }],
    ['a mutation', { query: 'mutation { refreshKyc(customerId: "alice") { outcome } }' }],
    ['no document', { query: '' }],
    ['a syntax error', { query: 'subscription {' }],
    ['an unknown field', { query: 'subscription { nothing }' }],
    ['an undeclared variable', { variables: { x: 1 } }],
    ['introspection', { query: 'subscription { __schema { queryType { name } } }' }],
    [
      'two root fields',
      { query: 'subscription { a: kycStatusChanged { revision } b: kycStatusChanged { revision } }' },
    ],
    ['too many aliases', { query: `subscription { kycStatusChanged { ${'a: revision '.repeat(25)} } }` }],
  ])('%s is a mistake of the client: nothing is called', async (_what, more) => {
    const before = router.messages.length;
    const refused = await subscribe(more);
    expect(refused.status).toBe(400);
    expect([
      'BAD_USER_INPUT',
      'BAD_REQUEST',
      'GRAPHQL_PARSE_FAILED',
      'GRAPHQL_VALIDATION_FAILED',
      'QUERY_TOO_COMPLEX',
      'FORBIDDEN',
    ]).toContain(codeOf(refused));
    expect(refused.errors).toHaveLength(1);
    expect(router.messages).toHaveLength(before);
  });

  test('tokens are checked as everywhere, and documents have IDs as everywhere', async () => {
    const another = { query: 'subscription { kycStatusChanged(customerId: "bob") { revision } }' };
    expect([codeOf(await subscribe(another)), codeOf(await subscribe({ token: 'no.such.token' }))]).toEqual([
      'FORBIDDEN',
      'UNAUTHENTICATED',
    ]);
    const old = await token({ sub: 'alice' }, Math.floor(Date.now() / 1_000) - 60);
    expect(codeOf(await subscribe({ token: old }))).toBe('UNAUTHENTICATED');
    expect(codeOf(await subscribe({ documentId: 'other', query: '' }))).toBe('DOCUMENT_NOT_FOUND');
    expect((await subscribe({ documentId: 'follow', query: '' })).status).toBe(200);
    await eventually(() => actions().includes('next'));
    const unknown = { variables: { after: `k1.${'A'.repeat(22)}` }, id: `${id}-2` };
    const gone = await subscribe({
      ...unknown,
      query: FOLLOW.replace('{', '($after: String) {').replace('Changed', 'Changed(after: $after)'),
    });
    expect([gone.status, codeOf(gone)]).toEqual([410, 'CURSOR_UNKNOWN']);
  });

  test('a customer holds as many as the limits allow, over all transports', async () => {
    await using small = await startTestServer({
      subscriptionCallbackUrls: [router.callbackUrl],
      limits: { customer: { connections: 2 } },
    });
    const answers: unknown[] = [];
    for (const one of ['a', 'b', 'c'])
      answers.push((await router.subscribe(small, { query: FOLLOW, token: alice, id: `${id}-${one}` })).status);
    expect(answers).toEqual([200, 200, 429]);
  });

  test('without an allow-list the protocol is off', async () => {
    await using off = await startTestServer();
    const response = await router.subscribe(off, { query: FOLLOW, token: alice, id });
    const answer = (await response.json()) as Answer;
    expect([response.status, codeOf(answer), actions()]).toEqual([400, 'BAD_REQUEST', []]);
  });
});

describe('later', () => {
  const open = async (misbehave: Misbehave, more: Partial<Subscribe> = {}) => {
    expect((await subscribe(more)).status).toBe(200);
    await eventually(() => actions().includes('next'));
    router.misbehave = misbehave;
    await change();
  };
  const nexts = () => actions().filter((action) => action === 'next').length;

  test.each<[string, Misbehave]>([
    ['401', (_, response) => !!response.writeHead(401).end()],
    ['400', (_, response) => !!response.writeHead(400).end()],
    [
      'a redirect to the metadata',
      (_, response) => !!response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    ],
    // Router may have it: sent again it could come twice.
    ['504', (_, response) => !!response.writeHead(504).end()],
    ['a connection that breaks', (_, response) => !!response.socket?.destroy()],
  ])(
    'an update that is answered with %s is not sent again: the subscription ends with an error',
    async (_what, answer) => {
      await open(on('next', answer));
      expect((await router.completed(id)).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_CALLBACK_FAILED');
      expect(nexts()).toBe(2);
      await change();
      expect(nexts()).toBe(2);
    },
  );

  test('a 500 is tried again with the same update, and the next ones wait', async () => {
    let tries = 0;
    await open(on('next', (_, response) => ++tries < 4 && !!response.writeHead(500).end()));
    await change();
    await eventually(() => tries >= 5);
    const revisions = router.payloads(id).map((payload) => payload.data.kycStatusChanged.revision);
    const [first = 0] = revisions;
    expect(revisions).toEqual([first, ...Array(4).fill(first + 1), first + 2]);
  });

  test('one update is under way at a time, however slow the callback URL is', async () => {
    let underWay = 0;
    let most = 0;
    await open(
      on('next', (_, response) => {
        most = Math.max(most, ++underWay);
        setTimeout(() => {
          underWay--;
          response.end();
        }, 100);
        return true;
      }),
    );
    for (let changes = 0; changes < 4; changes++) await change();
    await eventually(() => nexts() >= 6);
    expect(most).toBe(1);
  });

  test('a callback URL that takes nothing ends the subscription, and says so; Router can come back', async () => {
    const stalled = (await server.metric('xgateway_kyc_stalled_clients_total{transport="callback"}')) || 0;
    await open(on('next', () => true));
    expect((await router.completed(id)).errors?.[0]?.message).toContain('took nothing for too long');
    expect(await server.metric('xgateway_kyc_stalled_clients_total{transport="callback"}')).toBe(stalled + 1);
    router.misbehave = () => false;
    const before = router.payloads(id).at(-1).data.kycStatusChanged.revision;
    expect((await subscribe()).status).toBe(200);
    await eventually(() => nexts() === 3);
    expect(router.payloads(id).at(-1).data.kycStatusChanged.revision).toBe(before);
  });

  test('heartbeats that fail end the subscription, although no update comes', async () => {
    await subscribe({ heartbeatIntervalMs: 1_000 });
    await eventually(() => actions().includes('next'));
    router.misbehave = on('check', (_, response) => !!response.writeHead(500).end());
    expect((await router.completed(id)).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_CALLBACK_FAILED');
  });

  test('answers that are no HTTP, and a callback URL that is gone, end the subscription within the bound', async () => {
    await open(on('next', (_, response) => !!response.socket?.end('not HTTP\r\n\r\n')));
    expect((await router.completed(id)).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_CALLBACK_FAILED');
    id = `${id}-2`;
    router.misbehave = () => false;
    await subscribe();
    await eventually(() => actions().includes('next'));
    await router.stop();
    await change();
    await eventually(async () => (await server.metric('xgateway_kyc_connections{transport="callback"}')) === 0);
    await router.start();
  });

  test('a server that stops does not wait for a callback URL that hangs', async () => {
    const stopping = await startTestServer({ subscriptionCallbackUrls: [router.callbackUrl] });
    await stopping.callback('alice', { status: 'CREATED' });
    router.misbehave = (message) => message.action !== 'check';
    await router.subscribe(stopping, { query: FOLLOW, token: alice, id });
    await eventually(() => actions().includes('next'));
    const startedAt = performance.now();
    await stopping[Symbol.asyncDispose]();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(actions()).toContain('complete');
  });
});
