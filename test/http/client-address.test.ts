import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { addressReader, normalizeAddress, normalizeForwardedFor, senderOf } from '../../src/http/client-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
  ['203.0.113.7:', '203.0.113.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:443', '2001:db8::1'],
  ['"[2001:db8::1]:443"', '2001:db8::1'],
  [' 203.0.113.7 ', '203.0.113.7'],
  // No addresses, although some libraries read them.
  ['0177.0.0.1', '0177.0.0.1'],
  ['127.1', '127.1'],
  ['127.1:80', '127.1:80'],
  ['2130706433', '2130706433'],
  ['0x7f.0.0.1', '0x7f.0.0.1'],
  ['unknown', 'unknown'],
])('%s is %s', (given, expected) => {
  expect(normalizeAddress(given)).toBe(expected);
});

test('in X-Forwarded-For each address is normalised, and what is none becomes unknown', () => {
  const headers = { 'x-forwarded-for': '0177.0.0.1, 203.0.113.7:1,[2001:db8::1]:443,, 127.1' };
  normalizeForwardedFor({ headers } as unknown as IncomingMessage);
  expect(headers['x-forwarded-for']).toBe('unknown, 203.0.113.7, 2001:db8::1, unknown');
});

test.each([
  ['203.0.113.7,', '203.0.113.7'],
  [',203.0.113.7', '203.0.113.7'],
  ['203.0.113.7, ,\t, ', '203.0.113.7'],
  [' , ', undefined],
  ['', undefined],
])('X-Forwarded-For "%s" has no empty entries', (given, expected) => {
  const headers: { 'x-forwarded-for'?: string } = { 'x-forwarded-for': given };
  normalizeForwardedFor({ headers } as unknown as IncomingMessage);
  expect(headers['x-forwarded-for']).toBe(expected);
});

const forwarded = (list: string | undefined, remoteAddress: string) => ({
  headers: list === undefined ? {} : { 'x-forwarded-for': list },
  socket: { remoteAddress },
});

test.each([
  [undefined, '198.51.100.1', '10.0.0.9'],
  [0, '198.51.100.1', '10.0.0.9'],
  [1, undefined, '10.0.0.9'],
  [1, '198.51.100.1', '198.51.100.1'],
  [1, '192.0.2.9, 198.51.100.1', '198.51.100.1'],
  [2, '192.0.2.9, 198.51.100.1', '192.0.2.9'],
  [9, '192.0.2.9, 198.51.100.1', '192.0.2.9'],
  [1, '192.0.2.9, 198.51.100.1,', '198.51.100.1'],
  [['10.0.0.0/8'], '192.0.2.9, 198.51.100.1:443, 10.1.2.3', '198.51.100.1'],
  [['10.0.0.0/8'], '0177.0.0.1, 10.1.2.3', 'unknown'],
  [['192.168.0.0/16'], '198.51.100.1', '10.0.0.9'],
])('behind trusted proxies %j, X-Forwarded-For %j is the address %s', (trustProxy, list, expected) => {
  expect(addressReader(trustProxy)(forwarded(list, expected === '10.0.0.9' ? expected : '::ffff:10.0.0.9'))).toBe(
    expected,
  );
});

test('where Express has found the address, Express decides unless the owner says which proxies to trust', () => {
  const request = { ...forwarded('192.0.2.9, 198.51.100.1', '10.0.0.9'), ip: '192.0.2.9' };
  expect(addressReader()(request)).toBe('192.0.2.9');
  expect(addressReader(1)(request)).toBe('198.51.100.1');
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['x'.repeat(100), 'x'.repeat(64)],
])('the sender at %s is %s', (address, sender) => {
  expect(senderOf(address)).toBe(sender);
});
