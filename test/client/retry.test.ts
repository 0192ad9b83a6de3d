import { expect, test, vi } from 'vitest';
import { jitteredDelay, sleep } from '../../src/client/retry.ts';
import { TransportSelector } from '../../src/client/transport-selector.ts';

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

test('a sleep ends early when the browser is online again, or when its signal aborts', async () => {
  const browser = new EventTarget();
  vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
  vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  const controller = new AbortController();
  const pauses = [sleep(1e8, controller.signal), sleep(1e8, new AbortController().signal)];
  controller.abort();
  await pauses[0];
  browser.dispatchEvent(new Event('online'));
  await pauses[1];
  await sleep(1e8, controller.signal);
  vi.unstubAllGlobals();
});

test('a transport that never worked gets one attempt, one that has worked three more; a fixed one is kept', () => {
  const tries = (finder: TransportSelector, results: readonly boolean[]) =>
    results.map((reached) => {
      const transport = finder.current;
      finder.record(reached);
      return transport;
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
