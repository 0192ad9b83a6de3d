import { expect, test, vi } from 'vitest';
import { Readiness } from '../../src/gateway/readiness.ts';

test('while it is ready: one probe at a time, and at most one a second', async () => {
  const probe = vi.fn(async () => {});
  const readiness = new Readiness(probe);
  const startedAt = performance.now();
  while (performance.now() - startedAt < 1_500) {
    await Promise.all(Array.from({ length: 50 }, () => readiness.check()));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(probe).toHaveBeenCalledTimes(2);
});

test('while it is not: the same, and everyone who asks gets the answer of the next probe', async () => {
  let isFull = true;
  const probe = vi.fn(async () => {
    if (isFull) throw new Error('full');
  });
  const readiness = new Readiness(probe);
  await expect(readiness.check()).rejects.toThrow('full');
  const startedAt = performance.now();
  const asked = Array.from({ length: 200 }, () => readiness.check());
  isFull = false;
  await Promise.all(asked);
  expect(performance.now() - startedAt).toBeGreaterThan(900);
  expect(probe).toHaveBeenCalledTimes(2);
});

test('a probe that hangs is joined and not repeated', async () => {
  const hanging = Promise.withResolvers<void>();
  const probe = vi.fn(() => hanging.promise);
  const readiness = new Readiness(probe);
  const checks = Array.from({ length: 10 }, () => readiness.check());
  hanging.resolve();
  await Promise.all(checks);
  expect(probe).toHaveBeenCalledTimes(1);
});

test('a commit counts as proof for a second, unless another has failed since', async () => {
  const probe = vi.fn(() => {
    throw new Error('full');
  });
  const readiness = new Readiness(probe);
  readiness.committed();
  await readiness.check();
  expect(probe).not.toHaveBeenCalled();
  readiness.failed();
  await expect(readiness.check()).rejects.toThrow('full');
});
