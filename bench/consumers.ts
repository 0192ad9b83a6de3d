/** What does a consumed update cost, with one named consumer and with four? And do callbacks cost more beside them? */
import { join } from 'node:path';
import { callbacks } from './harness/fixtures.ts';
import {
  type Answer,
  CPU,
  costOf,
  type Effort,
  figureOf,
  inRounds,
  loadTurn,
  PER_SECOND,
  type Turn,
} from './harness/measure.ts';
import { type BenchServer, type ServerSpec, startServer } from './harness/server.ts';

const CONNECTIONS = 64;
const CUSTOMERS = 5_000;

/** An owner's server with this many consumers that do nothing. */
const withConsumers = (consumers: number): ServerSpec => ({
  name: `${consumers} consumers`,
  command: [join(import.meta.dirname, 'servers', 'consuming.ts')],
  env: { CONSUMERS: String(consumers) },
});

/** Answers the question. */
export async function consumers(effort: Effort): Promise<Answer> {
  const consumed = await consumedUpdates(effort);
  const beside = await callbacksBeside(effort);
  const ratio = (column: string, over: number, under: number) =>
    figureOf(beside, nameBeside(over), column) / figureOf(beside, nameBeside(under), column);
  return {
    title: 'Named consumers whose handler does nothing, SQLite',
    rows: [...consumed, ...beside],
    verdicts: [
      {
        what: 'callbacks per second beside one consumer, of without',
        value: ratio(PER_SECOND, 1, 0),
        reach: 0.95,
        aim: 1,
        good: 'at least',
      },
    ],
  };
}

async function consumedUpdates(effort: Effort) {
  await using server = await startServer(withConsumers(0));
  await ask(server, `/fill?customers=${effort.isShort ? 500 : CUSTOMERS}`);
  const turn = (count: number, concurrency: number): Turn => {
    const run = async () => {
      const { cpuMicros, perSecond } = await costOf(server, async () => {
        const startedAt = performance.now();
        const { handled } = await ask(server, `/drain?consumers=${count}&concurrency=${concurrency}`);
        return { count: handled, wallMs: performance.now() - startedAt };
      });
      return { [PER_SECOND]: perSecond, [CPU]: cpuMicros };
    };
    return { contender: `${count} consuming, ${concurrency} at once`, warmUp: run, measure: run };
  };
  return await inRounds(effort, [turn(1, 1), turn(1, 16), turn(4, 1)]);
}

async function callbacksBeside(effort: Effort) {
  await using stack = new AsyncDisposableStack();
  const turns: Turn[] = [];
  for (const count of [0, 1, 4]) {
    const server = stack.use(await startServer(withConsumers(count)));
    turns.push({ ...loadTurn(server, CONNECTIONS, callbacks(CUSTOMERS)), contender: nameBeside(count) });
  }
  return await inRounds(effort, turns);
}

function nameBeside(count: number): string {
  return `callbacks beside ${count}`;
}

async function ask({ port }: BenchServer, path: string): Promise<{ readonly handled: number }> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`);
  if (!response.ok) throw new Error(`${path} was answered ${response.status}.`);
  return (await response.json()) as { handled: number };
}
