/** How long from a callback's sending to the frame at its subscriber, idle and under a thousand other callbacks a second? */
import { LIMIT, OURS, ours, STOCK, withoutCustomerLimit } from './harness/contenders.ts';
import { callbacks, customerId } from './harness/fixtures.ts';
import { closedLoop, HttpLoad, sendOne } from './harness/http-load.ts';
import {
  type Answer,
  type Effort,
  figureOf,
  inRounds,
  quantile,
  type Row,
  type Sample,
  type Turn,
} from './harness/measure.ts';
import { type BenchServer, startServers } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

const CONNECTIONS = 32;
const BACKGROUND_PER_SECOND = 1_000;
const PROBE_EVERY_MS = 5;
const P50 = 'p50 ms';
/** The column of the 99th percentile. */
export const P99 = 'p99 ms';

/** Answers the question. */
export async function latency(effort: Effort): Promise<Answer> {
  await using group = await startServers([LIMIT, ...ours().map(withoutCustomerLimit), STOCK]);
  using stack = new DisposableStack();
  const idle: Turn[] = [];
  const busy: Turn[] = [];
  for (const server of group.servers) {
    const probe = stack.use(await prober(server));
    const warmUp = ({ warmUpMs }: Effort) => probe.warmUp(warmUpMs);
    idle.push({ contender: `${server.name}, idle`, warmUp, measure: ({ roundMs }) => probe.run(roundMs) });
    busy.push({ contender: `${server.name}, 1,000/s`, measure: ({ roundMs }) => probe.runUnderLoad(roundMs) });
  }
  const rows = [...(await inRounds(effort, idle)), ...(await inRounds(effort, busy))];
  const beyond = (column: string, state: string) =>
    figureOf(rows, `${OURS.name}, ${state}`, column) - figureOf(rows, `${LIMIT.name}, ${state}`, column);
  return {
    title: 'Callback sent to frame at the subscriber',
    rows: rows satisfies Row[],
    verdicts: ['idle', '1,000/s'].flatMap((state) => [
      {
        what: `p50 beyond a raw relay, ms, ${state}`,
        value: beyond(P50, state),
        reach: 1.1,
        aim: 0.7,
        good: 'at most',
      },
      { what: `p99 beyond a raw relay, ms, ${state}`, value: beyond(P99, state), reach: 3, aim: 2, good: 'at most' },
    ]),
  };
}

async function prober(server: BenchServer) {
  const stack = new DisposableStack();
  const subscriber = stack.use(new Subscribers(server.port));
  const next = callbacks(1, 'probe-');
  const background = callbacks(1_000);
  await sendOne(server.port, next());
  await subscriber.add(1, () => ({ customerId: `probe-${customerId(0)}`, subject: 'probe' }));
  await server.settled();

  const run = (durationMs: number) => probeFrames(server.port, subscriber, next, durationMs);
  return {
    run,
    /** As many callbacks as it takes: what a server has run for hours is compiled, and a thousand a second would take long. */
    async warmUp(durationMs: number) {
      await closedLoop(server.port, CONNECTIONS, durationMs, background);
      await run(durationMs / 8);
    },
    async runUnderLoad(durationMs: number) {
      using load = await HttpLoad.open(server.port, CONNECTIONS);
      const stop = new AbortController();
      const paced = load.pace(BACKGROUND_PER_SECOND, background, stop.signal);
      const measured = await run(durationMs);
      stop.abort();
      await paced;
      return measured;
    },
    [Symbol.dispose]: () => stack.dispose(),
  };
}

/** Sends a callback to `port` again and again, and takes how long each needs to be a frame at the subscriber. */
export async function probeFrames(
  port: number,
  subscriber: Subscribers,
  next: () => Buffer,
  durationMs: number,
): Promise<Sample> {
  using probes = await HttpLoad.open(port, 1);
  const taken: number[] = [];
  for (const endsAt = performance.now() + durationMs; performance.now() < endsAt; ) {
    const delivered = subscriber.expect(1);
    const sentAt = performance.now();
    const answered = probes.send(next());
    await delivered;
    taken.push(performance.now() - sentAt);
    await answered;
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  return { [P50]: quantile(taken, 0.5), [P99]: quantile(taken, 0.99) };
}
