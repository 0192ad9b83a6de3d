/** One schedule: everything that happens, and in which order, follows from its seed. */

import type { Head } from '../../src/journal/journal.ts';
import { SimulatedDatabase } from './database.ts';
import { Instance, SimulatedNotifier, type World } from './instance.ts';
import { probe } from './probes.ts';
import { seededRandom } from './random.ts';
import { Subscriber } from './subscriber.ts';
import { VirtualTime } from './virtual-time.ts';

const CUSTOMERS = ['a', 'b', 'c'];
const STEPS = 40;
/** How long faults go on (the shorter, the more overlaps), and how long an answer of the network takes at most. */
const FAULTS_MS = [200, 600, 3_000];
const LATENCY_MS = [1, 4, 40];
/** How long it may take to settle afterwards: polls come every second. */
const SETTLE_MS = 3_500;
/** What a foreign publisher may say. */
const FOREIGN_HINTS = [Number.NaN, Number.MAX_SAFE_INTEGER, 1e308, -1, 1.5, '7', null, undefined, {}, 1_000];

/** What happened in a schedule: a simulation in which little happens proves little. */
export interface Outcome {
  readonly delivered: number;
  readonly unknown: number;
  readonly replacements: number;
  readonly crashes: number;
}

/** Runs the schedule of a seed. Rejects with a `Violation` when a promise is broken. */
export async function runSchedule(seed: number): Promise<Outcome> {
  const random = seededRandom(seed);
  const time = new VirtualTime(random);
  const notifier = new SimulatedNotifier();
  const database = new SimulatedDatabase(random);
  const faultsMs = random.pick(FAULTS_MS);
  const mayReplace = random.chance(0.7);
  const world: World = {
    random,
    time,
    notifier,
    database,
    isEmbedded: random.chance(0.3),
    latencyMs: random.pick(LATENCY_MS),
    isFaulty: true,
    violations: [],
  };
  notifier.world = world;
  const watched = (work: Promise<void>) => void work.catch((error: Error) => world.violations.push(error));

  const instances = Array.from({ length: world.isEmbedded ? 1 : 2 }, () => new Instance(world));
  const start = (instance: Instance) => watched(instance.start());
  for (const instance of instances) start(instance);
  const subscribers = interests(random).map((interest) => new Subscriber(world, interest));
  let crashes = 0;

  /** Whoever is without an instance looks for another, as a client does. */
  const reconnect = () => {
    for (const subscriber of subscribers) {
      const instance = random.pick(instances);
      if (subscriber.isAway && instance.isReady) watched(subscriber.connect(instance));
    }
  };
  const replace = () => {
    const places = instances.map(({ feed }) => feed.place);
    database.replace();
    for (const [at, instance] of instances.entries()) instance.replaced(places[at] as Head);
  };
  const act = () => {
    const at = random.int(instances.length);
    const instance = instances[at] as Instance;
    const ignored = (work: Promise<void>) => void work.catch(() => {});
    const choice = random.int(100);
    if (choice < 45) ignored(instance.commit(Array.from({ length: 1 + random.int(3) }, () => random.pick(CUSTOMERS))));
    else if (choice < 70) for (const subscriber of subscribers) subscriber.pull();
    else if (choice < 78) reconnect();
    else if (choice < 81) random.pick(subscribers).disconnect();
    else if (choice < 83) for (const subscriber of subscribers) subscriber.disconnect();
    else if (choice < 87) notifier.send(random.pick(FOREIGN_HINTS));
    else if (choice < 91) ignored(instance.erase(random.pick(CUSTOMERS)));
    else if (choice < 96) {
      if (mayReplace) replace();
    } else {
      crashes++;
      instance.crash();
      instances[at] = new Instance(world);
      start(instances[at]);
    }
  };
  for (let step = 0; step < STEPS; step++) time.soon(faultsMs, act);
  time.afterEach = () => {
    for (const instance of instances) instance.checkPlace();
  };
  await time.run(faultsMs);
  world.isFaulty = false;
  for (let ms = 250; ms <= SETTLE_MS; ms += 250) {
    reconnect();
    for (const subscriber of subscribers) subscriber.hurry();
    await time.run(faultsMs + ms);
  }
  await probe({ world, instances, subscribers, reconnect }, CUSTOMERS);
  for (const instance of instances) instance.crash();
  if (world.violations[0] !== undefined) throw world.violations[0];
  return {
    delivered: subscribers.reduce((sum, { delivered }) => sum + delivered, 0),
    unknown: subscribers.reduce((sum, { unknown }) => sum + unknown, 0),
    replacements: database.replacements,
    crashes,
  };
}

function interests(random: ReturnType<typeof seededRandom>) {
  return Array.from({ length: 1 + random.int(4) }, () => {
    const isOfOne = random.chance(0.5);
    return {
      customerId: isOfOne ? random.pick(CUSTOMERS) : null,
      filter: !isOfOne && random.chance(0.3) ? random.pick(CUSTOMERS) : null,
      isEager: random.chance(0.7),
    };
  });
}
