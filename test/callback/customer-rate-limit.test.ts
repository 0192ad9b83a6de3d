import { expect, test } from 'vitest';
import { CustomerRateLimit } from '../../src/callback/customer-rate-limit.ts';

test('what changed nothing is taken back, and other customers are not affected', () => {
  const limit = new CustomerRateLimit(2);
  expect([limit.take('a'), limit.take('a'), limit.take('a'), limit.take('b')]).toEqual([true, true, false, true]);
  limit.release('a');
  expect(limit.hasRoom('a')).toBe(false);
  limit.release('a');
  expect(limit.hasRoom('a')).toBe(true);
});

test('only the first refusal of a minute is the first', () => {
  const limit = new CustomerRateLimit(1);
  limit.take('a');
  const [first, second] = [limit.refuse('a'), limit.refuse('a')];
  expect([first.isFirst, second.isFirst]).toEqual([true, false]);
  expect(first.retryAfter).toBeGreaterThan(0);
  expect(first.retryAfter).toBeLessThanOrEqual(60);
});

test('0 is no limit', () => {
  const limit = new CustomerRateLimit(0);
  expect(Array.from({ length: 1_000 }, () => limit.take('a')).every(Boolean)).toBe(true);
});
