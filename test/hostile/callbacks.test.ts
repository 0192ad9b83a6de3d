/** Callbacks from strangers, from proxies that misbehave, and from somebody who has seen one hash. */
import { connect } from 'node:net';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { adminToken, signedCallback, startTestServer, type TestServer } from '../support/server.ts';
import { API_KEY, startXgateway } from '../support/xgateway.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server[Symbol.asyncDispose]());

type Body = string | Uint8Array<ArrayBuffer>;
async function post(body: Body, init: RequestInit & { path?: string } = {}, to = server) {
  const { path = '/callbacks/kyc', ...rest } = init;
  const response = await fetch(`${to.url}${path}`, { method: 'POST', body, ...rest });
  const said = (await response.json()) as { outcome?: string; revision?: number; error?: { code: string } };
  return { status: response.status, headers: response.headers, ...said };
}
const bytes = (buffer: Buffer) => new Uint8Array(buffer) as Uint8Array<ArrayBuffer>;
const lines = (to: TestServer, part: string) => to.logged.filter((line) => line.includes(part));

describe('trust comes before limits', () => {
  test('a genuine callback is recorded however many others behind the same proxy were refused', async () => {
    await using own = await startTestServer();
    for (let sent = 0; sent < 650; sent += 50) {
      const forged = Array.from({ length: 50 }, () =>
        post(signedCallback('c', { hash: 'wrong', status: 'X' }), {}, own),
      );
      await Promise.all(forged);
    }
    expect(await post(signedCallback('c', { hash: 'wrong', status: 'X' }), {}, own)).toMatchObject({
      status: 429,
      error: { code: 'TOO_MANY_REFUSED' },
    });
    expect(await post(signedCallback('c', { status: 'X' }), {}, own)).toMatchObject({ status: 200 });
    expect(await post(signedCallback('a\u0000', { status: 'X' }), {}, own)).toMatchObject({ status: 429 });
    expect(await own.metric('xgateway_kyc_callbacks_total{outcome="TOO_MANY_REFUSED"}')).toBeGreaterThan(50);
    expect(lines(own, 'Too many callbacks from this address')[0]).toContain('"address":"127.0.0.1"');
  });

  test('callbacks of other types never count, and are never answered 429', async () => {
    await using own = await startTestServer();
    for (let sent = 0; sent < 650; sent += 50) {
      await Promise.all(Array.from({ length: 50 }, () => post('{"callbackType":"transaction"}', {}, own)));
    }
    expect(await post('{"callbackType":"transaction"}', {}, own)).toMatchObject({ status: 422 });
    expect(await post(signedCallback('c', { hash: 'wrong' }), {}, own)).toMatchObject({ status: 401 });
    expect(await post('not JSON', {}, own)).toMatchObject({ status: 400 });
  });

  test('X-Forwarded-For without a trusted proxy is reported once', async () => {
    await using own = await startTestServer();
    for (const status of ['A', 'B']) {
      await post(signedCallback('c', { status }), { headers: { 'x-forwarded-for': '203.0.113.7' } }, own);
    }
    expect(lines(own, 'TRUST_PROXY')).toHaveLength(1);
    await using trusting = await startTestServer({ trustProxy: 1 });
    await post(signedCallback('c', { status: 'A' }), { headers: { 'x-forwarded-for': '203.0.113.7' } }, trusting);
    expect(lines(trusting, 'TRUST_PROXY')).toEqual([]);
  });

  test('an address that is not allowed is refused, counted and logged', async () => {
    await using own = await startTestServer({ callbackAllowedIps: ['203.0.113.7'] });
    expect(await post(signedCallback('c', { status: 'X' }), {}, own)).toMatchObject({ status: 403 });
    expect(lines(own, 'not accepted from this address')[0]).toContain('"address":"127.0.0.1"');
    expect(await own.metric('xgateway_kyc_callbacks_total{outcome="ADDRESS_NOT_ALLOWED"}')).toBe(1);
  });

  test.each([
    ['203.0.113.7:50123', 200],
    ['[2001:db8::1]', 200],
    ['[2001:db8::1]:443', 200],
    ['"[2001:db8::1]:443"', 200],
    // A proxy in between that adds ports as well.
    ['203.0.113.7:1, 127.0.0.1:2', 200],
    ['0313.0.113.7', 403],
    ['203.113.7', 403],
    ['198.51.100.7:50123', 403],
  ])('X-Forwarded-For: %s is %i', async (forwarded, status) => {
    await using own = await startTestServer({
      trustProxy: ['127.0.0.0/8'],
      callbackAllowedIps: ['203.0.113.0/24', '2001:db8::/32'],
    });
    const headers = { 'x-forwarded-for': forwarded };
    expect((await post(signedCallback('c', { status: 'X' }), { headers }, own)).status).toBe(status);
  });
});

