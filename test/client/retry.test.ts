import { expect, test, vi } from 'vitest';
import { jitteredDelay, pause, TransportSelector } from '../../src/client/retry.ts';

test('delays are random, below a bound that doubles up to 30 s', () => {
  for (const [failures, bound] of [
    [0, 500],
    [3, 4_000],
    [1_000, 30_000],
  ] as const) {
    const delays = Array.from({ length: 1_000 }, () => jitteredDelay(failures));
    expect(Math.max(...delays)).toBeLessThan(bound);
    expect(Math.max(...delays)).toBeGreaterThan(bound * 0.9);
    expect(Math.min(...delays)).toBeLessThan(bound * 0.1);
  }
});

test('a pause ends early when the browser is online again, or nobody waits any more', async () => {
  const browser = new EventTarget();
  vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
  vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  const controller = new AbortController();
  const pauses = [pause(1e8, controller.signal), pause(1e8, new AbortController().signal)];
  controller.abort();
  await pauses[0];
  browser.dispatchEvent(new Event('online'));
  await pauses[1];
  await pause(1e8, controller.signal);
  vi.unstubAllGlobals();
});

test('what never worked gets one try, what has worked three more; a fixed way is kept', () => {
  const tries = (finder: TransportSelector, results: readonly boolean[]) =>
    results.map((gotThrough) => {
      const way = finder.current;
      finder.tried(gotThrough);
      return way;
    });
  const finder = new TransportSelector('auto');
  expect(tries(finder, [false, false, false, true])).toEqual(['websocket', 'sse', 'websocket', 'sse']);
  expect(tries(finder, [false, false, false, false, false, false])).toEqual([
    ...['sse', 'sse', 'sse', 'sse'],
    'websocket',
    'sse',
  ]);
  expect(tries(new TransportSelector('sse'), [false, false, false])).toEqual(['sse', 'sse', 'sse']);
});
