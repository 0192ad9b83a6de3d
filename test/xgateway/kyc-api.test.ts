import { afterEach, beforeEach, expect, test } from 'vitest';
import { xgatewayApi } from '../../src/xgateway/kyc-api.ts';
import { API_KEY, FAILURES, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

let xgateway: XgatewayStandIn;
beforeEach(async () => {
  xgateway = await startXgateway();
});
afterEach(() => xgateway[Symbol.asyncDispose]());

const client = (options = {}) =>
  xgatewayApi({ key: API_KEY, url: xgateway.url, allowHttp: true, timeoutMs: 300, ...options });

test('an answer reports the fields it has, and leaves the others unsaid', async () => {
  xgateway.customers.set('a', { status: 'SOFT_KYC_FAILED', docsMissing: [{ docType: 'SELFIE' }, 'SELFIE '] });
  xgateway.customers.set('b', { status: null, docsMissing: null, kycEndUserErrorMessage: null });
  expect(await client()('a')).toEqual({ customerId: 'a', status: 'SOFT_KYC_FAILED', missingDocuments: ['SELFIE'] });
  expect(await client()('b')).toEqual({ customerId: 'b', status: null, missingDocuments: [], endUserMessage: null });
});

test('an unknown customer is null: a 404 with the documented body, or no data', async () => {
  expect(await client()('nobody')).toBeNull();
  xgateway.misbehave = (_id, response) => {
    response.end('{"success":true,"data":null}');
    return true;
  };
  expect(await client()('nobody')).toBeNull();
});

test('any ID reaches the path as one segment', async () => {
  for (const id of ['a/b', '..%2f', 'кириллица 🦄', '?x#y', '%']) await client()(id);
  expect(xgateway.asked).toEqual(['a/b', '..%2f', 'кириллица 🦄', '?x#y', '%']);
});

test.each([
  ['a 429', 'RATE_LIMITED'],
  ['a 500', 'UNAVAILABLE'],
  ['a page of a proxy', 'MALFORMED'],
  ['a status that is a number', 'MALFORMED'],
  ['a redirect', 'MALFORMED'],
  ['another customer', 'MALFORMED'],
  ['more than it should', 'MALFORMED'],
  ['a refused key', 'KEY_REFUSED'],
  ['a refused lookup', 'REFUSED'],
  ['a 404 of another server', 'MALFORMED'],
  ['a cut connection', 'UNAVAILABLE'],
  ['no answer', 'UNAVAILABLE'],
] as const)('%s is %s, and its message holds no key', async (name, failure) => {
  xgateway.misbehave = FAILURES[name];
  const error = await client()('a').catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'ApiError', failure });
  expect(String(error)).not.toContain(API_KEY);
});

test('Retry-After is honoured, up to an hour', async () => {
  const said = async (value: string) => {
    xgateway.misbehave = (_id, response) => {
      response.writeHead(429, { 'retry-after': value }).end();
      return true;
    };
    return client()('a').catch((error: { retryAfterMs: number | null }) => error.retryAfterMs);
  };
  expect(await said('7')).toBe(7_000);
  expect(await said('999999')).toBe(3_600_000);
  expect(await said(new Date(Date.now() - 5_000).toUTCString())).toBe(0);
  expect(await said('soon')).toBeNull();
});

test('plain http is refused unless it is allowed', () => {
  expect(() => xgatewayApi({ key: API_KEY, url: 'http://api.example' })).toThrow(/https/);
  expect(() => xgatewayApi({ key: API_KEY, url: 'ftp://api.example', allowHttp: true })).toThrow(/https/);
  expect(() => xgatewayApi({ key: API_KEY, url: 'https://api.example' })).not.toThrow();
});
