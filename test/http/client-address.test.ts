import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { normalizeAddress, normalizeForwardedFor, senderOf } from '../../src/http/client-address.ts';

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['203.0.113.7:50123', '203.0.113.7'],
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
  expect(headers['x-forwarded-for']).toBe('unknown, 203.0.113.7, 2001:db8::1, unknown, unknown');
});

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['x'.repeat(100), 'x'.repeat(64)],
])('the sender at %s is %s', (address, sender) => {
  expect(senderOf(address)).toBe(sender);
});
