import { setImmediate as nextImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nextTurn, TURN_MS } from '../../src/http/turn.ts';

function busy(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('what fits into a turn runs at once; the rest waits, in order, and the event loop runs in between', async () => {
  await nextImmediate();
  const ran: number[] = [];
  let loops = 0;
  let isDone = false;
  const count = (): void => {
    loops++;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const work = async (index: number): Promise<void> => {
    const turn = nextTurn();
    if (turn !== undefined) await turn;
    ran.push(index);
    busy(TURN_MS / 2);
  };
  await Promise.all(Array.from({ length: 20 }, (_, index) => work(index)));
  isDone = true;
  expect(ran).toEqual(Array.from({ length: 20 }, (_, index) => index));
  // Two or three fit into a turn.
  expect(loops).toBeGreaterThanOrEqual(5);
});

test('an idle process does not wait', async () => {
  await nextImmediate();
  await nextImmediate();
  expect(nextTurn()).toBeUndefined();
});