describe('one customer, changed again and again', () => {
  test('beyond the limit changes get 429, repetitions 200, and what takes FULL_USER away is recorded', async () => {
    await using xgateway = await startXgateway();
    xgateway.customers.set('c', { status: 'FULL_USER' });
    await using own = await startTestServer({
      callbacksPerCustomerPerMinute: 5,
      requireConfirmation: false,
      xgatewayApi: { key: API_KEY, url: xgateway.url },
    });
    for (const status of ['A', 'B', 'A', 'B', 'FULL_USER']) {
      expect(await post(signedCallback('c', { status }), {}, own)).toMatchObject({ status: 200, outcome: 'applied' });
    }
    await eventually(() => xgateway.asked.length > 0);
    const asked = xgateway.asked.length;
    const refused = await post(signedCallback('c', { status: 'FULL_USER', kycEndUserErrorMessage: 'x' }), {}, own);
    expect(refused).toMatchObject({ status: 429, error: { code: 'TOO_MANY_FOR_CUSTOMER' } });
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait > 0 && wait <= 60).toBe(true);
    await eventually(() => xgateway.asked.length > asked);
    expect(await post(signedCallback('c', { status: 'FULL_USER' }), {}, own)).toMatchObject({ outcome: 'unchanged' });
    expect(await post(signedCallback('d', { status: 'FULL_USER' }), {}, own)).toMatchObject({ outcome: 'applied' });
    expect(await post(signedCallback('c', { status: 'HARD_KYC_FAILED' }), {}, own)).toMatchObject({
      outcome: 'applied',
    });
    expect(await post(signedCallback('c', { status: 'FULL_USER' }), {}, own)).toMatchObject({ status: 429 });
    expect(await post(signedCallback('c', { status: 7 }), {}, own)).toMatchObject({ status: 429 });
    const [line, ...more] = lines(own, 'Too many changes of one customer');
    expect(more).toEqual([]);
    expect(line).toContain('"address":"127.0.0.1"');
  });

  test('a burst of repetitions does not use the limit up', async () => {
    await using own = await startTestServer({ callbacksPerCustomerPerMinute: 3 });
    const same = signedCallback('c', { status: 'A' });
    await Promise.all(Array.from({ length: 50 }, () => post(same, {}, own)));
    expect(await post(signedCallback('c', { status: 'B' }), {}, own)).toMatchObject({
      outcome: 'applied',
      revision: 2,
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(signedCallback('c', { status: `S${index}` }), {}, own)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(19);
  });

  test('0 turns the limit off', async () => {
    await using own = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
    const statuses = Array.from({ length: 200 }, (_, index) => `S${index}`);
    const answers = await Promise.all(statuses.map((status) => post(signedCallback('c', { status }), {}, own)));
    expect(answers.every(({ outcome }) => outcome === 'applied')).toBe(true);
  });

  test('16,000 labels are compared in a moment, again and again', async () => {
    const labels = Array.from({ length: 10_000 }, (_, index) => index.toString(36));
    const forwards = signedCallback('labels', { status: 'X', kycRejectLabel: labels.join(',') });
    const backwards = signedCallback('labels', { status: 'X', kycRejectLabel: labels.toReversed().join(',') });
    await post(forwards);
    const startedAt = performance.now();
    for (let sent = 0; sent < 20; sent++) expect(await post(backwards)).toMatchObject({ outcome: 'unchanged' });
    // In O(n²) each took 200 ms and more.
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});

describe('bodies as they come', () => {
  const said = (status: string) => Buffer.from(signedCallback('bodies', { status, kycEndUserErrorMessage: 'Ärger' }));
  const mark = (bom: number[], body: Buffer) => bytes(Buffer.concat([Buffer.from(bom), body]));
  const utf16 = (status: string) => Buffer.from(said(status).toString(), 'utf16le');
  const typed = (charset: string) => ({ 'content-type': `application/json; charset=${charset}` });

  test.each<[name: string, body: Uint8Array<ArrayBuffer>, headers: Record<string, string>]>([
    ['gzip', bytes(gzipSync(said('gzip'))), { 'content-encoding': 'gzip' }],
    ['GZIP', bytes(gzipSync(said('GZIP'))), { 'content-encoding': 'GZIP' }],
    ['deflate', bytes(deflateSync(said('deflate'))), { 'content-encoding': 'deflate' }],
    ['raw deflate', bytes(deflateRawSync(said('raw'))), { 'content-encoding': 'deflate' }],
    ['identity', bytes(said('identity')), { 'content-encoding': 'identity' }],
    ['a UTF-8 mark', mark([0xef, 0xbb, 0xbf], said('bom')), {}],
    ['UTF-16LE with a mark', mark([0xff, 0xfe], utf16('16le')), {}],
    ['UTF-16BE with a mark', mark([0xfe, 0xff], utf16('16be').swap16()), typed('utf-8')],
    ['UTF-16LE, declared', bytes(utf16('declared le')), typed('utf-16le')],
    ['UTF-16BE, declared', bytes(utf16('declared be').swap16()), typed('utf-16be')],
    ['Latin-1', bytes(Buffer.from(said('latin').toString(), 'latin1')), typed('iso-8859-1')],
    ['UTF-16 in gzip', bytes(gzipSync(utf16('both'))), { 'content-encoding': 'gzip', ...typed('utf-16le') }],
  ])('%s', async (_name, body, headers) => {
    expect(await post(body, { headers })).toMatchObject({ status: 200, outcome: 'applied' });
    const { data } = await server.query('{ kyc(customerId: "bodies") { endUserMessage } }', await adminToken());
    expect(data.kyc.endUserMessage).toBe('Ärger');
  });

  test('a bomb is refused before it is inflated, and an encoding that we do not know is named', async () => {
    const bomb = bytes(gzipSync(Buffer.alloc(50_000_000, ' ')));
    const before = process.memoryUsage().arrayBuffers;
    const gzip = { 'content-encoding': 'gzip' };
    expect(await post(bomb, { headers: gzip })).toMatchObject({ status: 413, error: { code: 'TOO_LARGE' } });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    const fits = bytes(gzipSync(Buffer.from(signedCallback('bomb', { status: 'X' }).padEnd(65_536))));
    expect(await post(fits, { headers: gzip })).toMatchObject({ status: 200 });
    const over = bytes(gzipSync(Buffer.from(signedCallback('bomb', { status: 'X' }).padEnd(65_537))));
    expect(await post(over, { headers: gzip })).toMatchObject({ status: 413 });
    expect(await post(bytes(gzipSync('{}').subarray(0, 12)), { headers: gzip })).toMatchObject({ status: 400 });
    expect(await post('{}', { headers: { 'content-encoding': 'br' } })).toMatchObject({ status: 415 });
  });

  test('the path may have more slashes than it should; a POST that reaches nothing is logged', async () => {
    for (const path of [
      '//callbacks/kyc',
      '/callbacks//kyc',
      '/callbacks/kyc/',
      '/callbacks/kyc//',
      '/callbacks%2Fkyc?a=1',
    ]) {
      expect(await post(signedCallback('slashes', { status: path }), { path })).toMatchObject({ outcome: 'applied' });
    }
    expect(await post('{}', { path: '/callback/kyc?secret=1' })).toMatchObject({ status: 404 });
    const [line] = lines(server, 'matched no route');
    expect(line).toContain('"path":"/callback/kyc"');
    expect(line).toContain('"address":"127.0.0.1"');
  });

  test('numbers keep their digits and __proto__ is a key, in the journal and in GraphQL', async () => {
    const unknown = '"amount":12345678901234567890,"rate":1.10,"__proto__":{"big":1e400,"zero":-0},"list":[1.0]';
    const body = signedCallback('exact', { status: 'X' }).replace('{', `{${unknown},`);
    expect(await post(body)).toMatchObject({ outcome: 'applied' });
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await adminToken()}` },
      body: JSON.stringify({ query: '{ kyc(customerId: "exact") { latestUpdate { extra } } }' }),
    });
    expect(await response.text()).toContain(`"extra":{${unknown}}`);
  });
});

describe('request IDs', () => {
  test('every answer has one: the caller’s if it is harmless, else a new one', async () => {
    const given = async (id: string, path = '/callbacks/kyc') =>
      (await fetch(`${server.url}${path}`, { method: 'POST', body: '', headers: { 'x-request-id': id } })).headers.get(
        'x-request-id',
      );
    expect(await given('Trace-1.a_b')).toBe('Trace-1.a_b');
    for (const path of ['/graphql', '/nothing', '/health/live', '/console', '/metrics', '/graphql/stream']) {
      expect([path, await given('Trace-1', path)]).toEqual([path, 'Trace-1']);
    }
    for (const id of ['', 'a b', 'x'.repeat(65), 'ä', '"']) {
      expect(await given(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('the journal and the log have the same', async () => {
    await post(signedCallback('id', { status: 'X' }), { headers: { 'x-request-id': 'the-first' } });
    const ask = '{ kyc(customerId: "id") { latestUpdate { requestId } } }';
    expect((await server.query(ask, await adminToken())).data.kyc.latestUpdate.requestId).toBe('the-first');
    await post(signedCallback('id', { status: 7 }), { headers: { 'x-request-id': 'the-second' } });
    expect(lines(server, 'not understood').at(-1)).toContain('"requestId":"the-second"');
  });
});

test('a client that leaves in the middle of its body harms nobody', async () => {
  const { port } = new URL(server.url);
  for (let left = 0; left < 20; left++) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    await new Promise((resolve) =>
      socket.write('POST /callbacks/kyc HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{', resolve),
    );
    socket.destroy();
  }
  expect(await post(signedCallback('left', { status: 'X' }))).toMatchObject({ status: 200 });
  expect(lines(server, 'request failed')).toEqual([]);
});
