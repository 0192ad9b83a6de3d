/**
 * What is tried once nothing fails any more: each way of hearing of a commit is quick enough, a flood of false notifications costs
 * little, and what was erased elsewhere is delivered nowhere.
 */
import type { Instance, World } from './instance.ts';
import { Subscriber } from './subscriber.ts';
import { Violation } from './violation.ts';

/** How often an instance may read in a second in which nothing happens, and while 100 false notifications arrive. */
const QUIET_READS = 20;
const FLOOD_READS = 110;
const FLOOD_MS = 200;
const POLL_MS = 1_000;
/** How long a call of the notifier that never comes back is waited for. */
const HANG_MS = 5_500;

/** The ways in which instances hear of a commit. */
const WAYS = ['own', 'position', 'no position', 'poll'] as const;

/** Everything of a schedule that is probed. */
export interface Probed {
  readonly world: World;
  readonly instances: readonly Instance[];
  readonly subscribers: readonly Subscriber[];
  readonly reconnect: () => void;
}

/** Runs the probes. What they find is added to the world's violations. */
export async function probe(probed: Probed, customers: readonly string[]): Promise<void> {
  const { world, instances } = probed;
  checkSettled(probed, 'after the faults');
  await quietReads(probed);
  for (const way of WAYS) await hearOf(probed, way, customers);
  await flood(probed, world.random.chance(0.5) ? Number.MAX_SAFE_INTEGER : null);
  await eraseElsewhere(probed, customers);
  for (const instance of instances) if (world.violations.length === 0) instance.checkReports();
}

function checkSettled({ world, instances, subscribers }: Probed, when: string): void {
  if (world.violations.length > 0) return;
  for (const subscriber of subscribers) subscriber.checkSettled(when);
  const { position } = world.database.head;
  for (const { feed } of instances) {
    if (feed.position !== position)
      world.violations.push(new Violation(`the feed is at ${feed.position}, the journal at ${position}, ${when}`));
  }
}

async function quietReads({ world, instances }: Probed): Promise<void> {
  for (const instance of instances) instance.reads = 0;
  await world.time.run(world.time.now + POLL_MS);
  for (const { reads } of instances) {
    if (reads > QUIET_READS)
      world.violations.push(new Violation(`${reads} reads in a second in which nothing happened`));
  }
}

/** How long it may take until everybody has what was committed. */
function deadlineOf({ world, instances }: Probed, way: (typeof WAYS)[number]): number {
  const { latencyMs, time, notifier } = world;
  // A notification, the pause between two looks, that of an instance without subscribers, and some reads one after the other.
  const heardMs = 30 + 50 + 20 + 16 * latencyMs;
  const isWorking = instances.every(({ feed }) => feed.isNotifierWorking) && time.now > notifier.hungAt + HANG_MS;
  return way === 'poll' || !isWorking ? POLL_MS + heardMs : heardMs;
}

/** Something is committed while subscribers come and go; then everybody has it in time. */
async function hearOf(probed: Probed, way: (typeof WAYS)[number], customers: readonly string[]): Promise<void> {
  const { world, instances, subscribers, reconnect } = probed;
  const { random, time, database, notifier, latencyMs } = world;
  const batch = () => Array.from({ length: 1 + random.int(3) }, () => random.pick(customers));
  const commit = () => {
    if (way === 'own') {
      void random.pick(instances).commit(batch());
      return;
    }
    database.append(batch());
    if (way !== 'poll') notifier.send(way === 'position' ? database.head.position : null);
  };
  const spanMs = 1 + random.int(2 * latencyMs + 30);
  if (random.chance(0.5)) for (const subscriber of subscribers) time.soon(spanMs, () => subscriber.disconnect());
  for (let count = 0; count < 3; count++) time.soon(spanMs, reconnect);
  for (let count = 1 + random.int(3); count > 0; count--) time.soon(spanMs, commit);
  await time.run(time.now + spanMs + (way === 'own' ? 2 * latencyMs : 0));
  for (const subscriber of subscribers) subscriber.hurry();
  const deadlineMs = deadlineOf(probed, way);
  // Those who were told that their cursor is unknown, or that their customer was erased, begin anew.
  for (let part = 0; part < 4; part++) {
    reconnect();
    await time.run(time.now + deadlineMs / 4);
  }
  checkSettled(probed, `${deadlineMs} ms after a commit that was heard of by: ${way}`);
}

async function flood({ world, instances }: Probed, hint: unknown): Promise<void> {
  for (const instance of instances) instance.reads = 0;
  for (let ms = 0; ms < FLOOD_MS; ms += 2) world.time.after(ms, () => world.notifier.send(hint));
  await world.time.run(world.time.now + FLOOD_MS + 100);
  for (const { reads } of instances) {
    if (reads > FLOOD_READS)
      world.violations.push(new Violation(`${reads} reads for ${FLOOD_MS / 2} false notifications`));
  }
}

/** A customer is erased at one instance; a while later, a subscriber at another one continues from just before. */
async function eraseElsewhere(probed: Probed, customers: readonly string[]): Promise<void> {
  const { world, instances, subscribers, reconnect } = probed;
  const { random, time, database } = world;
  const [kept, erased] = [customers[0] as string, customers[1] as string];
  const instance = random.pick(instances);
  await Promise.all([instance.commit([kept, kept, erased]), time.run(time.now + 2 * world.latencyMs + 5)]);
  await time.run(time.now + deadlineOf(probed, 'poll'));
  const before = database.lastOf(kept);
  await Promise.all([random.pick(instances).erase(erased), time.run(time.now + 2 * world.latencyMs + 5)]);
  await time.run(time.now + deadlineOf(probed, 'poll'));
  reconnect();
  const late = new Subscriber(world, { customerId: null, filter: null, isEager: true });
  late.refusesErased = true;
  await Promise.all([late.continueAt(random.pick(instances), before), time.run(time.now + 6 * world.latencyMs + 10)]);
  await time.run(time.now + deadlineOf(probed, 'poll'));
  checkSettled({ ...probed, subscribers: [...subscribers, late] }, 'after an erasure');
}
