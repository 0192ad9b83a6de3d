/** How much memory does an idle subscribed socket take? The slope between two numbers of sockets, so that the server itself does not count. */
import { LIMIT, OURS, ours, STOCK } from './harness/contenders.ts';
import { customerId } from './harness/fixtures.ts';
import { type Answer, type Effort, figureOf, inRounds, type Sample } from './harness/measure.ts';
import { type ServerSpec, startServer } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

/** Page boundaries vary by chance, so take the median of three. Each run opens twelve thousand sockets. */
const ROUNDS = 3;
const RESIDENT = 'resident KiB per socket';
const HEAP = 'live heap KiB per socket';
/** The same for all: the limit of the young generation is a choice, and would otherwise be counted as sockets. */
const FLAGS = ['--max-semi-space-size=1'];

/** Answers the question. */
export async function memory(effort: Effort): Promise<Answer> {
  const [small, large] = effort.isShort ? [200, 800] : [4_000, 12_000];
  const rounds = Math.min(effort.rounds, ROUNDS);
  const turns = [LIMIT, ...ours(), STOCK].map((spec) => ({
    contender: spec.name,
    measure: () => slope(spec, small, large),
  }));
  const rows = await inRounds({ ...effort, rounds }, turns);
  return {
    title: `Idle subscribed sockets, slope from ${small} to ${large}`,
    rows,
    verdicts: [
      {
        what: 'resident memory per idle socket, of raw ws',
        value: figureOf(rows, OURS.name, RESIDENT) / figureOf(rows, LIMIT.name, RESIDENT),
        reach: 2,
        aim: 1.85,
        good: 'at most',
      },
    ],
  };
}

async function slope(spec: ServerSpec, small: number, large: number): Promise<Sample> {
  await using server = await startServer({ ...spec, flags: FLAGS });
  using subscribers = new Subscribers(server.port);
  // Each follows a customer of their own, who is not known yet: nothing is pushed, as for most of the day.
  const following = (index: number) => ({ customerId: customerId(index), subject: customerId(index) });
  const at = async (size: number) => {
    await subscribers.add(size - subscribers.size, following);
    await server.settled();
    await server.usage('collect');
    // V8 gives pages back on other threads, some time after the collection.
    await server.settled();
    return server.usage();
  };
  const [before, after] = [await at(small), await at(large)];
  const perSocket = (name: 'resident' | 'heap') => (after[name] - before[name]) / (large - small) / 1_024;
  return { [RESIDENT]: perSocket('resident'), [HEAP]: perSocket('heap') };
}
