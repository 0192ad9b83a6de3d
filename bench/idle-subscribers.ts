/** Does a callback cost more while thousands of subscribers of other customers are connected? */
import { OURS, ours, STOCK } from './harness/contenders.ts';
import { callbacks, customerId } from './harness/fixtures.ts';
import { type Answer, CPU, type Effort, figureOf, inRounds, loadTurn, PER_SECOND } from './harness/measure.ts';
import { type ServerSpec, startServer } from './harness/server.ts';
import { Subscribers } from './harness/subscribers.ts';

const CONNECTIONS = 64;
const CUSTOMERS = 5_000;

/** Answers the question: the same server twice, one of them with idle subscribers, in turns. */
export async function idleSubscribers(effort: Effort): Promise<Answer> {
  const idle = effort.isShort ? 300 : 8_000;
  await using stack = new AsyncDisposableStack();
  const turnOf = async (spec: ServerSpec, size: number) => {
    const server = stack.use(await startServer(spec));
    const subscribers = stack.use(new Subscribers(server.port));
    await subscribers.add(size, (index) => ({ customerId: `idle-${customerId(index)}`, subject: customerId(index) }));
    await server.settled();
    return { ...loadTurn(server, CONNECTIONS, callbacks(CUSTOMERS)), contender: `${spec.name}, ${size} idle` };
  };
  const turns = [];
  for (const spec of [...ours(), STOCK]) {
    for (const size of [0, idle]) turns.push(await turnOf(spec, size));
  }
  const rows = await inRounds(effort, turns);
  const [without, within] = [`${OURS.name}, 0 idle`, `${OURS.name}, ${idle} idle`];
  return {
    title: `Callbacks beside ${idle} idle subscribers`,
    rows,
    verdicts: [
      {
        what: `callbacks per second beside ${idle} idle subscribers, of without`,
        value: figureOf(rows, within, PER_SECOND) / figureOf(rows, without, PER_SECOND),
        reach: 0.95,
        aim: 1,
        good: 'at least',
      },
      {
        what: `CPU of a callback without, of beside ${idle} idle subscribers`,
        value: figureOf(rows, without, CPU) / figureOf(rows, within, CPU),
        reach: 0.95,
        aim: 1,
        good: 'at least',
      },
    ],
  };
}
