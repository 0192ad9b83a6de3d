import { expect, test } from 'vitest';
import { publicPrefix, withoutBasePath } from '../../src/http/base-path.ts';

test.each([
  ['/kyc/graphql', '/graphql'],
  ['/kyc', '/'],
  ['/kyc/', '/'],
  ['/kyc?a=1', '/?a=1'],
  ['/KYC/console', '/console'],
  ['/kyc/kyc/console', '/kyc/console'],
  ['/graphql', '/graphql'],
  ['/kycs/graphql', '/kycs/graphql'],
  ['/x/kyc/graphql', '/x/kyc/graphql'],
  ['/graphql?a=/kyc/', '/graphql?a=/kyc/'],
  ['', ''],
])('below /kyc, %s is %s', (url, own) => {
  expect(withoutBasePath(url, '/kyc')).toBe(own);
  expect(withoutBasePath(url, '')).toBe(url);
});

/** The prefix for a request that came over `hops` trusted proxies, with `headers`. */
const prefixOf = (hops: number, headers: Record<string, string>, base?: string) =>
  publicPrefix(
    {
      headers,
      socket: { remoteAddress: '127.0.0.1' } as never,
      app: { get: () => (_address: string, hop: number) => hop < hops },
    },
    base,
  );

test('X-Forwarded-Prefix counts from a trusted proxy only, and wins over the base path', () => {
  const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-prefix': '/shop/' };
  expect(prefixOf(1, headers)).toBe('/shop');
  expect(prefixOf(1, headers, '/kyc')).toBe('/shop');
  expect(prefixOf(0, headers)).toBe('');
  expect(prefixOf(0, headers, '/kyc')).toBe('/kyc');
  expect(prefixOf(1, {}, '/kyc')).toBe('/kyc');
});

test('of several values, those of the trusted proxies count, outermost first', () => {
  const headers = { 'x-forwarded-for': '203.0.113.7, 10.0.0.1', 'x-forwarded-prefix': '/forged, /shop, /kyc' };
  expect(prefixOf(2, headers)).toBe('/shop/kyc');
  expect(prefixOf(1, headers)).toBe('/kyc');
});

test.each([
  '//evil.example',
  'https://evil.example',
  '/\\evil.example',
  '/../x',
  '/a b',
  '/a"><script>',
  '/%2f',
  'kyc',
  '/',
  '',
  `/${'a'.repeat(300)}`,
])('%s is no prefix', (given) => {
  expect(prefixOf(1, { 'x-forwarded-prefix': given }, '/kyc')).toBe('/kyc');
});
