import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { openReader } from '../../src/journal/open.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
let admin: string;
beforeEach(async () => {
  server = await startTestServer();
  admin = await adminToken();
});
afterEach(() => server[Symbol.asyncDispose]());

const file = () => server.settings.databaseUrl.replace('sqlite:', '');
async function verify(head?: { position: number; digest: string }) {
  const journal = await openReader(server.settings.databaseUrl);
  try {
    return await verifyChain(journal, () => {}, head && { head });
  } finally {
    await journal.close();
  }
}
function tamper(sql: string, ...values: (string | number)[]): void {
  const database = new DatabaseSync(file(), { timeout: 5_000 });
  database.prepare(sql).run(...values);
  database.close();
}

describe('verify, beside a running server', () => {
  beforeEach(async () => {
    for (const status of ['CREATED', 'KYC_PENDING', 'FULL_USER', 'SOFT_KYC_FAILED'])
      await server.callback('c', { status });
    await server.callback('other', { status: 'CREATED' });
  });

  test('names the first entry that does not hold', async () => {
    expect(await verify()).toMatchObject({ state: 'holds', head: { position: 5 }, erased: 0 });
    tamper("update entries set content = replace(content, 'SOFT_KYC_FAILED', 'FULL_USER') where position = 4");
    expect(await verify()).toMatchObject({ state: 'broken', position: 4 });
    tamper("update entries set content = replace(content, 'KYC_PENDING', 'FULL_USER') where position = 2");
    expect(await verify()).toMatchObject({ state: 'broken', position: 2 });
  });

  test.each([
    ['a removed entry', 'delete from entries where position = 3', 4],
    ['an entry of another customer', "update entries set customer_id = 'x' where position = 2", 2],
    [
      'an erasure that nobody recorded',
      'update entries set customer_id = char(127) || position, revision = 0, content = ? where position = 3',
      3,
    ],
    ['an older update that is served as the latest', 'update customers set position = 3 where position = 4', 4],
  ])('%s', async (_name, sql, position) => {
    const journal = await openReader(server.settings.databaseUrl);
    const [entry] = await journal.entryRows(2, 1);
    await journal.close();
    const erased = JSON.stringify({ erased: hash('sha256', entry?.content ?? '', 'base64url') });
    tamper(sql, ...(sql.includes('?') ? [erased] : []));
    expect(await verify()).toMatchObject({ state: 'broken', position });
  });

  test('a journal that was cut, rewritten or replaced does not hold the head that was kept', async () => {
    const whole = await verify();
    if (whole.state !== 'holds') throw new Error('it should hold');
    const head = { position: 5, digest: Buffer.from(whole.head.digest).toString('hex') };
    expect(await verify(head)).toMatchObject({ state: 'holds' });
    expect(await verify({ position: 5, digest: head.digest.slice(0, 12) })).toMatchObject({ state: 'holds' });
    expect(await verify({ position: 5, digest: '000000000000' })).toMatchObject({ state: 'broken', position: 5 });
    tamper('delete from customers where position = 5');
    tamper('delete from entries where position = 5');
    tamper(`update status_counts set customers = 0 where status = '"CREATED"'`);
    // Both customers came as CREATED: the one move that was counted twice, or once on each side of midnight.
    const last = `metric = 0 and key = '>CREATED' and day = (select max(day) from daily_statistics where key = '>CREATED')`;
    tamper(`update daily_statistics set count = count - 1 where ${last}`);
    tamper('delete from daily_statistics where count = 0');
    expect(await verify()).toMatchObject({ state: 'holds', head: { position: 4 } });
    expect(await verify(head)).toMatchObject({ state: 'broken', position: 5 });
  });
});

