/** The callback endpoint of the real server: every row of the answer table, and everything that a callback may hold. */
import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';
import { adminToken, CALLBACK_SECRET, signedCallback, startTestServer, type TestServer } from '../support/server.ts';

/** What a genuine callback that is not understood is answered. */
const NOT_UNDERSTOOD = { status: 202, outcome: 'kept' };
const PREVIOUS = 'the callback secret before';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ secrets: { current: CALLBACK_SECRET, previous: PREVIOUS } });
});
afterAll(async () => server[Symbol.asyncDispose]());

/** Posts a body, and gives the status with what the answer's body says. */
async function post(body: string | Uint8Array<ArrayBuffer>, init: RequestInit = {}, to = server) {
  const response = await fetch(`${to.url}/callbacks/kyc`, { method: 'POST', body, ...init });
  const said = (await response.json()) as { outcome?: string; revision?: number; error?: { code: string } };
  return { status: response.status, headers: response.headers, ...said };
}

/** A revision of a customer as GraphQL shows it. */
async function latest(customerId: string, to = server) {
  const query = `query ($customerId: ID!) { kyc(customerId: $customerId) {
    revision status rawStatus processingStatus missingDocuments { type } rejectLabels endUserMessage } }`;
  return (await to.query(query, await adminToken(), { customerId })).data.kyc;
}

describe('the answer table', () => {
  const customer = (customerId: string, said: object, secret?: string) => signedCallback(customerId, said, secret);
  const rows: [string, string | Uint8Array<ArrayBuffer>, object][] = [
    ['something new', customer('t', { status: 'CREATED' }), { status: 200, outcome: 'applied', revision: 1 }],
    ['nothing new', customer('t', { status: 'CREATED' }), { status: 200, outcome: 'unchanged', revision: 1 }],
    ['null', customer('t', { status: null }), { status: 200, outcome: 'applied', revision: 2 }],
    ['the previous secret', customer('t', { status: 'X' }, PREVIOUS), { status: 200, outcome: 'applied', revision: 3 }],
    ['documents as objects', customer('t', { status: 'X', docsMissing: [{ docType: 'A' }] }), { revision: 4 }],
    ['documents as strings', customer('t', { status: 'X', docsMissing: [' A ', ''] }), { outcome: 'unchanged' }],
    ['not understood', customer('t', { status: 7 }), NOT_UNDERSTOOD],
    ['no status', customer('t', {}), NOT_UNDERSTOOD],
    [
      'another type',
      customer('t', { callbackType: 'transaction' }),
      { status: 422, error: { code: 'OTHER_CALLBACK_TYPE' } },
    ],
    ['another type that is not signed', '{"callbackType":"transaction"}', { error: { code: 'OTHER_CALLBACK_TYPE' } }],
    ['no type', customer('t', { callbackType: undefined, status: 'X' }), { error: { code: 'OTHER_CALLBACK_TYPE' } }],
    ['no hash', customer('t', { hash: undefined, status: 'X' }), { status: 401, error: { code: 'NOT_GENUINE' } }],
    ['a wrong hash', customer('t', { hash: 'x', status: 'X' }), { status: 401, error: { code: 'NOT_GENUINE' } }],
    ['a hash that is no text', customer('t', { hash: ['x'], status: 'X' }), { status: 401 }],
    ["another customer's hash", customer('t', { hash: callbackHash('u', CALLBACK_SECRET) }), { status: 401 }],
    ['no customerId', customer('t', { customerId: undefined, status: 'X' }), { status: 401 }],
    ['a customerId that is a number', customer('t', { customerId: 7, status: 'X' }), { status: 401 }],
    ...['\ud800', 'a\0b', 'a\nb', 'x'.repeat(257), '.', '..', ''].map(
      (id) =>
        [
          `the customerId ${JSON.stringify(id.slice(0, 9))}`,
          customer(id, { status: 'X' }),
          { status: 422, error: { code: 'IMPOSSIBLE_CUSTOMER_ID' } },
        ] as [string, string, object],
    ),
    ['a list', '[{}]', { status: 400, error: { code: 'NOT_JSON' } }],
    ['a text', '"kyc"', { status: 400 }],
    ['null', 'null', { status: 400 }],
    ['nothing', '', { status: 400 }],
    ['half of it', customer('t', { status: 'X' }).slice(0, -1), { status: 400 }],
    ['broken UTF-8', new Uint8Array([0x22, 0xff, 0x22]), { status: 400 }],
    ['64 KiB', customer('t', { status: 'X', pad: 'x'.repeat(65_000) }).padEnd(65_536), { status: 200 }],
    ['one byte more', customer('t', { status: 'X' }).padEnd(65_537), { status: 413, error: { code: 'TOO_LARGE' } }],
    ['ten megabytes', 'x'.repeat(10_000_000), { status: 413, error: { code: 'TOO_LARGE' } }],
  ];
  test.each(rows)('%s', async (_name, body, expected) => {
    expect(await post(body)).toMatchObject(expected);
  });

  test('any content type, or none: the bytes decide', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16']) {
      const answer = await post(signedCallback('types', { status: type }), { headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 200, outcome: 'applied' });
    }
  });

  test('other methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await fetch(`${server.url}/callbacks/kyc`, { method });
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST']);
      expect(await response.json()).toMatchObject({ error: { code: 'METHOD_NOT_ALLOWED' } });
    }
  });
});

