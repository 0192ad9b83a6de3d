import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { adminToken, readerToken, startTestServer, type TestServer, token } from '../support/server.ts';
import { API_KEY, FAILURES, type Misbehave, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

const PACE = {
  gatherMs: 1,
  pollMs: 20,
  retryMs: 10,
  maxRetryMs: 40,
  perSecond: 1_000,
  timeoutMs: 300,
  breakMs: 10,
  maxBreakMs: 40,
};
const FULL = { status: 'FULL_USER', docsMissing: null, kycRejectLabel: null, kycEndUserErrorMessage: null };
const REVERSED = { ...FULL, status: 'SOFT_KYC_FAILED', kycRejectLabel: 'FRAUD' };
const KYC =
  '{ revision rawStatus verified confirmed confirmedAt history { nodes { revision source verified repeatsRevision extra } } }';

let xgateway: XgatewayStandIn;
let server: TestServer;
let admin: string;
beforeEach(async () => {
  xgateway = await startXgateway();
  server = await startTestServer({ xgatewayApi: { key: API_KEY, url: xgateway.url } }, { confirmationSchedule: PACE });
  admin = await adminToken();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await xgateway[Symbol.asyncDispose]();
});

async function kyc(customerId: string) {
  const { data } = await server.query(`query ($id: ID!) { kyc(customerId: $id) ${KYC} }`, admin, { id: customerId });
  return data?.kyc;
}
const asRevision = (customerId: string, revision: number) =>
  eventually(async () => {
    const seen = await kyc(customerId);
    return seen?.revision === revision && seen;
  });
const refresh = (customerId: string, bearer = admin) =>
  server.query('mutation ($id: ID!) { refreshKyc(customerId: $id) { outcome kyc { revision rawStatus } } }', bearer, {
    id: customerId,
  });

test('a forged FULL_USER is contradicted, and subscribers see the correction', async () => {
  xgateway.customers.set('c', { status: 'KYC_PENDING' });
  await server.callback('c', { status: 'KYC_PENDING' });
  await using mine = server.follow(
    'subscription { kycStatusChanged { revision status verified reversal source confirmed } }',
    await token({ sub: 'c' }),
  );
  await mine.next();
  await server.callback('c', FULL);
  expect((await mine.next()).data.kycStatusChanged).toMatchObject({ revision: 2, verified: true, source: 'CALLBACK' });
  expect((await mine.next()).data.kycStatusChanged).toEqual({
    revision: 3,
    status: 'KYC_PENDING',
    verified: false,
    reversal: true,
    source: 'API',
    confirmed: true,
  });
  expect(server.logged.join()).toContain('contradicts');
});

test('a late retry after a reversal never shows verified: true, and the API has the last word', async () => {
  xgateway.customers.set('c', { status: 'FULL_USER' });
  await server.callback('c', FULL);
  await eventually(async () => (await kyc('c'))?.confirmedAt);
  xgateway.customers.set('c', { status: 'SOFT_KYC_FAILED' });
  await server.callback('c', REVERSED);
  await server.callback('c', FULL);
  await using all = server.follow(
    'subscription { kycUpdates(after: "earliest") { revision verified source } }',
    await readerToken(),
  );
  const seen = [];
  for (let count = 0; count < 4; count++) seen.push((await all.next()).data.kycUpdates);
  expect(seen.slice(1)).toEqual([
    { revision: 2, verified: false, source: 'CALLBACK' },
    { revision: 3, verified: false, source: 'CALLBACK' },
    { revision: 4, verified: false, source: 'API' },
  ]);
});

test('an answer that comes after a customer was erased does not bring them back', async () => {
  xgateway.customers.set('gone', { status: 'FULL_USER' });
  let held = () => {};
  xgateway.misbehave = (_id, response) => {
    const end = response.end.bind(response);
    // The answer is held until the test has erased the customer.
    response.end = ((body: string) => {
      held = () => end(body);
      return response;
    }) as typeof response.end;
    return false;
  };
  await server.callback('gone', FULL);
  await eventually(() => xgateway.asked.length === 1);
  await server.query('mutation { eraseKyc(customerId: "gone") { erasedUpdates } }', admin);
  xgateway.misbehave = () => false;
  held();
  await eventually(async () => (await server.metric('xgateway_kyc_api_answers_total{result="unknown"}')) === 1);
  expect(await kyc('gone')).toBeNull();
  expect(xgateway.asked).toEqual(['gone']);
});

test('a FULL_USER that is really back is verified by a revision of its own', async () => {
  xgateway.customers.set('c', { status: 'FULL_USER' });
  for (const said of [FULL, REVERSED, FULL]) await server.callback('c', said);
  const seen = await eventually(async () => {
    const now = await kyc('c');
    return now.verified && now.revision > 3 && now;
  });
  expect(seen.history.nodes[0]).toMatchObject({ source: 'API', verified: true });
});

test('with requireConfirmation a FULL_USER is verified once the API has said so, and agreement later is no revision', async () => {
  await server[Symbol.asyncDispose]();
  const settings = { xgatewayApi: { key: API_KEY, url: xgateway.url }, requireConfirmation: true };
  server = await startTestServer(settings, { confirmationSchedule: PACE });
  xgateway.customers.set('c', { status: 'FULL_USER' });
  await server.callback('c', FULL);
  const seen = await asRevision('c', 2);
  expect(seen.history.nodes.map((one: { verified: boolean }) => one.verified)).toEqual([true, false]);
  expect((await refresh('c')).data.refreshKyc).toEqual({
    outcome: 'UNCHANGED',
    kyc: { revision: 2, rawStatus: 'FULL_USER' },
  });
});

describe('an API that fails', () => {
  test.each(['a 429', 'a 500', 'a cut connection', 'no answer'] as const)('is asked again after %s', async (name) => {
    let failures = 3;
    xgateway.customers.set('c', { status: 'FULL_USER' });
    xgateway.misbehave = (...task) => failures-- > 0 && (FAILURES[name] as Misbehave)(...task);
    await server.callback('c', FULL);
    expect((await eventually(async () => (await kyc('c')).confirmedAt && kyc('c'))).revision).toBe(1);
    expect(xgateway.asked.length).toBe(4);
  });

  test('does not delay callbacks, and a restart forgets no lookup', async () => {
    xgateway.misbehave = FAILURES['a 500'];
    const customers = Array.from({ length: 20 }, (_, index) => `c${index}`);
    for (const id of customers) {
      xgateway.customers.set(id, { status: 'FULL_USER' });
      expect((await server.callback(id, FULL)).status).toBe(200);
    }
    await eventually(() => xgateway.asked.length >= 5);
    await server.restart();
    xgateway.misbehave = () => false;
    for (const id of customers) await eventually(async () => (await kyc(id)).confirmedAt);
  });

  test('is not called any more once it refuses the key, and a refresh says so', async () => {
    xgateway.misbehave = FAILURES['a refused key'];
    expect((await refresh('c')).errors?.[0]).toMatchObject({
      message: expect.stringContaining('XGATEWAY_API_KEY'),
      extensions: { code: 'XGATEWAY_UNAVAILABLE' },
    });
  });
});

test('one lookup a customer at a time, however many request one', async () => {
  const open = new Map<string, number>();
  xgateway.customers.set('c', { status: 'CREATED' });
  const answers = Promise.all(Array.from({ length: 10 }, () => refresh('c')));
  xgateway.misbehave = (id, response) => {
    open.set(id, (open.get(id) ?? 0) + 1);
    response.once('close', () => open.set(id, (open.get(id) ?? 1) - 1));
    expect(open.get(id)).toBe(1);
    return false;
  };
  expect((await answers).every(({ data }) => data.refreshKyc.kyc.rawStatus === 'CREATED')).toBe(true);
  expect(xgateway.asked.length).toBeLessThan(10);
});

test('an answer counts only while the customer is where the lookup started', async () => {
  xgateway.customers.set('c', { status: 'FULL_USER' });
  await server.callback('c', { status: 'CREATED' });
  let isFirst = true;
  xgateway.misbehave = (id, response) => {
    if (!isFirst) return false;
    isFirst = false;
    void server.callback(id, REVERSED).then(() => {
      xgateway.customers.set('c', { status: 'SOFT_KYC_FAILED' });
      response.end(JSON.stringify({ success: true, data: { id, status: 'FULL_USER' } }));
    });
    return true;
  };
  expect((await refresh('c')).data.refreshKyc).toEqual({
    outcome: 'UNCHANGED',
    kyc: { revision: 2, rawStatus: 'SOFT_KYC_FAILED' },
  });
});

test('a customer that nobody knows is not created; one that only XGateway knows is', async () => {
  expect((await refresh('nobody')).data.refreshKyc).toEqual({ outcome: 'UNKNOWN_TO_XGATEWAY', kyc: null });
  xgateway.customers.set('null', { status: null });
  expect((await refresh('null')).data.refreshKyc).toEqual({ outcome: 'UNKNOWN_TO_XGATEWAY', kyc: null });
  xgateway.customers.set('new', { status: 'KYC_NEEDED' });
  expect((await refresh('new')).data.refreshKyc).toEqual({
    outcome: 'APPLIED',
    kyc: { revision: 1, rawStatus: 'KYC_NEEDED' },
  });
  expect((await server.query('{ kycCustomers { nodes { customerId } } }', admin)).data.kycCustomers.nodes).toHaveLength(
    1,
  );
});

test('with the key of another account nobody loses their status', async () => {
  for (let index = 0; index < 6; index++) await server.callback(`c${index}`, FULL);
  await eventually(() => xgateway.asked.length >= 6);
  await eventually(() => server.logged.some((line) => line.includes('XGATEWAY_API_KEY belongs to the account')));
  const { data } = await server.query('{ kycStatusCounts { status count } }', admin);
  expect(data.kycStatusCounts).toEqual([{ status: 'FULL_USER', count: 6 }]);
});

test('a 404 counts once the key has answered for a known customer, but not for everybody', async () => {
  xgateway.customers.set('known', { status: 'FULL_USER' });
  await server.callback('known', FULL);
  await eventually(async () => (await kyc('known')).confirmedAt);
  for (let index = 0; index < 6; index++) await server.callback(`c${index}`, FULL);
  await eventually(() => server.logged.some((line) => line.includes('XGATEWAY_API_KEY belongs to the account')));
  const { data } = await server.query('{ kycStatusCounts { status count } }', admin);
  expect(data.kycStatusCounts).toEqual([
    { status: 'NOT_STARTED', count: 3 },
    { status: 'FULL_USER', count: 4 },
  ]);
});

test('a restart forgets that the key was seen to be right: nothing is taken away before it is seen again', async () => {
  xgateway.customers.set('known', { status: 'FULL_USER' });
  for (const customerId of ['known', 'gone']) await server.callback(customerId, FULL);
  await eventually(async () => (await kyc('known')).confirmedAt);
  await eventually(async () => (await kyc('gone')).rawStatus === null);
  await server.callback('gone', FULL);
  await eventually(async () => (await kyc('gone')).rawStatus === null);
  await server.callback('also gone', FULL);
  await eventually(async () => (await kyc('also gone')).rawStatus === null);

  xgateway.customers.delete('known');
  await server.restart();
  expect((await refresh('known')).errors?.[0]?.message).toMatch(/XGATEWAY_API_KEY belongs to the account/);
  expect(await kyc('known')).toMatchObject({ rawStatus: 'FULL_USER', confirmed: true });
  xgateway.customers.set('other', { status: 'FULL_USER' });
  await server.callback('other', FULL);
  await eventually(async () => (await kyc('other')).confirmedAt);
  expect((await refresh('known')).data?.refreshKyc.kyc.rawStatus).toBeNull();
});

test('the sweep asks about customers that needed no lookup at once', async () => {
  await server.callback('c', { status: 'KYC_PENDING' });
  xgateway.customers.set('c', { status: 'KYC_PENDING' });
  expect((await kyc('c')).confirmedAt).toBeNull();
  await server.restart();
  await eventually(async () => (await kyc('c')).confirmedAt);
  expect(await kyc('c')).toMatchObject({ revision: 1, confirmed: true });
});

describe('a person', () => {
  const confirm = (revision: number, bearer: string) =>
    server.query(
      'mutation ($revision: Int!) { confirmKyc(customerId: "c", revision: $revision) { outcome kyc { revision verified } } }',
      bearer,
      { revision },
    );

  test('confirms what waits for it, at the revision that they saw, and is named', async () => {
    xgateway.misbehave = FAILURES['no answer'];
    for (const said of [FULL, REVERSED, FULL]) await server.callback('c', said);
    expect((await confirm(2, admin)).errors?.[0]?.extensions.code).toBe('REVISION_OUTDATED');
    const confirmed = { revision: 4, verified: true };
    expect((await confirm(3, admin)).data.confirmKyc).toEqual({ outcome: 'APPLIED', kyc: confirmed });
    expect((await confirm(4, admin)).data.confirmKyc).toEqual({ outcome: 'UNCHANGED', kyc: confirmed });
    expect((await kyc('c')).history.nodes[0]).toMatchObject({ source: 'STAFF', extra: { confirmedBy: 'compliance' } });
  });

  test('needs the scope kyc:admin', async () => {
    for (const bearer of [await readerToken(), await token({ sub: 'c' })]) {
      for (const answer of [await confirm(1, bearer), await refresh('c', bearer)]) {
        expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
      }
    }
    expect(xgateway.asked).toEqual([]);
  });
});

test('without an API key nothing is asked, and a refresh says why', async () => {
  await server[Symbol.asyncDispose]();
  server = await startTestServer();
  await server.callback('c', FULL);
  expect((await refresh('c')).errors?.[0]?.extensions.code).toBe('XGATEWAY_NOT_CONFIGURED');
});
