import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { guardedLog } from '../../src/telemetry/guarded-log.ts';

let lines: Record<string, unknown>[];
let log: ReturnType<typeof guardedLog>;
beforeEach(() => {
  vi.useFakeTimers();
  lines = [];
  log = guardedLog(pino({ level: 'debug', base: null }, { write: (line) => void lines.push(JSON.parse(line)) }));
});
afterEach(() => void vi.useRealTimers());

const written = () => lines.map(({ msg, repeated }) => (repeated === undefined ? msg : `${msg} +${repeated}`));

test('a line that repeats itself is written once a second, with how many were left out', () => {
  for (let second = 0; second < 3; second++) {
    for (let index = 0; index < 599; index++) log.warn({ err: new Error('gone') }, 'outage');
    vi.advanceTimersByTime(1_000);
  }
  expect(written()).toEqual(['outage', 'outage +598', 'outage +599', 'outage +599']);
  vi.advanceTimersByTime(10_000);
  log.warn('outage');
  expect(written()).toHaveLength(5);
});

test('lines with the same message about others are written up to ten times a second', () => {
  for (let index = 0; index < 500; index++) log.error({ customerId: `c-${index}` }, 'not understood');
  expect(lines.map(({ customerId }) => customerId)).toEqual(Array.from({ length: 10 }, (_, index) => `c-${index}`));
  vi.advanceTimersByTime(1_000);
  expect(written().slice(10)).toEqual(['not understood +490']);
});

test('however many messages there are, what is written and kept is bounded', () => {
  for (let index = 0; index < 10_000; index++) log.warn(`message ${index}`);
  expect(lines.length).toBeLessThanOrEqual(500);
  vi.advanceTimersByTime(1_000);
  expect(lines.length).toBeLessThanOrEqual(510);
});

test('information is never left out, nor what ends the process', () => {
  for (let index = 0; index < 50; index++) log.info('ready');
  for (let index = 0; index < 50; index++) log.fatal('gone');
  expect(lines).toHaveLength(100);
});

test('a child is guarded as well, keeps its bindings, and a level that changes is respected', () => {
  const child = log.child({ part: 'feed' });
  for (let index = 0; index < 5; index++) child.warn('again');
  expect(lines).toMatchObject([{ part: 'feed', msg: 'again' }]);
  expect(guardedLog(log)).toBe(log);
  expect(log.isLevelEnabled('debug')).toBe(true);
});

test('a log that throws stops nothing else', () => {
  const broken = guardedLog(
    pino({
      hooks: {
        logMethod() {
          throw new Error('the disk is full');
        },
      },
    }),
  );
  for (const level of ['fatal', 'error', 'warn', 'info'] as const) expect(() => broken[level]('line')).not.toThrow();
  expect(() => vi.advanceTimersByTime(2_000)).not.toThrow();
});