describe('behind a proxy', () => {
  const through = (to: TestServer, forwarded: string) =>
    post(signedCallback('c', { status: forwarded }), { headers: { 'x-forwarded-for': forwarded } }, to);

  test('the allow-list checks the address that the trusted proxy saw', async () => {
    await using own = await startTestServer({ trustProxy: 1, callbackAllowedIps: ['203.0.113.0/24', '2001:db8::/32'] });
    for (const [forwarded, status] of [
      ['203.0.113.7', 200],
      ['2001:db8::1', 200],
      ['::ffff:203.0.113.8', 200],
      ['198.51.100.7', 403],
      // What the sender itself wrote into the header stands before what the proxy added.
      ['203.0.113.7, 198.51.100.7', 403],
      ['no address', 403],
    ] as const) {
      expect({ forwarded, status: (await through(own, forwarded)).status }).toEqual({ forwarded, status });
    }
  });

  test('without TRUST_PROXY the header is ignored', async () => {
    await using own = await startTestServer({ callbackAllowedIps: ['203.0.113.0/24'] });
    expect(await through(own, '203.0.113.7')).toMatchObject({ status: 403, error: { code: 'ADDRESS_NOT_ALLOWED' } });
  });

  test('600 refused in a minute: the next refusal is 429, and what is genuine is still recorded', async () => {
    await using own = await startTestServer({ trustProxy: ['127.0.0.0/8'] });
    const forged = { headers: { 'x-forwarded-for': '198.51.100.7' } };
    for (let sent = 0; sent < 600; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => post(signedCallback('c', { hash: 'wrong' }), forged, own)));
    }
    expect((await through(own, '198.51.100.7')).status).toBe(200);
    const refused = await post(signedCallback('c', { hash: 'wrong' }), forged, own);
    expect(refused).toMatchObject({ status: 429, error: { code: 'TOO_MANY_REFUSED' } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait > 0 && wait <= 60).toBe(true);
    expect((await through(own, '203.0.113.7')).status).toBe(200);
  });
});

