import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CircuitBreaker, RateLimit } from '../../src/confirmation/circuit-breaker.ts';
import { backOff } from '../../src/schedule/back-off.ts';
import { ApiError } from '../../src/xgateway/kyc-api.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const breaker = () => new CircuitBreaker({ after: 3, pauseMs: 1_000, maxPauseMs: 8_000 });
const down = new ApiError('UNAVAILABLE', 'down');
const passes = (one: CircuitBreaker, times: number) => Array.from({ length: times }, () => one.pass());

test('opens after some failures in a row, lets one try after the pause, and closes when it succeeds', () => {
  const one = breaker();
  one.failed(down);
  one.failed(down);
  one.succeeded();
  for (let failures = 0; failures < 3; failures++) {
    expect(one.pass()).toBe(true);
    one.failed(down);
  }
  expect([one.isOpen, one.pass()]).toEqual([true, false]);
  vi.advanceTimersByTime(1_000);
  expect(passes(one, 3)).toEqual([true, false, false]);
  one.failed(down);
  expect(one.pass()).toBe(false);
  vi.advanceTimersByTime(2_000);
  expect(one.pass()).toBe(true);
  one.succeeded();
  expect([one.isOpen, ...passes(one, 3)]).toEqual([false, true, true, true]);
});

test('a wall clock that is set back or forward moves neither the breaker nor the rate limit', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  const one = breaker();
  for (let failures = 0; failures < 3; failures++) one.failed(down);
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(one.pass()).toBe(false);
  const rate = new RateLimit(1_000);
  await rate.acquire(AbortSignal.timeout(5_000));
  vi.setSystemTime(Date.now() - 7_200_000);
  await rate.acquire(AbortSignal.timeout(5_000));
});

test('a refused key opens it at once, a refused request never, and Retry-After holds without opening', () => {
  const [refusedKey, refused, limited] = [breaker(), breaker(), breaker()];
  refusedKey.failed(new ApiError('KEY_REFUSED', ''));
  expect(refusedKey.isOpen).toBe(true);
  for (let times = 0; times < 9; times++) refused.failed(new ApiError('REFUSED', ''));
  expect([refused.isOpen, refused.pass()]).toEqual([false, true]);
  limited.failed(new ApiError('RATE_LIMITED', '', 5_000));
  expect([limited.isOpen, limited.pass()]).toEqual([false, false]);
  vi.advanceTimersByTime(5_000);
  expect(limited.pass()).toBe(true);
});

test('pauses double up to the longest, half of each left to chance', () => {
  for (let attempts = 0; attempts < 40; attempts++) {
    const whole = Math.min(8_000, 1_000 * 2 ** attempts);
    expect(backOff(attempts, 1_000, 8_000)).toBeGreaterThanOrEqual(whole / 2);
    expect(backOff(attempts, 1_000, 8_000)).toBeLessThanOrEqual(whole);
  }
});
