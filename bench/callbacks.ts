/** How many durable callbacks a second, and what does one cost? */
import { EXPRESS, IN_EXPRESS, LIMIT, OURS, ours, PLAIN, STOCK } from './harness/contenders.ts';
import { callbacks } from './harness/fixtures.ts';
import { type Answer, CPU, type Effort, figureOf, inRounds, loadTurn, PER_SECOND } from './harness/measure.ts';
import { startServers } from './harness/server.ts';

const CONNECTIONS = 64;
const CUSTOMERS = 5_000;

/** Answers the question. */
export async function callbackThroughput(effort: Effort): Promise<Answer> {
  await using group = await startServers([LIMIT, EXPRESS, ...ours(), IN_EXPRESS, PLAIN, STOCK]);
  const rows = await inRounds(
    effort,
    group.servers.map((server) => loadTurn(server, CONNECTIONS, callbacks(CUSTOMERS))),
  );
  const ratio = (column: string, [over, under]: readonly [string, string]) =>
    figureOf(rows, over, column) / figureOf(rows, under, column);
  return {
    title: `Callbacks, ${CONNECTIONS} connections, SQLite`,
    rows,
    verdicts: [
      {
        what: 'callbacks per second, of bare Express',
        value: ratio(PER_SECOND, [OURS.name, EXPRESS.name]),
        reach: 0.7,
        aim: 0.8,
        good: 'at least',
      },
      {
        what: 'CPU of bare Express, of a callback',
        value: ratio(CPU, [EXPRESS.name, OURS.name]),
        reach: 0.77,
        aim: 0.85,
        good: 'at least',
      },
      {
        what: 'CPU of bare Express, of a callback to the plugin in an Express application',
        value: ratio(CPU, [EXPRESS.name, IN_EXPRESS.name]),
        reach: 0.77,
        aim: 0.85,
        good: 'at least',
      },
      {
        what: 'CPU of bare Express, of a callback through the plain handler',
        value: ratio(CPU, [EXPRESS.name, PLAIN.name]),
        reach: 0.8,
        aim: 0.9,
        good: 'at least',
      },
    ],
  };
}
