/** Where does the time go between a lone callback's sending and the frame at its subscriber? One callback at a time, on an idle server. */
import { join } from 'node:path';
import { LIMIT, ours, withoutCustomerLimit } from './harness/contenders.ts';
import { callbacks, customerId } from './harness/fixtures.ts';
import { closedLoop, HttpLoad, sendOne } from './harness/http-load.ts';
import { type Answer, type Effort, quantile, type Row } from './harness/measure.ts';
import { type BenchServer, startServer } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

const MOMENTS = join(import.meta.dirname, 'harness', 'moments.js');
const PROBE_EVERY_MS = 5;
const CONNECTIONS = 32;
const SPAN_MS = { short: 500, full: 20_000 };

/** The points of moments.js in order, and what has happened at each since the one before. */
const STEPS = [
  ['request', 'kernel, event loop, HTTP head'],
  ['body', 'routing, until the end of the body'],
  ['begin', 'hash, JSON, queue, until the transaction begins'],
  ['written', 'statements'],
  ['synced', 'commit: log written and synced'],
  ['rendered', 'files checked, cursor woken, text rendered'],
  ['pushed', 'write to the socket'],
  ['arrived', 'kernel, event loop of the subscriber'],
] as const;

/** Answers the question: medians of each step, ours beside a relay that stores nothing, which has no commit. */
export async function latencySplit(effort: Effort): Promise<Answer> {
  const spanMs = effort.isShort ? SPAN_MS.short : SPAN_MS.full;
  const rows: Row[] = [];
  for (const spec of [LIMIT, ...ours().map(withoutCustomerLimit)]) {
    await using server = await startServer({ ...spec, flags: ['--import', MOMENTS] });
    rows.push(...stepsOf(server.name, await probe(server, spanMs, effort.warmUpMs)));
  }
  return { title: 'A lone callback, step by step', rows, verdicts: [] };
}

type Moments = Readonly<Record<string, number>>;

async function probe(server: BenchServer, spanMs: number, warmUpMs: number): Promise<Moments[]> {
  const { port } = server;
  using subscriber = new Subscribers(port);
  const next = callbacks(1, 'probe-');
  await sendOne(port, next());
  await subscriber.add(1, () => ({ customerId: `probe-${customerId(0)}`, subject: 'probe' }));
  await server.settled();
  await closedLoop(port, CONNECTIONS, warmUpMs, callbacks(1_000));
  await server.settled();
  using load = await HttpLoad.open(port, 1);
  const taken: Moments[] = [];
  for (const endsAt = now() + spanMs; now() < endsAt; ) {
    const delivered = subscriber.expect(1);
    const sent = now();
    const answered = load.send(next());
    await delivered;
    const arrived = now();
    await answered;
    taken.push({ ...(await server.usage()).moments, sent, arrived });
    await new Promise((resolve) => setTimeout(resolve, PROBE_EVERY_MS));
  }
  return taken;
}

function stepsOf(name: string, taken: readonly Moments[]): Row[] {
  const rows: Row[] = [];
  let before = 'sent';
  for (const [point, step] of STEPS) {
    if (taken[0]?.[point] === undefined) continue;
    rows.push(rowOf(`${name}: ${step}`, before, point, taken));
    before = point;
  }
  return [...rows, rowOf(`${name}: all`, 'sent', 'arrived', taken)];
}

function rowOf(contender: string, from: string, to: string, taken: readonly Moments[]): Row {
  const spans = taken.map((moments) => (moments[to] ?? Number.NaN) - (moments[from] ?? Number.NaN));
  return { contender, values: { 'p50 ms': quantile(spans, 0.5), 'p90 ms': quantile(spans, 0.9) } };
}

/** On the clock that the server's moments are on. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
