/** What does one update to many subscribers cost, for each of them, and how long until the last has it? */
import { LIMIT, OURS, ours, STOCK, withoutCustomerLimit } from './harness/contenders.ts';
import { callbacks, customerId } from './harness/fixtures.ts';
import { HttpLoad, sendOne } from './harness/http-load.ts';
import { type Answer, costOf, type Effort, figureOf, inRounds, type Row } from './harness/measure.ts';
import { type BenchServer, type ServerSpec, startServers } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

/** A push is little code, and is only as fast as it will be after some ten thousand of them. */
const WARM_UPS = 3;
const MAX_SOCKETS = 15_000;
const CPU = 'CPU µs per delivery';
const WALL = 'ms until the last';

/** Answers the question for these numbers of subscribers. */
export async function push(effort: Effort): Promise<Answer> {
  const sizes = effort.isShort ? [300] : [2_000, 10_000];
  const contenders = [LIMIT, ...ours().map(withoutCustomerLimit), STOCK];
  const rows: Row[] = [];
  for (const size of sizes) {
    // In turns where the load has files enough for all their sockets, else one contender after the other.
    const groups = size * contenders.length < MAX_SOCKETS ? [contenders] : contenders.map((spec) => [spec]);
    for (const group of groups) rows.push(...(await pushTo(size, group, effort)));
  }
  const of = (name: string) => `${name}, ${sizes[0]}`;
  const against = (name: string) => figureOf(rows, of(name), CPU) / figureOf(rows, of(LIMIT.name), CPU);
  return {
    title: 'One update to many subscribers',
    rows,
    verdicts: [
      {
        what: `CPU per delivery to ${sizes[0]}, of a raw ws broadcast`,
        value: against(OURS.name),
        reach: 1.3,
        aim: 1.15,
        good: 'at most',
      },
    ],
  };
}

async function pushTo(size: number, specs: readonly ServerSpec[], effort: Effort): Promise<Row[]> {
  await using group = await startServers(specs);
  using stack = new DisposableStack();
  const turns = [];
  for (const server of group.servers) {
    const { run, subscribers } = await pushUpdates(server, size, Math.ceil((effort.roundMs * 20) / size));
    stack.use(subscribers);
    const measure = async () => {
      const { cpuMicros, perSecond } = await costOf(server, run);
      return { [CPU]: cpuMicros, [WALL]: (size / perSecond) * 1_000 };
    };
    turns.push({ contender: `${server.name}, ${size}`, warmUp: () => repeat(WARM_UPS, run), measure });
  }
  return await inRounds(effort, turns);
}

/** Subscribes `size` clients to one customer. `run` sends that many updates, each when the last has reached everybody. */
export async function pushUpdates(server: BenchServer, size: number, updates: number) {
  const next = callbacks(1);
  const subscribers = new Subscribers(server.port);
  await sendOne(server.port, next());
  await subscribers.add(size, (index) => ({ customerId: customerId(0), subject: `service-${index}` }));
  await server.settled();
  const run = async () => {
    using load = await HttpLoad.open(server.port, 1);
    const startedAt = performance.now();
    for (let update = 0; update < updates; update++) {
      const delivered = subscribers.expect(size);
      await load.send(next());
      await delivered;
    }
    return { count: size * updates, wallMs: performance.now() - startedAt };
  };
  return { run, subscribers };
}

async function repeat(times: number, run: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < times; time++) await run();
}
