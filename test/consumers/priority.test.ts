import { expect, test } from 'vitest';
import { MAX_HELD_BACK_MS, Priority } from '../../src/consumers/priority.ts';

const YOUNG = 10;

function priority(busyShare: number, committedMsAgo = 0) {
  return new Priority({
    nextTurn: () => undefined,
    lastCommitAt: () => performance.now() - committedMsAgo,
    busyShare: () => busyShare,
  });
}

/** How many updates are handled in `ms`, at the speed of a handler that does nothing. */
async function handledWithin(ms: number, subject: Priority, ageMs: number): Promise<number> {
  let handled = 0;
  for (const endsAt = performance.now() + ms; performance.now() < endsAt; handled++) {
    const later = subject.turn(ageMs);
    if (later === undefined) for (const until = performance.now() + 0.01; performance.now() < until; );
    else await later;
    if (handled % 1_000 === 999) await new Promise((resolve) => setImmediate(resolve));
  }
  return handled;
}

test('while callbacks keep the process busy, consumers work in slices of a few per cent of the time', async () => {
  const free = await handledWithin(300, priority(0.2), YOUNG);
  const held = await handledWithin(300, priority(1), YOUNG);
  expect(held).toBeGreaterThan(0);
  expect(held).toBeLessThan(free / 4);
});

test('without recent callbacks a busy process is busy with the consumers themselves: they are not held back', () => {
  const subject = priority(1, 1_000);
  for (let count = 0; count < 1_000; count++) expect(subject.turn(YOUNG)).toBeUndefined();
});

test('a consumer that has fallen behind is not held back, also during a pause of the others', () => {
  const subject = priority(1);
  expect(subject.turn(YOUNG)).toBeInstanceOf(Promise);
  expect(subject.turn(MAX_HELD_BACK_MS + 1)).toBeUndefined();
  expect(subject.turn(Number.POSITIVE_INFINITY)).toBeUndefined();
});

test('all consumers share one pause', () => {
  const subject = priority(1);
  expect(subject.turn(YOUNG)).toBe(subject.turn(YOUNG));
});
