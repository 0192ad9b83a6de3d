import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freshDatabase } from '../support/postgres.ts';
import { adminToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { API_KEY, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

const SCHEDULE = {
  gatherMs: 1,
  pollMs: 10,
  retryMs: 20,
  maxRetryMs: 80,
  perSecond: 1_000,
  breakMs: 60_000,
  maxBreakMs: 60_000,
};

const DENIED = 'xgateway_kyc_api_answers_total{result="denied"}';

let xgateway: XgatewayStandIn;
let server: TestServer;
let admin: string;
/** Answers that the test holds back. */
let held: (() => void)[];

/** Starts a server, and waits until its first sweep is done: from then on only callbacks cause lookups. */
const start = async (databaseUrl?: string, schedule: object = SCHEDULE) => {
  const started = await startTestServer(
    { xgatewayApi: { key: API_KEY, url: xgateway.url }, ...(databaseUrl !== undefined && { databaseUrl }) },
    { confirmationSchedule: { ...SCHEDULE, ...schedule } },
  );
  xgateway.customers.set('first', { status: 'FULL_USER' });
  await started.callback('first', { status: 'FULL_USER' });
  await eventually(
    async () => (await started.query('{ kyc(customerId: "first") { confirmedAt } }', admin)).data.kyc.confirmedAt,
  );
  return started;
};
const hold = (customerId: string, response: ServerResponse) => {
  const { status } = xgateway.customers.get(customerId) ?? { status: null };
  held.push(() => response.end(JSON.stringify({ success: true, data: { id: customerId, status } })));
  return true;
};
const release = () => {
  xgateway.misbehave = () => false;
  for (const answer of held.splice(0)) answer();
};
let messages = 0;
const forge = (one = server) =>
  one.callback('c', { status: 'FULL_USER', kycEndUserErrorMessage: `message ${++messages}` });
const updates = async (one = server): Promise<{ revision: number; source: string; verified: boolean }[]> =>
  (await one.query('{ kyc(customerId: "c") { history(first: 200) { nodes { revision source verified } } } }', admin))
    .data.kyc.history.nodes;
const latest = async (one = server) => (await updates(one))[0];

beforeEach(async () => {
  xgateway = await startXgateway();
  held = [];
  admin = await adminToken();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await xgateway[Symbol.asyncDispose]();
});

/** The API denies an update that the customer has moved on from. */
async function denied(): Promise<void> {
  xgateway.customers.set('c', { status: 'HARD_KYC_FAILED' });
  xgateway.misbehave = hold;
  await forge();
  await eventually(() => held.length > 0);
  await forge();
}

describe.each(['SQLite', 'Postgres'])('%s', (store) => {
  test('a denial counts although the customer has moved on, and outlives a restart', async () => {
    server = await start(store === 'Postgres' ? await freshDatabase() : undefined, {
      retryMs: 60_000,
      maxRetryMs: 60_000,
    });
    await denied();
    release();
    await eventually(async () => (await latest())?.source === 'API');
    const [denial, ...before] = await updates();
    expect(denial).toEqual({ revision: 3, source: 'API', verified: false });
    expect(before.map(({ verified }) => verified)).toEqual([true, true]);
    await forge();
    await server.restart();
    await forge();
    const seen = await updates();
    const callbacks = seen.filter(({ source, revision }) => source === 'CALLBACK' && revision > 3);
    expect(callbacks.map(({ verified }) => verified)).toEqual([false, false]);
  });
});

test('a denial that one instance recorded is pushed and served by another, and holds for what that one records', async () => {
  const databaseUrl = await freshDatabase();
  server = await start(databaseUrl, { retryMs: 60_000, maxRetryMs: 60_000 });
  // The other one has no key: it asks nobody.
  await using other = await startTestServer({ databaseUrl, requireConfirmation: false });
  await using pushed = other.follow(
    'subscription { kycStatusChanged { revision verified inDoubt source } }',
    await token({ sub: 'c' }),
  );
  await denied();
  release();
  const last = async () => {
    for (;;) {
      const { kycStatusChanged } = (await pushed.next()).data;
      if (kycStatusChanged.source === 'API') return kycStatusChanged;
    }
  };
  expect(await last()).toEqual({ revision: 3, verified: false, inDoubt: true, source: 'API' });
  expect(await latest(other)).toEqual({ revision: 3, source: 'API', verified: false });
  expect((await forge(other)).status).toBe(200);
  expect(await latest(other)).toEqual({ revision: 4, source: 'CALLBACK', verified: false });
  expect(await latest()).toEqual({ revision: 4, source: 'CALLBACK', verified: false });
});

test('a denial is counted and logged, and is no failure of the API', async () => {
  server = await start();
  await denied();
  release();
  await eventually(async () => (await server.metric(DENIED)) === 1);
  const errors = server.logged.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50);
  expect(errors).toMatchObject([{ customerId: 'c', msg: expect.stringContaining('denies FULL_USER') }]);
  for (const failure of ['unavailable', 'malformed', 'key_unproven']) {
    expect(await server.metric(`xgateway_kyc_api_failures_total{failure="${failure}"}`)).toBe(0);
  }
  expect(server.logged.join()).not.toContain('could not be looked up');
});

test('callbacks of a denied customer cause no further lookups', async () => {
  server = await start(undefined, { retryMs: 60_000, maxRetryMs: 60_000 });
  await denied();
  release();
  await eventually(async () => (await server.metric(DENIED)) === 1);
  await eventually(async () => (await server.metric('xgateway_kyc_confirmation_backlog')) === 1);
  const { length } = xgateway.asked;
  for (let count = 0; count < 20; count++) await forge();
  expect((await updates()).slice(0, 20).some(({ verified }) => verified)).toBe(false);
  expect(xgateway.asked).toHaveLength(length);
});

test('a denied customer is looked up again until the API agrees', async () => {
  server = await start();
  await denied();
  xgateway.customers.set('c', { status: 'FULL_USER' });
  release();
  await eventually(async () => (await latest())?.revision === 4);
  const seen = (await updates()).toReversed();
  expect(seen.slice(2)).toMatchObject([
    { source: 'API', verified: false },
    { source: 'API', verified: true },
  ]);
  await forge();
  expect(await latest()).toMatchObject({ source: 'CALLBACK', verified: true });
});

test('a flood of forged callbacks stays unverified once the API has answered', async () => {
  server = await start();
  xgateway.customers.set('c', { status: 'HARD_KYC_FAILED' });
  // Each answer comes when the customer has moved on.
  xgateway.misbehave = (customerId, response) => {
    void forge()
      .then(() => hold(customerId, response))
      .then(() => held.pop()?.());
    return true;
  };
  await forge();
  await eventually(async () => (await server.metric(DENIED)) >= 3);
  const seen = (await updates()).toReversed();
  const from = seen.findIndex(({ source }) => source === 'API');
  expect(seen.slice(from).some(({ verified }) => verified)).toBe(false);
  expect(await server.metric('xgateway_kyc_confirmation_paused')).toBe(0);
  release();
});

describe('a refresh', () => {
  const refresh = async () =>
    (await server.query('mutation { refreshKyc(customerId: "c") { outcome kyc { revision rawStatus } } }', admin)).data
      .refreshKyc;

  test('looks up again when the customer has changed since the open lookup', async () => {
    server = await start();
    xgateway.customers.set('c', { status: 'FULL_USER' });
    xgateway.misbehave = hold;
    await forge();
    await eventually(() => held.length > 0);
    await server.callback('c', { status: 'SOFT_KYC_FAILED' });
    xgateway.customers.set('c', { status: 'HARD_KYC_FAILED' });
    const refreshed = refresh();
    release();
    expect((await refreshed).kyc.rawStatus).toBe('HARD_KYC_FAILED');
  });

  test('may learn an unknown customer although an open lookup may not', async () => {
    server = await start();
    xgateway.customers.set('c', { status: 'FULL_USER' });
    xgateway.misbehave = hold;
    await forge();
    await eventually(() => held.length > 0);
    await server.query('mutation { eraseKyc(customerId: "c") { erasedUpdates } }', admin);
    const refreshed = refresh();
    release();
    expect(await refreshed).toEqual({ outcome: 'APPLIED', kyc: { revision: 1, rawStatus: 'FULL_USER' } });
  });
});

test('the first start with a key looks up every FULL_USER that nobody confirmed', async () => {
  server = await startTestServer();
  for (const id of ['a', 'b', 'd']) await server.callback(id, { status: 'FULL_USER' });
  await server.callback('b', { status: 'SOFT_KYC_FAILED' });
  const { databaseUrl } = server.settings;
  for (const id of ['a', 'd']) xgateway.customers.set(id, { status: 'FULL_USER' });
  const second = async () => {
    await using withKey = await start(databaseUrl);
    await eventually(() => ['a', 'd'].every((id) => xgateway.asked.includes(id)));
    expect(
      xgateway.asked
        .filter((id) => id !== 'first')
        .slice(0, 2)
        .toSorted(),
    ).toEqual(['a', 'd']);
    expect(withKey.logged.join()).not.toContain('"level":50');
  };
  await server.restart(second);
});
