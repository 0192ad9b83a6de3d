/** `kycStatistics` and `kycCustomersNear`, over HTTP on the real server. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';

const STATISTICS = `query ($from: DateTime, $to: DateTime) {
  kycStatistics(from: $from, to: $to) {
    from to days { day statuses { status customers entered } }
    timeToFullUser { count medianSeconds p90Seconds ranges { upToSeconds count } }
    rejectLabels { label count }
  }
}`;
const NEAR = 'query ($id: ID!, $first: Int) { kycCustomersNear(customerId: $id, first: $first) { customerId } }';

let server: TestServer;
let admin: string;
beforeAll(async () => {
  server = await startTestServer();
  admin = await adminToken();
  for (const id of ['alice', 'alicia', 'bob', 'c-1001', 'c-1002', 'c-2001', 'ж1'])
    await server.callback(id, { status: 'CREATED' });
  await server.callback('alice', { status: 'FULL_USER' });
  const rejected = { status: 'SOFT_KYC_FAILED', kycRejectLabel: 'BAD_SELFIE, BAD_PASSPORT' };
  await server.callback('bob', rejected);
  await server.callback('alicia', { ...rejected, kycRejectLabel: 'BAD_SELFIE' });
});
afterAll(() => server[Symbol.asyncDispose]());
const codeOf = async (query: string, variables: object, bearer = admin) =>
  (await server.query(query, bearer, variables)).errors?.[0]?.extensions.code;
const iso = (time: number) => new Date(time).toISOString();

interface Day {
  readonly statuses: readonly { readonly status: string; readonly customers: number; readonly entered: number }[];
}
function counts(statuses: Day['statuses'], field: 'customers' | 'entered'): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of statuses) sums[one.status] = (sums[one.status] ?? 0) + one[field];
  return sums;
}

describe('kycStatistics', () => {
  test('shows 30 days, with the statuses of today', async () => {
    const { kycStatistics: found } = (await server.query(STATISTICS, admin)).data;
    expect(found.days).toHaveLength(30);
    expect(counts(found.days.at(-1).statuses, 'customers')).toEqual({ CREATED: 4, SOFT_KYC_FAILED: 2, FULL_USER: 1 });
    // Summed: midnight may have passed since the callbacks.
    const statuses = found.days.flatMap((day: Day) => day.statuses);
    expect(counts(statuses, 'entered')).toEqual({ CREATED: 7, SOFT_KYC_FAILED: 2, FULL_USER: 1 });
    expect(found.days[0].statuses).toEqual([]);
    expect(found.timeToFullUser).toMatchObject({ count: 1, medianSeconds: 60, p90Seconds: 60 });
    expect(found.timeToFullUser.ranges).toHaveLength(21);
    expect(found.rejectLabels).toEqual([
      { label: 'BAD_SELFIE', count: 2 },
      { label: 'BAD_PASSPORT', count: 1 },
    ]);
  });

  test('a range that ends earlier shows what was then', async () => {
    const [from, to] = [iso(Date.now() - 10 * 86_400_000), iso(Date.now() - 2 * 86_400_000)];
    const { kycStatistics: found } = (await server.query(STATISTICS, admin, { from, to })).data;
    expect(found.days.length).toBeGreaterThanOrEqual(8);
    expect(found.days.flatMap(({ statuses }: { statuses: unknown[] }) => statuses)).toEqual([]);
    expect(found.timeToFullUser).toMatchObject({ count: 0, medianSeconds: null, p90Seconds: null });
  });

  test('an erased customer stays in the days before', async () => {
    await server.callback('gone', { status: 'KYC_PENDING' });
    await server.query('mutation { eraseKyc(customerId: "gone") { erasedUpdates } }', admin);
    const { days } = (await server.query(STATISTICS, admin)).data.kycStatistics;
    const statuses = days.flatMap((day: Day) => day.statuses);
    expect(counts(statuses, 'entered')).toMatchObject({ KYC_PENDING: 1 });
    expect(counts(days.at(-1).statuses, 'customers')['KYC_PENDING'] ?? 0).toBe(0);
  });

  test('is for kyc:admin, and at most 400 days', async () => {
    expect(await codeOf(STATISTICS, {}, await readerToken())).toBe('FORBIDDEN');
    const now = Date.now();
    const ranges = [
      [iso(now - 401 * 86_400_000), iso(now)],
      [iso(now), iso(now - 86_400_000)],
      ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59Z'],
      ['yesterday', iso(now)],
      [iso(now), '2026-13-99T00:00:00Z'],
    ];
    for (const [from, to] of ranges) expect(await codeOf(STATISTICS, { from, to })).toBe('BAD_USER_INPUT');
    for (const given of [{ to: '0001-01-02T00:00:00Z' }, { from: iso(now - 399 * 86_400_000), to: iso(now) }]) {
      expect((await server.query(STATISTICS, admin, given)).errors).toBeUndefined();
    }
  });
});

describe('kycCustomersNear', () => {
  const near = async (id: string, first?: number) =>
    (await server.query(NEAR, await readerToken(), { id, first })).data.kycCustomersNear.map(
      ({ customerId }: { customerId: string }) => customerId,
    );

  test.each([
    ['a character less', 'alic', ['alice', 'alicia']],
    ['a character more', 'alicee', ['alice']],
    ['another character', 'slice', ['alice']],
    ['two swapped', 'ailce', ['alice']],
    ['a beginning', 'c-10', ['c-1001', 'c-1002']],
    ['what begins with a customer', 'bob-and-more', ['bob']],
    ['a character of another script', 'Ж1', []],
    ['one that only misses its last', 'ж', ['ж1']],
    ['nothing like any', 'zzzzzzzz', []],
  ])('finds %s', async (_name, id, expected) => {
    expect((await near(id)).toSorted()).toEqual(expected);
  });

  test('does not show the customer themself, and at most as many as requested', async () => {
    expect((await near('c-1001')).toSorted()).toEqual(['c-1002', 'c-2001']);
    expect(await near('c-', 1)).toHaveLength(1);
  });

  test('hostile text finds nobody and ends soon', async () => {
    for (const id of [
      '',
      '\u0000',
      '\ud800',
      '.',
      '..',
      'x'.repeat(257),
      'ж'.repeat(256),
      '%_%',
      "' or 1=1 --",
      '🦄'.repeat(100),
    ]) {
      const start = performance.now();
      expect(await near(id)).toEqual([]);
      expect(performance.now() - start).toBeLessThan(3_000);
    }
    expect(await codeOf(NEAR, { id: 'a', first: 21 })).toBe('BAD_USER_INPUT');
    expect(await codeOf(NEAR, { id: 'a', first: -1 })).toBe('BAD_USER_INPUT');
    expect(await codeOf(NEAR, { id: 'alice' }, await token({ sub: 'alice' }))).toBe('FORBIDDEN');
  });
});
