import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Liveness } from '../../../src/transport/liveness.ts';
import { Heartbeat } from '../../../src/transport/router-callback/check.ts';
import type { Outcome } from '../../../src/transport/router-callback/messages.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A heartbeat a minute whose checks have these outcomes, the last one again and again. */
function heartbeat(outcomes: readonly Outcome[]) {
  let sent = 0;
  const ended: string[] = [];
  const beating = new Heartbeat(
    async () => outcomes[Math.min(sent++, outcomes.length - 1)] as Outcome,
    new Liveness(),
    ({ kind }) => ended.push(kind),
  );
  beating.start(60_000);
  return { beating, ended, sent: () => sent };
}
const ACCEPTED: Outcome = { kind: 'accepted', confirms: true };
const LOST: Outcome = { kind: 'retry', reason: 'ECONNREFUSED' };

test('a heartbeat that is lost is repeated soon, and counts as unanswered until then', async () => {
  const { beating, sent } = heartbeat([LOST, { kind: 'unknown', reason: 'x' }, ACCEPTED]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([sent(), beating.unansweredSince]).toEqual([1, 1]);
  await vi.advanceTimersByTimeAsync(4_000);
  expect([sent(), beating.unansweredSince]).toEqual([3, 0]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(sent()).toBe(4);
});

test.each<Outcome>([{ kind: 'ended' }, { kind: 'refused', reason: 'HTTP 401' }])(
  '$kind ends the subscription',
  async (outcome) => {
    const { ended } = heartbeat([outcome]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended).toEqual([outcome.kind]);
  },
);

test('after it was stopped nothing is sent and nothing said', async () => {
  const { beating, ended, sent } = heartbeat([LOST, { kind: 'ended' }]);
  await vi.advanceTimersByTimeAsync(60_000);
  beating.stop();
  await vi.advanceTimersByTimeAsync(600_000);
  expect([sent(), ended]).toEqual([1, []]);
});
