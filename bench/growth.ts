/**
 * `npm run bench:growth`: how cost grows with the number of subscribers, of customers, and with the journal's length. Writes
 * docs/growth.svg. With ten million entries it takes half an hour and 8 GB of disk; `-- --entries 1000000` stops at a tenth,
 * `-- --short` at a hundredth of that.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openSqliteJournal } from '../src/journal/sqlite/journal.ts';
import { LIMIT, OURS, withoutCustomerLimit } from './harness/contenders.ts';
import { callbacks, customerId } from './harness/fixtures.ts';
import { HttpLoad } from './harness/http-load.ts';
import { costOf, median } from './harness/measure.ts';
import { type Curve, plot } from './harness/plot.ts';
import { type BenchServer, pinLoad, type ServerSpec, startServer } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';
import { pushUpdates } from './push.ts';

const { values: options } = parseArgs({
  options: { short: { type: 'boolean', default: false }, entries: { type: 'string', default: '10000000' } },
});
const upTo = (limit: number, short: number) => (size: number) => size <= (options.short ? short : limit);
const SUBSCRIBERS = [100, 300, 1_000, 3_000, 10_000].filter(upTo(10_000, 3_000));
const IDLE = [0, 1_000, 2_000, 4_000, 8_000, 12_000].filter(upTo(12_000, 4_000));
const CUSTOMERS = [1_000, 10_000, 100_000, 1_000_000].filter(upTo(1_000_000, 100_000));
const LENGTHS = [10_000, 100_000, 1_000_000, 10_000_000].filter(upTo(Number(options.entries), 100_000));
const ROUNDS = 3;
const ROUND_MS = options.short ? 500 : 2_000;
const CONNECTIONS = 64;
const BATCH = 5_000;

pinLoad();
const write = (line: string) => void process.stdout.write(`${line}\n`);

/** The median CPU time of a callback, about customers in turn, on a server that is warm. */
async function callbackCost(server: BenchServer, customers: number): Promise<number> {
  using load = await HttpLoad.open(server.port, CONNECTIONS);
  // Few enough to be rendered beforehand, and spread over all customers.
  const next = callbacks(Math.min(customers, 10_000), '', Math.max(1, Math.floor(customers / 10_000)));
  await load.run(ROUND_MS, next);
  const costs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    costs.push((await costOf(server, () => load.run(ROUND_MS, next))).cpuMicros);
  }
  return median(costs);
}

async function pushCurve(spec: ServerSpec): Promise<Curve> {
  const points = [];
  for (const size of SUBSCRIBERS) {
    await using server = await startServer(spec);
    const push = await pushUpdates(server, size, Math.ceil(20_000 / size));
    using _subscribers = push.subscribers;
    await push.run();
    const costs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) costs.push((await costOf(server, push.run)).cpuMicros);
    points.push({ x: size, y: median(costs) });
    write(`push to ${size}, ${spec.name}: ${median(costs).toFixed(1)} µs a delivery`);
  }
  return { name: spec.name, points };
}

async function idleCurve(): Promise<Curve> {
  const points = [];
  await using server = await startServer(withoutCustomerLimit(OURS));
  using subscribers = new Subscribers(server.port);
  for (const size of IDLE) {
    const following = (index: number) => ({ customerId: `idle-${customerId(index)}`, subject: customerId(index) });
    await subscribers.add(size - subscribers.size, following);
    await server.settled();
    points.push({ x: size, y: await callbackCost(server, 5_000) });
    write(`callback beside ${size} idle subscribers: ${points.at(-1)?.y.toFixed(0)} µs`);
  }
  return { name: OURS.name, points };
}

/** Fills a journal to each length in turn, and measures a server on it. `customersAt` says how many customers there are by then. */
async function journalCurve(lengths: readonly number[], customersAt: (length: number) => number): Promise<Curve> {
  const points = [];
  const folder = mkdtempSync(join(tmpdir(), 'bench-growth-'));
  using stack = new DisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  for (const length of lengths) {
    const customers = customersAt(length);
    await fill(join(folder, 'kyc.db'), length, customers);
    await using server = await startServer(withoutCustomerLimit(OURS), folder);
    points.push({ x: length, y: await callbackCost(server, customers) });
    write(`callback with ${customers} customers and ${length} entries: ${points.at(-1)?.y.toFixed(0)} µs`);
  }
  return { name: OURS.name, points };
}

async function fill(path: string, length: number, customers: number): Promise<void> {
  const journal = openSqliteJournal(path);
  for (let { position } = await journal.head(); position < length; ) {
    const batch = Array.from({ length: Math.min(BATCH, length - position) }, (_, index) => ({
      report: { customerId: customerId((position + index) % customers), status: `STEP_${position + index}` },
      circumstances: { source: 'CALLBACK', receivedAt: Date.now(), requireConfirmation: false } as const,
    }));
    await journal.append(batch);
    position += batch.length;
  }
  await journal.close();
}

const cpu = 'CPU µs';
const panels = [
  {
    title: 'One update to many subscribers',
    xLabel: 'subscribers',
    yLabel: `${cpu} per delivery`,
    curves: [await pushCurve(withoutCustomerLimit(OURS)), await pushCurve(LIMIT)],
  },
  {
    title: 'A callback beside idle subscribers',
    xLabel: 'idle subscribers of other customers',
    yLabel: cpu,
    curves: [await idleCurve()],
  },
  {
    title: 'A callback among many customers',
    xLabel: 'customers, one entry each',
    yLabel: cpu,
    curves: [await journalCurve(CUSTOMERS, (length) => length)],
  },
  {
    title: 'A callback on a long journal',
    xLabel: 'entries, of 10,000 customers',
    yLabel: cpu,
    curves: [await journalCurve(LENGTHS, () => 10_000)],
  },
];
const folder = options.short ? join(import.meta.dirname, 'results') : join(import.meta.dirname, '..', 'docs');
writeFileSync(join(folder, 'growth.svg'), plot(panels));
write(`${join(folder, 'growth.svg')} shows it.`);