describe('what a callback may hold', () => {
  test('a body that is split inside a character', async () => {
    const body = Buffer.from(signedCallback('split', { status: 'X', kycEndUserErrorMessage: 'привет 🦄' }));
    for (const character of ['п', '🦄']) {
      const cut = body.indexOf(character) + 1;
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
      socket.setNoDelay(true);
      const head = `POST /callbacks/kyc HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
      await new Promise((resolve) => socket.write(head, resolve));
      await new Promise((resolve) => socket.write(body.subarray(0, cut), resolve));
      socket.end(body.subarray(cut));
      for await (const _ of socket);
    }
    expect((await latest('split')).endUserMessage).toBe('привет 🦄');
  });

  test('keys that could reach a prototype are only data', async () => {
    const keys = '"__proto__":{"polluted":1,"status":"Y"},"constructor":{"prototype":{"polluted":1}},"toString":1';
    const body = signedCallback('proto', { status: 'X' }).replace('{', `{${keys},`);
    expect(await post(body)).toMatchObject({ status: 200, outcome: 'applied' });
    expect(await latest('proto')).toMatchObject({ revision: 1, rawStatus: 'X', processingStatus: null });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('fields may be nested 500 levels deep; a genuine callback that is deeper is kept, another is refused', async () => {
    const nested = (levels: number) =>
      signedCallback('deep', { status: 'X' }).replace('{', `{"nested":${'['.repeat(levels)}${']'.repeat(levels)},`);
    expect(await post(nested(499))).toMatchObject({ status: 200, outcome: 'applied' });
    for (const levels of [500, 30_000]) {
      expect(await post(nested(levels))).toMatchObject({ status: 202, outcome: 'kept' });
      const forged = nested(levels).replace(/"hash":"[^"]+"/, '"hash":"wrong"');
      expect(await post(forged)).toMatchObject({ status: 400, error: { code: 'NOT_JSON' } });
    }
    expect(await post(nested(1))).toMatchObject({ status: 200, outcome: 'unchanged' });
  });

  test('NUL and lone surrogates in free text are kept as sent', async () => {
    const text = 'a\u0000b \ud800 c';
    expect(await post(signedCallback('text', { status: 'X', kycEndUserErrorMessage: text }))).toMatchObject({
      status: 200,
    });
    expect((await latest('text')).endUserMessage).toBe(text);
    expect(await post(signedCallback('text', { status: 'nul\u0000' }))).toMatchObject(NOT_UNDERSTOOD);
    expect(await post(signedCallback('text', { status: '\ud800' }))).toMatchObject(NOT_UNDERSTOOD);
  });

  test('any JSON in any field is recorded or not understood, never an error of ours, and no hash is logged', async () => {
    const plausible = fc.constantFrom(
      null,
      'FULL_USER',
      'A, B',
      ['SELFIE'],
      [{ docType: 'SELFIE' }],
      '',
      [],
      {},
      7,
      true,
    );
    const value = fc.oneof(plausible, fc.jsonValue({ noUnicodeString: false }), fc.string({ unit: 'binary' }));
    const said = fc.record(
      {
        status: value,
        docsMissing: value,
        kycRejectLabel: value,
        kycEndUserErrorMessage: value,
        kycProcessingStatus: value,
        other: value,
      },
      { requiredKeys: [] },
    );
    const asked = new Set<string>();
    const customers = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(customers, said, async (customerId, fields) => {
        const answer = await post(signedCallback(customerId, fields));
        if (answer.error?.code === 'IMPOSSIBLE_CUSTOMER_ID') return;
        if (answer.status === 200) expect(['applied', 'unchanged']).toContain(answer.outcome);
        else expect(answer).toMatchObject(NOT_UNDERSTOOD);
        // Understood means: what is served is what was said.
        const kyc = answer.status === 200 ? await latest(customerId) : null;
        if (kyc !== null) expect(kyc.rawStatus).toBe(fields.status);
        asked.add(customerId);
      }),
      { numRuns: 200 },
    );
    const logged = server.logged.join('');
    for (const customerId of asked) expect(logged).not.toContain(callbackHash(customerId, CALLBACK_SECRET));
  });

  test('what is not understood is named in the log, field by field, without its values', async () => {
    const said = { status: { secret: 'value' }, docsMissing: 'value', kycRejectLabel: 7 };
    await post(signedCallback('named', said));
    const line = server.logged.find((one) => one.includes('"named"'));
    for (const field of ['status', 'docsMissing', 'kycRejectLabel']) expect(line).toContain(`${field}: `);
    expect(line).not.toContain('value');
  });
});

test('50 concurrent callbacks about one customer: each its own revision, and repetitions change nothing', async () => {
  const statuses = Array.from({ length: 50 }, (_, index) => `STATUS ${index}`);
  const answers = await Promise.all(statuses.map((status) => post(signedCallback('busy', { status }))));
  expect(answers.map(({ outcome }) => outcome)).toEqual(statuses.map(() => 'applied'));
  const revisions = answers.map(({ revision }) => Number(revision));
  expect(revisions.toSorted((a, b) => a - b)).toEqual(statuses.map((_, index) => index + 1));
  const query = '{ kyc(customerId: "busy") { history(first: 200) { nodes { revision rawStatus } } } }';
  const { nodes } = (await server.query(query, await adminToken())).data.kyc.history;
  for (const { revision, rawStatus } of nodes) expect(revisions[statuses.indexOf(rawStatus)]).toBe(revision);
  const last = nodes[0].rawStatus;
  const again = await Promise.all(statuses.map(() => post(signedCallback('busy', { status: last }))));
  expect(new Set(again.map(({ outcome, revision }) => `${outcome} ${revision}`))).toEqual(new Set(['unchanged 50']));
});

test('a metric shows which secret still matches', async () => {
  await using own = await startTestServer({ secrets: { current: CALLBACK_SECRET, previous: PREVIOUS } });
  for (const secret of [CALLBACK_SECRET, PREVIOUS, PREVIOUS, 'wrong']) {
    await post(signedCallback('c', { status: 'X' }, secret), {}, own);
  }
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const metrics = await (await fetch(`${own.url}/metrics`, { headers })).text();
  expect(metrics).toContain('xgateway_kyc_genuine_callbacks_total{secret="current"} 1\n');
  expect(metrics).toContain('xgateway_kyc_genuine_callbacks_total{secret="previous"} 2\n');
  expect(metrics).toContain('xgateway_kyc_callbacks_total{outcome="NOT_GENUINE"} 1\n');
});
