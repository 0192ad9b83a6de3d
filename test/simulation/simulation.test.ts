/**
 * Schedules of the real feed over a simulated journal, notifier and network: failovers, restored backups, lost, doubled and
 * invented notifications, crashes between any two awaits, erasures. Each schedule follows from its seed.
 *
 *   SIMULATION_SEED=1234 npx vitest run test/simulation     one schedule again
 *   SIMULATION_SCHEDULES=100000 npx vitest run …            more of them
 */
import { expect, test } from 'vitest';
import { type Outcome, runSchedule } from './schedule.ts';

const SCHEDULES = Number(process.env['SIMULATION_SCHEDULES'] ?? 10_000);
const ONLY = process.env['SIMULATION_SEED'];

test(`every subscriber gets one history, gapless and once, or is told: ${ONLY === undefined ? `${SCHEDULES} schedules` : `seed ${ONLY}`}`, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SCHEDULES }, (_, index) => index + 1) : [Number(ONLY)];
  const sum = { delivered: 0, unknown: 0, replacements: 0, crashes: 0 };
  for (const seed of seeds) {
    const outcome = await runSchedule(seed).catch((error: unknown): Outcome => {
      throw new Error(`Seed ${seed}: ${String(error)}. Repeat it with SIMULATION_SEED=${seed}.`, { cause: error });
    });
    for (const name of Object.keys(sum) as (keyof Outcome)[]) sum[name] += outcome[name];
  }
  // A simulation in which little happens proves little.
  if (ONLY !== undefined) return;
  expect(sum.delivered).toBeGreaterThan(20 * SCHEDULES);
  expect(sum.unknown).toBeGreaterThan(SCHEDULES / 2);
  expect(sum.replacements).toBeGreaterThan(SCHEDULES);
  expect(sum.crashes).toBeGreaterThan(SCHEDULES);
}, 300_000);

test('a seed repeats its schedule', async () => {
  expect(await runSchedule(7)).toEqual(await runSchedule(7));
});
