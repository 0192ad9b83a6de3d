/**
 * The design beyond one Postgres (docs/scale.md, "Past one Postgres"), over the real feed: sixteen cells, each with a journal, a notifier
 * and two instances of its own; a client that follows all of them keeps one vector. Crashes, faults of each network, lost notifications,
 * disconnects, and a cell whose journal is replaced.
 *
 *   SIMULATION_SEED=1234 npx vitest run test/simulation/cells      one schedule again
 *   SIMULATION_SCHEDULES=10000 npx vitest run …                    more of them
 */
import { expect, test } from 'vitest';
import { CellsSubscriber } from './cells-subscriber.ts';
import { SimulatedDatabase } from './database.ts';
import { Instance, SimulatedNotifier, type World } from './instance.ts';
import { seededRandom } from './random.ts';
import { cellOf, VectorCursorCodec } from './vector-cursor.ts';
import { VirtualTime } from './virtual-time.ts';

const CELLS = 16;
const CUSTOMERS = Array.from({ length: 64 }, (_, index) => `customer-${index}`);
const STEPS = 200;
const FAULTS_MS = 3_000;
const SETTLE_MS = 3_500;
const SCHEDULES = Number(process.env['SIMULATION_SCHEDULES'] ?? 100);
const ONLY = process.env['SIMULATION_SEED'];

test(`over ${CELLS} journals a vector resumes exactly, and each customer's updates come in order, once`, async () => {
  const seeds = ONLY === undefined ? Array.from({ length: SCHEDULES }, (_, index) => index + 1) : [Number(ONLY)];
  const sum = { delivered: 0, resumed: 0, unknown: 0 };
  for (const seed of seeds) {
    const outcome = await runCells(seed).catch((error: unknown) => {
      throw new Error(`Seed ${seed}: ${String(error)}. Repeat it with SIMULATION_SEED=${seed}.`, { cause: error });
    });
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += outcome[name];
  }
  // A simulation in which little happens proves little.
  if (ONLY !== undefined) return;
  expect(sum.delivered).toBeGreaterThan(100 * SCHEDULES);
  expect(sum.resumed).toBeGreaterThan(3 * SCHEDULES);
  expect(sum.unknown).toBeGreaterThan(SCHEDULES / 10);
}, 300_000);

test('customers are spread over the cells, and a vector comes back as the places that it names', () => {
  const used = new Set(CUSTOMERS.map((customerId) => cellOf(customerId, CELLS)));
  expect(used.size).toBeGreaterThan(CELLS / 2);
  const codec = new VectorCursorCodec(CELLS);
  const places = Array.from({ length: CELLS }, (_, cell) => ({ position: cell * 7, digest: Buffer.alloc(32, cell) }));
  const decoded = codec.decode(codec.encode(places));
  expect(decoded?.map(({ position }) => position)).toEqual(places.map(({ position }) => position));
  expect(codec.decode('k1.not-a-vector')).toBeNull();
});

async function runCells(seed: number): Promise<{ delivered: number; resumed: number; unknown: number }> {
  const random = seededRandom(seed);
  const time = new VirtualTime(random);
  const violations: Error[] = [];
  const worlds = Array.from({ length: CELLS }, (): World => {
    const notifier = new SimulatedNotifier();
    const database = new SimulatedDatabase(random);
    const world = { random, time, notifier, database, isEmbedded: false, latencyMs: 4, isFaulty: true, violations };
    notifier.world = world;
    return world;
  });
  const cells = worlds.map((world) => ({
    database: world.database,
    instances: [new Instance(world), new Instance(world)],
  }));
  const start = (instance: Instance) => void instance.start().catch((error: Error) => violations.push(error));
  for (const { instances } of cells) for (const instance of instances) start(instance);
  const client = new CellsSubscriber(cells, new VectorCursorCodec(CELLS), random, violations);
  const reconnect = () => void client.connect().catch((error: Error) => violations.push(error));

  const act = () => {
    const customerId = random.pick(CUSTOMERS);
    const cell = cellOf(customerId, CELLS);
    const { instances, database } = cells[cell] as (typeof cells)[number];
    const at = random.int(instances.length);
    const choice = random.int(100);
    if (choice < 60) void (instances[at] as Instance).commit([customerId]).catch(() => {});
    else if (choice < 85) for (let count = 0; count < 8; count++) client.take();
    else if (choice < 92) client.disconnect();
    else if (choice < 94 && random.chance(0.3)) database.replace();
    else if (choice < 98) {
      (instances[at] as Instance).crash();
      instances[at] = new Instance(worlds[cell] as World);
      start(instances[at] as Instance);
    }
    if (client.isAway) reconnect();
  };
  for (let step = 0; step < STEPS; step++) time.soon(FAULTS_MS, act);
  await time.run(FAULTS_MS);
  for (const world of worlds) world.isFaulty = false;
  for (let ms = 50; ms <= SETTLE_MS; ms += 50) {
    if (client.isAway) reconnect();
    for (let count = 0; count < CELLS; count++) client.take();
    await time.run(FAULTS_MS + ms);
  }
  client.checkSettled();
  for (const { instances } of cells) for (const instance of instances) instance.crash();
  if (violations[0] !== undefined) throw violations[0];
  return { delivered: client.delivered, resumed: client.resumed, unknown: client.unknown };
}
