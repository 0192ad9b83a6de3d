/** How many `kyc(customerId)` queries a second, and what does one cost, token checked? */
import { MERCURIUS, MERCURIUS_CACHED, OURS, STOCK, STOCK_CACHED } from './harness/contenders.ts';
import { CALLBACK_PATH, callbackBody, customerId, GRAPHQL_PATH, post, QUERY, token } from './harness/fixtures.ts';
import { HttpLoad } from './harness/http-load.ts';
import { type Answer, CPU, type Effort, figureOf, inRounds, loadTurn } from './harness/measure.ts';
import { startServers } from './harness/server.ts';

const CONNECTIONS = 32;
const CUSTOMERS = 1_000;
const FEW_CUSTOMERS = 100;
const TOKENS = 50;

/** Answers the question. */
export async function queries(effort: Effort): Promise<Answer> {
  const customers = effort.isShort ? FEW_CUSTOMERS : CUSTOMERS;
  await using group = await startServers([OURS, STOCK, STOCK_CACHED, MERCURIUS, MERCURIUS_CACHED]);
  for (const server of group.servers) {
    using load = await HttpLoad.open(server.port, 1);
    for (let index = 0; index < customers; index++) {
      await load.send(post(CALLBACK_PATH, callbackBody(customerId(index), index)));
    }
  }
  const rows = await inRounds(
    effort,
    group.servers.map((server) => loadTurn(server, CONNECTIONS, kycQueries(customers))),
  );
  const cpu = figureOf(rows, OURS.name, CPU);
  return {
    title: `Queries, ${CONNECTIONS} connections`,
    rows,
    verdicts: [
      { what: 'CPU µs per query', value: cpu, reach: 80, aim: 55, good: 'at most' },
      // The same promise for a machine of any speed, from where it was made: 80 and 55 µs, Mercurius at 38.
      {
        what: 'CPU per query, of Mercurius with JIT and token cache',
        value: cpu / figureOf(rows, MERCURIUS_CACHED.name, CPU),
        reach: 2.1,
        aim: 1.45,
        good: 'at most',
      },
    ],
  };
}

function kycQueries(customers: number): () => Buffer {
  const tokens = Array.from({ length: TOKENS }, (_, index) => token(`service-${index}`));
  const requests = Array.from({ length: customers }, (_, index) =>
    post(GRAPHQL_PATH, JSON.stringify({ query: QUERY, variables: { id: customerId(index) } }), tokens[index % TOKENS]),
  );
  let sent = 0;
  return () => requests[sent++ % customers] as Buffer;
}
