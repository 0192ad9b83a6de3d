import { expect, test } from 'vitest';
import { isOriginAllowed } from '../../src/access/origin.ts';

const JWT = { allowedOrigins: ['https://shop.example'], customAuthenticate: false };
const CUSTOM = { ...JWT, customAuthenticate: true };

test.each<[string | undefined, string | undefined, boolean]>([
  [undefined, 'kyc.example', true],
  ['https://kyc.example', 'kyc.example', true],
  ['https://kyc.example', 'kyc.example:443', true],
  ['http://localhost:4000', 'localhost:4000', true],
  ['https://shop.example', 'kyc.example', true],
  ['https://kyc.example', undefined, false],
  ['http://localhost:4001', 'localhost:4000', false],
  ['https://evil.example', 'kyc.example', false],
  ['https://kyc.example.evil.example', 'kyc.example', false],
  ['https://shop.example.evil.example', 'kyc.example', false],
  ['null', 'null', false],
  ['', '', false],
  ['file://', '', false],
])('origin %s at host %s, with a cookie or an authenticate of the owner', (origin, host, allowed) => {
  const headers = { ...(origin !== undefined && { origin }), ...(host !== undefined && { host }) };
  expect(isOriginAllowed({ ...headers, cookie: 'session=1' }, JWT)).toBe(allowed);
  expect(isOriginAllowed(headers, CUSTOM)).toBe(allowed);
  expect(isOriginAllowed(headers, JWT)).toBe(true);
});

test('* names no origin that may use cookies', () => {
  const policy = { allowedOrigins: ['*'], customAuthenticate: false };
  expect(isOriginAllowed({ origin: 'https://evil.example', host: 'kyc.example', cookie: 'a=b' }, policy)).toBe(false);
});
