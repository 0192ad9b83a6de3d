/** The testing kit, as an application's tests use it. */
import { expect, test } from 'vitest';
import { followKyc } from '../../src/client/index.ts';
import {
  callbackFor,
  createTestGateway,
  createXgatewayApi,
  fakeFollow,
  signCallback,
} from '../../src/testing/index.ts';
import { callbackHash } from '../../src/xgateway/callback-hash.ts';

test('callbacks are signed as XGateway signs them, and say what it usually says', () => {
  const hash = callbackHash('c', 'key');
  expect(signCallback({ customerId: 'c', status: 'CREATED' }, 'key')).toEqual({
    callbackType: 'kyc',
    customerId: 'c',
    status: 'CREATED',
    hash,
  });
  expect(callbackFor('SOFT_KYC_FAILED', { customerId: 'c', kycRejectLabel: 'BAD_PASSPORT' }, 'key')).toMatchObject({
    docsMissing: [{ docType: 'SELFIE' }],
    kycRejectLabel: 'BAD_PASSPORT',
    hash,
  });
  expect(callbackFor(null)).toMatchObject({ customerId: 'customer-1', status: null });
});

test('a test gateway receives callbacks and answers in code and over GraphQL, without a port', async () => {
  await using gateway = await createTestGateway();
  expect(await gateway.callback('FULL_USER', { customerId: 'c' })).toEqual({
    status: 200,
    body: { outcome: 'applied', revision: 1 },
  });
  expect(await gateway.deliver({ ...callbackFor('CREATED'), hash: 'wrong' })).toMatchObject({ status: 401 });
  expect(await gateway.kyc('c')).toMatchObject({ verified: true });
  expect(await gateway.query('query ($id: ID!) { kyc(customerId: $id) { verified } }', { id: 'c' })).toEqual({
    data: { kyc: { verified: true } },
  });
  const own = await gateway.token({ sub: 'c' });
  expect((await gateway.query('{ myKyc { customerId } }', {}, own)).data).toEqual({ myKyc: { customerId: 'c' } });
  expect((await gateway.query('{ kyc(customerId: "d") { status } }', {}, own)).errors?.[0]?.extensions.code).toBe(
    'FORBIDDEN',
  );
});

test('followKyc follows a test gateway without a port', async () => {
  await using gateway = await createTestGateway();
  await gateway.callback('KYC_PENDING', { customerId: 'c' });
  const token = await gateway.token({ sub: 'c' });
  const seen: string[] = [];
  for await (const { status } of followKyc({
    url: 'http://kyc.test/graphql',
    transport: 'sse',
    fetch: gateway.request,
    token,
  })) {
    seen.push(status);
    if (seen.length === 1) await gateway.callback('FULL_USER', { customerId: 'c' });
    else break;
  }
  expect(seen).toEqual(['KYC_PENDING', 'FULL_USER']);
});

test('the clock dates updates, tokens and limits, and stands still', async () => {
  await using gateway = await createTestGateway({ now: new Date('2026-01-31T12:00:00Z') });
  await gateway.callback('FULL_USER', { customerId: 'c' });
  const token = await gateway.token({ scope: 'kyc:read' }, 600);
  gateway.clock.advance(60_000);
  await gateway.callback('KYC_PENDING', { customerId: 'c' });
  expect(await gateway.kyc('c')).toMatchObject({
    firstSeenAt: new Date('2026-01-31T12:00:00Z'),
    updatedAt: new Date('2026-01-31T12:01:00Z'),
    latestUpdate: { possiblyLate: true },
  });
  expect(await gateway.kyc('c', { asOf: new Date('2026-01-31T12:00:30Z') })).toMatchObject({ verified: true });
  const query = (bearer: string) => gateway.query('{ kycStatusCounts { count } }', {}, bearer);
  expect((await query(token)).errors).toBeUndefined();
  for (let index = 0; index < 120; index++)
    await gateway.callback('CREATED', { customerId: 'd', note: index, kycEndUserErrorMessage: `${index}` });
  expect((await gateway.callback('CREATED', { customerId: 'd', kycEndUserErrorMessage: 'more' })).status).toBe(429);
  gateway.clock.set(new Date('2026-01-31T13:00:00Z'));
  expect((await gateway.callback('CREATED', { customerId: 'd', kycEndUserErrorMessage: 'more' })).status).toBe(200);
  expect((await query(token)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
});

test('a stopped test gateway gives the real time back', async () => {
  const gateway = await createTestGateway({ now: 0 });
  expect(gateway.clock.now).toBe(0);
  await gateway.stop();
  await using next = await createTestGateway();
  expect(Math.abs(next.clock.now - Date.now())).toBeLessThan(10_000);
});

test("the stand-in of XGateway's API answers, and fails in each of its ways", async () => {
  await using api = await createXgatewayApi();
  await using gateway = await createTestGateway({ xgatewayApi: { ...api.options, timeoutMs: 300 } });
  api.set('c', 'FULL_USER');
  expect(await gateway.refresh('c')).toMatchObject({ outcome: 'APPLIED', kyc: { verified: true } });
  expect(await gateway.refresh('nobody')).toMatchObject({ outcome: 'UNKNOWN_TO_XGATEWAY' });
  const ask = () => fetch(`${api.url}/customer/c/bank-transfer/kyc`, { headers: { 'x-api-key': api.key } });
  for (const failure of [400, 401, 404, 500] as const) {
    api.fail(failure, 1);
    const response = await ask();
    expect([response.status, ((await response.json()) as { success: boolean }).success]).toEqual([failure, false]);
  }
  api.fail('rate limit', 1);
  expect((await ask()).headers.get('retry-after')).toBe('1');
  api.fail('garbage', 1);
  expect(await (await ask()).text()).toContain('<html>');
  api.fail('cut', 1);
  await expect(ask()).rejects.toThrow();
  api.fail('hang');
  await expect(gateway.refresh('c')).rejects.toMatchObject({ code: 'XGATEWAY_UNAVAILABLE' });
  api.recover();
  expect(api.lookups).toHaveLength(10);
  api.fail('slow', 1);
  const slow = ask();
  expect(await (await slow).json()).toEqual({ success: true, data: { id: 'c', status: 'FULL_USER' } });
  expect((await fetch(`${api.url}/customer/c/bank-transfer/kyc`)).status).toBe(401);
});

test('a fake follow decides what a follower sees, through cuts and refusals', async () => {
  const fake = fakeFollow('c');
  fake.update({ status: 'KYC_PENDING' });
  const states: string[] = [];
  const seen: string[] = [];
  const follower = followKyc({
    ...fake.options,
    onUpdate: ({ status, nextAction }) => void seen.push(`${status} ${nextAction}`),
    onState: ({ name }) => void states.push(name),
  });
  await expect.poll(() => seen).toEqual(['KYC_PENDING WAIT']);
  fake.disconnect();
  fake.update({ status: 'FULL_USER' });
  await expect.poll(() => seen).toEqual(['KYC_PENDING WAIT', 'FULL_USER NONE']);
  fake.fail('FORBIDDEN');
  await expect.poll(() => follower.state).toMatchObject({ name: 'closed', error: { code: 'FORBIDDEN' } });
  expect(states).toEqual(expect.arrayContaining(['live', 'retrying', 'closed']));
  expect(fake.streams).toBe(0);
});
