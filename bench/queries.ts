/**
 * How many `kyc(customerId)` queries a second, and what does one cost, token checked?
 *
 * Twice, because SQLite's answers come from memory where customers are read again: once with few customers, and once with more than any
 * cache of ours holds, in turn, so that each read is a miss.
 */
import { MERCURIUS, MERCURIUS_CACHED, OURS, ours, PLAIN, STOCK, STOCK_CACHED } from './harness/contenders.ts';
import { CALLBACK_PATH, callbackBody, customerId, GRAPHQL_PATH, post, QUERY, token } from './harness/fixtures.ts';
import { HttpLoad } from './harness/http-load.ts';
import {
  type Answer,
  CPU,
  type Effort,
  figureOf,
  inRounds,
  loadTurn,
  type Turn,
  type Verdict,
} from './harness/measure.ts';
import { type BenchServer, startServers } from './harness/server.ts';

const CONNECTIONS = 32;
/** Who are read again, and who are each read a miss: the cache holds 4,000 (src/journal/sqlite/customer-cache.ts). */
const AGAIN = { first: 0, customers: 1_000, name: '' } as const;
const MISSES = { first: AGAIN.customers, customers: 8_000, name: ', each read a miss' } as const;
const FEW_CUSTOMERS = 100;
const FILLING_CONNECTIONS = 16;
const TOKENS = 50;

/** Answers the question. */
export async function queries(effort: Effort): Promise<Answer> {
  await using group = await startServers([...ours(), PLAIN, STOCK, STOCK_CACHED, MERCURIUS, MERCURIUS_CACHED]);
  for (const server of group.servers)
    await fill(server, effort.isShort ? FEW_CUSTOMERS : MISSES.first + MISSES.customers);
  const turns = ({ first, customers, name }: typeof AGAIN | typeof MISSES): Turn[] =>
    group.servers.map((server) => ({
      ...loadTurn(server, CONNECTIONS, effort.isShort ? kycQueries(0, FEW_CUSTOMERS) : kycQueries(first, customers)),
      contender: server.name + name,
    }));
  const rows = [...(await inRounds(effort, turns(AGAIN))), ...(await inRounds(effort, turns(MISSES)))];
  const promised = (contender: string, kind: typeof AGAIN | typeof MISSES, reach: number, aim: number): Verdict => ({
    what: `CPU per query, of Mercurius with JIT and token cache: ${contender}${kind.name || ', customers read again'}`,
    value: figureOf(rows, contender + kind.name, CPU) / figureOf(rows, MERCURIUS_CACHED.name + kind.name, CPU),
    reach,
    aim,
    good: 'at most',
  });
  return {
    title: `Queries, ${CONNECTIONS} connections`,
    rows,
    verdicts: [
      promised(OURS.name, AGAIN, 1.3, 1.1),
      promised(OURS.name, MISSES, 1.7, 1.4),
      promised(PLAIN.name, AGAIN, 1.1, 0.95),
      promised(PLAIN.name, MISSES, 1.45, 1.25),
    ],
  };
}

/** Reports `customers` customers. */
async function fill(server: BenchServer, customers: number): Promise<void> {
  let next = 0;
  const sendAll = async (): Promise<void> => {
    using load = await HttpLoad.open(server.port, 1);
    for (let index = next++; index < customers; index = next++) {
      await load.send(post(CALLBACK_PATH, callbackBody(customerId(index), index)));
    }
  };
  await Promise.all(Array.from({ length: FILLING_CONNECTIONS }, sendAll));
}

function kycQueries(first: number, customers: number): () => Buffer {
  const tokens = Array.from({ length: TOKENS }, (_, index) => token(`service-${index}`));
  const requests = Array.from({ length: customers }, (_, index) =>
    post(
      GRAPHQL_PATH,
      JSON.stringify({ query: QUERY, variables: { id: customerId(first + index) } }),
      tokens[index % TOKENS],
    ),
  );
  let sent = 0;
  return () => requests[sent++ % customers] as Buffer;
}
