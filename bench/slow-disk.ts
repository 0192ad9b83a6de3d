/** What happens to all other requests while the disk is slow? The commit is on the main thread, so they wait for it as well. */
import { join } from 'node:path';
import { OURS, withoutCustomerLimit } from './harness/contenders.ts';
import {
  CALLBACK_PATH,
  callbackBody,
  callbacks,
  customerId,
  GRAPHQL_PATH,
  post,
  QUERY,
  token,
} from './harness/fixtures.ts';
import { HttpLoad, sendOne } from './harness/http-load.ts';
import { type Answer, costOf, type Effort, inRounds, quantile } from './harness/measure.ts';
import { type BenchServer, startServer } from './harness/server.ts';

const SYNC_MS = { short: [0, 20], full: [0, 5, 20] };
const CONNECTIONS = 64;
const BACKGROUND_PER_SECOND = 200;
const SLOW_COMMIT = join(import.meta.dirname, 'harness', 'slow-commit.js');

/** Answers the question: throughput, and a query's wait beside 200 callbacks a second. */
export async function slowDisk(effort: Effort): Promise<Answer> {
  await using stack = new AsyncDisposableStack();
  const turns = [];
  for (const milliseconds of effort.isShort ? SYNC_MS.short : SYNC_MS.full) {
    const ours = withoutCustomerLimit(OURS);
    const env = { ...ours.env, SLOW_COMMIT_MS: String(milliseconds) };
    const server = stack.use(await startServer({ ...ours, flags: ['--import', SLOW_COMMIT], env }));
    await sendOne(server.port, post(CALLBACK_PATH, callbackBody(customerId(0), 0)));
    const measure = () => beside(server, effort.roundMs);
    turns.push({ contender: `a sync takes ${milliseconds} ms more`, warmUp: measure, measure });
  }
  const rows = await inRounds(effort, turns);
  return { title: `Slow disks, ${CONNECTIONS} connections`, rows, verdicts: [] };
}

async function beside(server: BenchServer, durationMs: number) {
  using load = await HttpLoad.open(server.port, CONNECTIONS);
  using asking = await HttpLoad.open(server.port, 1);
  const next = callbacks(1_000, 'slow-');
  const { perSecond } = await costOf(server, () => load.run(durationMs, next));
  const query = post(
    GRAPHQL_PATH,
    JSON.stringify({ query: QUERY, variables: { id: customerId(0) } }),
    token('service'),
  );
  const stop = new AbortController();
  const paced = load.pace(BACKGROUND_PER_SECOND, next, stop.signal);
  const waits: number[] = [];
  for (const endsAt = performance.now() + durationMs; performance.now() < endsAt; ) {
    const askedAt = performance.now();
    await asking.send(query);
    waits.push(performance.now() - askedAt);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
  stop.abort();
  await paced;
  return {
    'callbacks per second': perSecond,
    'query p50 ms': quantile(waits, 0.5),
    'query p99 ms': quantile(waits, 0.99),
  };
}
