import { pino } from 'pino';
import { expect, test } from 'vitest';
import { isOriginAllowed } from '../../src/access/origin.ts';
import { refusedOriginReporter } from '../../src/access/refused-origins.ts';

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

test.each([
  ['http://localhost:5173', true],
  ['https://localhost', true],
  ['http://shop.localhost:3000', true],
  ['http://127.0.0.1:8080', true],
  ['http://[::1]:8080', true],
  ['http://localhost.evil.example', false],
  ['http://evil.example/localhost', false],
  ['http://localhost:5173.evil.example', false],
  ['http://evil-localhost', false],
  ['null', false],
])('in development a page of %s is allowed: %s', (origin, allowed) => {
  const headers = { origin, host: 'kyc.example', cookie: 'session=1' };
  expect(isOriginAllowed(headers, { ...JWT, allowLoopback: true })).toBe(allowed);
  expect(isOriginAllowed(headers, JWT)).toBe(false);
});

test('a refused origin is logged once a minute, and at most ten of them', () => {
  let now = 0;
  const logged: string[] = [];
  const log = pino({}, { write: (line) => logged.push(JSON.parse(line).origin) });
  const onRefused = refusedOriginReporter(log, () => now);
  const ask = (origin: string) =>
    isOriginAllowed({ origin, host: 'kyc.example', cookie: 'a=b' }, { ...JWT, onRefused });
  for (let times = 0; times < 3; times++) ask('https://evil.example');
  ask('https://shop.example');
  expect(logged).toEqual(['https://evil.example']);
  for (let index = 0; index < 100; index++) ask(`https://${index}.example`);
  expect(logged.length).toBe(10);
  now = 60_000;
  ask('https://evil.example');
  expect(logged.slice(10)).toEqual(['https://evil.example']);
});
