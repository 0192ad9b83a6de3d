import { expect, test } from 'vitest';
import { RefusalRateLimit } from '../../src/callback/rate-limit.ts';

test.each([
  ['an IPv4 address is on its own', '192.0.2.1', '192.0.2.2', false],
  ['an IPv4 address is the same in IPv6', '192.0.2.1', '::ffff:192.0.2.1', true],
  ['IPv6 addresses of one /64 are one sender', '2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['IPv6 addresses of two are two', '2001:db8:1:2::1', '2001:db8:1:3::1', false],
])('%s', (_name, refused, other, isSame) => {
  const refusals = new RefusalRateLimit(1);
  refusals.note(refused);
  expect(refusals.waitSeconds(refused)).toBeGreaterThan(0);
  expect(refusals.waitSeconds(other) > 0).toBe(isSame);
});
