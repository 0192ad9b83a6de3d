/**
 * Twenty minutes of churn: subscribers come, stop reading and leave, callbacks arrive, queries run; then everything stops, and what
 * the server holds has to be what it held before.
 *
 *   npm run build && node bench/soak.ts [--minutes 20] [--rate 400]
 *
 * `--rate` bounds the callbacks a second, and with them the queries, a tenth as many: a leak shows at any rate.
 *
 * Prints a table, and exits with 1 when heap, descriptors, sockets or timers have not returned to their base. Linux only:
 * descriptors and sockets are counted in /proc.
 */
import { readdirSync, readlinkSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { OURS } from './harness/contenders.ts';
import {
  CALLBACK_PATH,
  callbackBody,
  customerId,
  GRAPHQL_PATH,
  QUERY,
  SUBSCRIPTION,
  token,
} from './harness/fixtures.ts';
import { type BenchServer, startServer } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

const CUSTOMERS = 500;
const SUBSCRIBERS = 200;
/** Callbacks sent at once, with two queries beside them. */
const BATCH = 20;
const ROUND_MS = 5_000;
const WARM_UP_ROUNDS = 3;
/** After the load has ended: keep-alive connections, stalled clients (30 s) and pools (60 s) have to be gone. */
const SETTLE_MS = 75_000;
/** How much more than before is still no leak. The heap holds caches that fill up; the journal's file grows, its memory does not. */
const HEAP_MARGIN = 12 * 1024 * 1024;
const COUNT_MARGIN = 3;

interface Held {
  readonly heap: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly timers: number;
}

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '20' }, rate: { type: 'string', default: '400' } },
});
const minutes = Number(values.minutes);
const rate = Number(values.rate);
if (!(minutes > 0 && rate > 0)) throw new Error('--minutes and --rate must be numbers above 0.');

await using server = await startServer({
  ...OURS,
  env: { LOG_LEVEL: 'error', CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0' },
  core: null,
});
const address = `http://127.0.0.1:${server.port}`;
let steps = 0;
let failures = 0;

for (let round = 0; round < WARM_UP_ROUNDS; round++) await churn();
const before = await held(server);
const end = performance.now() + minutes * 60_000;
let rounds = 0;
while (performance.now() < end) {
  await churn();
  rounds++;
  if (rounds % 12 === 0) process.stderr.write(`${rounds} rounds, ${steps} callbacks, ${failures} failed requests\n`);
}
const after = await held(server);
process.exitCode = report(before, after) && failures === 0 ? 0 : 1;

/** One round: subscribers, a tenth of which stops reading, callbacks and queries beside them. */
async function churn(): Promise<void> {
  const roundEnd = performance.now() + ROUND_MS;
  using subscribers = new Subscribers(server.port);
  const following = (index: number) => ({ customerId: customerId(index % CUSTOMERS), subject: `subject ${index}` });
  await subscribers.add(SUBSCRIBERS, following);
  const streams = new AbortController();
  const opened = Array.from({ length: SUBSCRIBERS / 10 }, (_, index) => stall(index, streams.signal));
  while (performance.now() < roundEnd) {
    const step = Math.floor(steps / CUSTOMERS);
    const paced = new Promise((resolve) => setTimeout(resolve, (BATCH / rate) * 1_000));
    const batch = Array.from({ length: BATCH }, () => callbackBody(customerId(steps++ % CUSTOMERS), step));
    await Promise.all([...batch.map((body) => request(CALLBACK_PATH, body)), ask(), ask(), paced]);
  }
  streams.abort();
  await Promise.all(opened);
}

/** A stream of events that is opened and never read. */
async function stall(index: number, signal: AbortSignal): Promise<void> {
  const body = JSON.stringify({ query: SUBSCRIPTION, variables: { id: customerId(index) } });
  const headers = { ...authorized(`stalled ${index}`), accept: 'text/event-stream' };
  await fetch(`${address}${GRAPHQL_PATH}/stream`, { method: 'POST', headers, body, signal }).catch(() => {});
}

async function ask(): Promise<void> {
  const id = customerId(Math.floor(Math.random() * CUSTOMERS));
  await request(GRAPHQL_PATH, JSON.stringify({ query: QUERY, variables: { id } }));
}

async function request(path: string, body: string): Promise<void> {
  const response = await fetch(`${address}${path}`, { method: 'POST', headers: authorized('soak'), body });
  await response.arrayBuffer();
  if (!response.ok) failures++;
}

function authorized(subject: string): Record<string, string> {
  return { 'content-type': 'application/json', authorization: `Bearer ${token(subject)}` };
}

/** What the server holds when nothing happens. */
async function held({ pid, usage, settled }: BenchServer): Promise<Held> {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await settled();
  await usage('collect');
  await settled();
  const { heap, timers } = await usage('collect');
  const descriptors = readdirSync(`/proc/${pid}/fd`).flatMap((name) => linkOf(`/proc/${pid}/fd/${name}`));
  const sockets = descriptors.filter((target) => target.startsWith('socket:')).length;
  return { heap, timers, sockets, descriptors: descriptors.length };
}

function linkOf(path: string): readonly string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    // Closed since the folder was listed.
    return [];
  }
}

/** Prints the table. Returns whether everything has returned to its base. */
function report(base: Held, now: Held): boolean {
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  write(
    `\n${rounds} rounds in ${minutes} minutes at ${rate}/s: ${steps} callbacks, ${rounds * SUBSCRIBERS} subscribers, ${failures} failed requests\n`,
  );
  write('| held | before | after | margin | |');
  write('|---|---|---|---|---|');
  const rows = (['heap', 'descriptors', 'sockets', 'timers'] as const).map((name) => {
    const margin = name === 'heap' ? HEAP_MARGIN : COUNT_MARGIN;
    const isBack = now[name] <= base[name] + margin;
    const shown = (value: number) => (name === 'heap' ? `${(value / 1024 / 1024).toFixed(1)} MiB` : String(value));
    write(`| ${name} | ${shown(base[name])} | ${shown(now[name])} | ${shown(margin)} | ${isBack ? 'ok' : 'LEAK'} |`);
    return isBack;
  });
  return rows.every(Boolean);
}
