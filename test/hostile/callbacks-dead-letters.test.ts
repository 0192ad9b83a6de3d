/** Dead letters under attack: what is genuine stays, what is refused shares its space, and no hash is kept. */
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';
import { eventually } from '../support/eventually.ts';
import { adminToken, CALLBACK_SECRET, signedCallback, startTestServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ trustProxy: 1, callbacksPerCustomerPerMinute: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

const post = (body: string | Uint8Array<ArrayBuffer>, address = '203.0.113.1') =>
  fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body, headers: { 'x-forwarded-for': address } });

interface Row {
  readonly reason: string;
  readonly body: string;
  readonly sender: string | null;
  readonly customer_id: string | null;
  readonly request_id: string | null;
  readonly count: number;
}
function rows(where: string): Row[] {
  using database = new DatabaseSync(server.settings.databaseUrl.slice('sqlite:'.length), { readOnly: true });
  return database.prepare(`select * from dead_letters where ${where} order by id`).all() as unknown as Row[];
}
const refused = async (address: string, count: number, customerId = (index: number) => `${address} ${index}`) => {
  for (let index = 0; index < count; index += 50) {
    const some = Array.from({ length: Math.min(50, count - index) }, (_, one) => one + index);
    await Promise.all(
      some.map((one) => post(signedCallback(customerId(one), { hash: `wrong ${one}`, status: 'X' }), address)),
    );
  }
};

test('a flood from one address displaces neither another sender nor a known customer', async () => {
  await post(signedCallback('known', { status: 'CREATED' }));
  await refused('198.51.100.1', 5);
  await refused('198.51.100.2', 1, () => 'known');
  await refused('198.51.100.2', 2_500);
  await eventually(() => rows("category = 'REFUSED'").length >= 1_000);
  expect(rows("sender = '198.51.100.1'")).toHaveLength(5);
  expect(rows("sender = '198.51.100.2' and customer_id = 'known'")).toHaveLength(1);
  const dropped = await server.metric('xgateway_kyc_refused_callbacks_dropped_total');
  expect(dropped).toBeGreaterThan(0);
  const { data } = await server.query(
    '{ kycDeadLetters(first: 1, category: REFUSED) { nodes { id } } }',
    await adminToken(),
  );
  expect(data.kycDeadLetters.nodes).toHaveLength(1);
  expect(rows("category = 'REFUSED'")).toHaveLength(1_000);
  expect(await server.metric('xgateway_kyc_dead_letters{category="refused"}')).toBe(1_000);
});

test('the same bytes a thousand times are one dead letter', async () => {
  const body = signedCallback('same', { hash: 'wrong', status: 'X' });
  for (let sent = 0; sent < 200; sent += 50) await Promise.all(Array.from({ length: 50 }, () => post(body)));
  await eventually(() => rows("customer_id = 'same'")[0]?.count === 200);
  expect(rows("customer_id = 'same'")).toHaveLength(1);
});

test('a refused callback is kept whole up to 16 KiB; other types and other bytes as 4 KiB', async () => {
  const hash = callbackHash('sizes', CALLBACK_SECRET);
  const forged = (pad: number) => signedCallback('sizes', { hash: `${hash}x`, status: 'X', pad: 'é'.repeat(pad) });
  await post(forged(8_000));
  await post(forged(9_000));
  await post(signedCallback('other', { callbackType: 'transaction', pad: 'y'.repeat(5_000) }));
  await post(`this is not JSON, and has a hash="${hash}" ${'z'.repeat(5_000)}`);
  await post(new URLSearchParams({ hash, note: 'form' }).toString());
  await eventually(() => rows("reason = 'NOT_JSON'").length === 2);
  const [whole, cut] = rows("customer_id = 'sizes'").map(({ body }) => JSON.parse(body) as unknown);
  expect(whole).toMatchObject({ pad: 'é'.repeat(8_000) });
  // One byte less: a character is not cut in two.
  expect(Buffer.byteLength(cut as string)).toBe(4_095);
  const [other] = rows("customer_id = 'other'").map(({ body }) => JSON.parse(body) as string);
  expect(other).toHaveLength(4_096);
  const texts = rows("reason = 'NOT_JSON'").map(({ body }) => JSON.parse(body) as string);
  expect(texts[0]).toMatch(/^this is not JSON, and has a hash="\[redacted\]" z+$/);
  expect(texts[1]).toContain('note=form');
  const kept = JSON.stringify(rows('true'));
  expect(kept).not.toContain(hash);
  expect(kept).not.toContain(hash.slice(0, 40));
  expect(kept).not.toContain(encodeURIComponent(hash));
});