test('what was known at a moment, and its history up to there', async () => {
  const asOf = (moment: string) =>
    server.query(
      'query ($moment: DateTime) { kyc(customerId: "c", asOf: $moment) { revision history { nodes { revision } } } }',
      admin,
      { moment },
    );
  await server.callback('c', { status: 'CREATED' });
  const first = (await server.query('{ kyc(customerId: "c") { updatedAt } }', admin)).data.kyc.updatedAt as string;
  while (Date.now() <= Date.parse(first)) await new Promise((resolve) => setImmediate(resolve));
  await server.callback('c', { status: 'FULL_USER' });
  expect((await asOf(first)).data.kyc).toEqual({ revision: 1, history: { nodes: [{ revision: 1 }] } });
  expect((await asOf(new Date(Date.parse(first) - 1).toISOString())).data.kyc).toBeNull();
  expect((await asOf('2999-01-01T00:00:00+02:00')).data.kyc.revision).toBe(2);
  for (const wrong of ['yesterday', '2026-01-31', '2026-13-01T00:00:00Z']) {
    expect((await asOf(wrong)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('fields that we do not know are for kyc:admin alone, also where many share a push', async () => {
  await server.callback('c', { status: 'CREATED', riskScore: { level: 7 } });
  const query = 'subscription { kycStatusChanged(customerId: "c") { revision extra } }';
  await using mayNot = server.follow(query, await readerToken());
  await using may = server.follow(query, admin);
  await using own = server.follow(query, await token({ sub: 'c' }));
  for (const follower of [mayNot, own]) {
    expect(await follower.next()).toMatchObject({
      data: { kycStatusChanged: { revision: 1, extra: null } },
      errors: [{ extensions: { code: 'FORBIDDEN' } }],
    });
  }
  expect((await may.next()).data.kycStatusChanged).toEqual({ revision: 1, extra: { riskScore: { level: 7 } } });
});

describe('erasure', () => {
  const erase = (customerId: string) =>
    server.query(
      'mutation ($id: ID!) { eraseKyc(customerId: $id) { erasedUpdates erasedDeadLetters record { position digest } remains } }',
      admin,
      { id: customerId },
    );

  test('leaves a chain that holds, streams that go on, and cursors that say what became of them', async () => {
    await server.callback('gone', { status: 'CREATED' });
    await server.callback('stays', { status: 'CREATED' });
    await server.callback('gone', { status: 7 });
    const bearer = await token({ sub: 'gone' });
    await using mine = server.follow('subscription { kycStatusChanged { cursor } }', bearer);
    await using all = server.follow('subscription { kycUpdates(after: "earliest") { customerId cursor } }', admin);
    const { cursor } = (await mine.next()).data.kycStatusChanged;
    await all.next();
    await all.next();
    const { data } = await erase('gone');
    expect(data.eraseKyc).toMatchObject({
      erasedUpdates: 1,
      erasedDeadLetters: 1,
      record: { position: 3 },
      remains: null,
    });
    expect(await mine.next()).toBeUndefined();
    expect(
      (await server.query('{ myKyc { revision } kycDeadLetters { nodes { id } } }', admin)).data?.kycDeadLetters.nodes,
    ).toEqual([]);
    expect((await server.query('{ myKyc { revision } }', bearer)).data.myKyc).toBeNull();
    await using resumed = server.follow(`subscription { kycStatusChanged(after: "${cursor}") { revision } }`, bearer);
    expect((await resumed.next()).errors?.[0]?.extensions.code).toBe('CURSOR_UNKNOWN');
    await using everybody = server.follow(`subscription { kycUpdates(after: "${cursor}") { customerId } }`, admin);
    expect((await everybody.next()).data.kycUpdates.customerId).toBe('stays');
    await server.callback('gone', { status: 'FULL_USER' });
    expect((await all.next()).data.kycUpdates.customerId).toBe('gone');
    expect((await server.query('{ myKyc { revision verified } }', bearer)).data.myKyc).toEqual({
      revision: 1,
      verified: true,
    });
    expect(await verify()).toMatchObject({ state: 'holds', head: { position: 4 }, erased: 1 });
    expect((await erase('nobody')).data.eraseKyc).toMatchObject({ erasedUpdates: 0, record: null });
  });

  test('leaves nothing in the files, however often pages were split and merged', async () => {
    const kept = ['here before', 'here after'];
    for (let round = 0; round < 30; round++) {
      const customers = Array.from({ length: 30 }, (_, index) => `customer-${(index * 7 + round) % 40}`);
      await Promise.all(
        ['the one to forget', ...kept, ...customers].map((id) =>
          server.callback(id, {
            status: `STATUS ${round}`,
            kycEndUserErrorMessage: `${id} ${'x'.repeat((round * 97) % 900)}`,
          }),
        ),
      );
    }
    expect(bytes().includes('the one to forget')).toBe(true);
    expect((await erase('the one to forget')).data.eraseKyc).toMatchObject({ erasedUpdates: 30, remains: null });
    expect(bytes().includes('the one to forget')).toBe(false);
    for (const id of kept) expect(bytes().includes(id)).toBe(true);
    expect(await verify()).toMatchObject({ state: 'holds', erased: 30 });
  });

  const bytes = () => Buffer.concat(['', '-wal'].map((end) => readFileSync(`${file()}${end}`)));
});
