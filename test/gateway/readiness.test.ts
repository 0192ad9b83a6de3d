import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Readiness } from '../../src/gateway/readiness.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('one probe at a time, and at most one a second, whatever its result', async () => {
  const probe = vi.fn(async () => {});
  const readiness = new Readiness(probe);
  await Promise.all(Array.from({ length: 200 }, () => readiness.check()));
  expect(probe).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(999);
  await readiness.check();
  expect(probe).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1);
  probe.mockRejectedValueOnce(new Error('full'));
  await expect(readiness.check()).rejects.toThrow('full');
  await expect(readiness.check()).rejects.toThrow('full');
  expect(probe).toHaveBeenCalledTimes(2);
  vi.advanceTimersByTime(1_000);
  await readiness.check();
  expect(probe).toHaveBeenCalledTimes(3);
});

test('a probe that hangs is joined and not repeated', async () => {
  const hanging = Promise.withResolvers<void>();
  const probe = vi.fn(() => hanging.promise);
  const readiness = new Readiness(probe);
  const checks = [readiness.check()];
  vi.advanceTimersByTime(60_000);
  checks.push(readiness.check());
  hanging.resolve();
  await Promise.all(checks);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('a commit within the last second is proof enough', async () => {
  const probe = vi.fn(() => {
    throw new Error('full');
  });
  const readiness = new Readiness(probe);
  readiness.committed();
  await readiness.check();
  expect(probe).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  await expect(readiness.check()).rejects.toThrow('full');
});