test('a dead letter holds its sender and request, its digits, and comes out of GraphQL as it was sent', async () => {
  const body = signedCallback('digits', { hash: 'wrong' }).replace('{', '{"amount":10.00,"__proto__":{"a":1.0},');
  const response = await fetch(`${server.url}/callbacks/kyc`, {
    method: 'POST',
    body,
    headers: { 'x-forwarded-for': '[2001:db8:1:2:3::9]:443', 'x-request-id': 'digits-1' },
  });
  expect(response.status).toBe(401);
  const row = await eventually(() => rows("customer_id = 'digits'")[0]);
  expect(row).toMatchObject({ sender: '2001:db8:1:2::/64', request_id: 'digits-1' });
  const asked = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await adminToken()}` },
    body: JSON.stringify({ query: '{ kycDeadLetters(first: 1) { nodes { body } } }' }),
  });
  expect(await asked.text()).toContain('"body":{"amount":10.00,"__proto__":{"a":1.0},');
});

test('a customer has at most 100 genuine dead letters; the next is 503, and none is evicted', async () => {
  for (let sent = 0; sent < 100; sent++) {
    expect((await post(signedCallback('full', { status: sent }))).status).toBe(202);
  }
  const next = await post(signedCallback('full', { status: 'X', docsMissing: 'SELFIE' }));
  expect([next.status, next.headers.get('retry-after')]).toEqual([503, '5']);
  expect(
    server.logged.some((line) => line.includes('"level":50') && line.includes('no room for more dead letters')),
  ).toBe(true);
  expect((await post(signedCallback('full', { status: 'CREATED' }))).status).toBe(200);
  expect((await post(signedCallback('other customer', { status: 7 }))).status).toBe(202);
  expect(rows("category = 'GENUINE' and customer_id = 'full'")).toHaveLength(100);
});

test('a document list of 10,000 wrong items is one dead letter with a few problems', async () => {
  const docsMissing = Array.from({ length: 10_000 }, () => 7);
  expect((await post(signedCallback('wrong documents', { status: 'X', docsMissing }))).status).toBe(202);
  using database = new DatabaseSync(server.settings.databaseUrl.slice('sqlite:'.length), { readOnly: true });
  const row = database.prepare("select problems from dead_letters where customer_id = 'wrong documents'").get();
  expect((JSON.parse(String(row?.['problems'])) as string[]).length).toBeLessThan(30);
});

test('a genuine callback of any depth is kept whole, listed as text, and does not break the list, a replay or an erasure', async () => {
  const deep = `${'['.repeat(30_000)}1.00${']'.repeat(30_000)}`;
  const hash = callbackHash('deep', CALLBACK_SECRET);
  const sent = `{"callbackType":"kyc","customerId":"deep","hash":"${hash}","status":"CREATED","deep":${deep}}`;
  const answer = await post(sent);
  expect([answer.status, await answer.json()]).toEqual([202, { outcome: 'kept' }]);
  expect((await post(sent)).status).toBe(202);
  expect((await post(sent.replace(hash, 'wrong'))).status).toBe(400);
  expect((await post(sent.replace('"kyc"', '"transaction"'))).status).toBe(400);
  const whole = `{"callbackType":"kyc","customerId":"deep","status":"CREATED","deep":${deep}}`;
  const [row, ...others] = rows("customer_id = 'deep'");
  expect([row?.body === whole, row?.reason, row?.count, others.length]).toEqual([true, 'NOT_UNDERSTOOD', 2, 0]);
  const bearer = await adminToken();
  const listed = await server.query(
    '{ kycDeadLetters(first: 200, category: GENUINE) { nodes { id body problems customerId } } }',
    bearer,
  );
  const found = listed.data.kycDeadLetters.nodes.find((node: { customerId: string }) => node.customerId === 'deep');
  expect(found.body === whole).toBe(true);
  expect(found.problems).toEqual(['body: nested deeper than 500 levels']);
  const replay = `mutation { replayKycDeadLetters(ids: ["${found.id}"]) { outcome } }`;
  expect((await server.query(replay, bearer)).data.replayKycDeadLetters).toEqual([{ outcome: 'STILL_REFUSED' }]);
  const erased = await server.query('mutation { eraseKyc(customerId: "deep") { erasedDeadLetters } }', bearer);
  expect([erased.errors, rows("customer_id = 'deep'")]).toEqual([undefined, []]);
});

test('a status that no customer has any more leaves no row', async () => {
  for (const status of ['once', 'twice', 'thrice']) await post(signedCallback('statuses', { status }));
  using database = new DatabaseSync(server.settings.databaseUrl.slice('sqlite:'.length), { readOnly: true });
  const statuses = database.prepare('select status, customers from status_counts').all();
  expect(statuses.map(({ status }) => status)).not.toContain('"once"');
  expect(statuses.every(({ customers }) => Number(customers) > 0)).toBe(true);
  expect(statuses).toContainEqual({ status: '"thrice"', customers: 1 });
});
