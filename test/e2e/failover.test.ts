/**
 * The database under running servers becomes another state of itself: a failover to a standby that lagged (real streaming
 * replication), a backup restored in its place. Subscribers whose last update is gone are told so; the others go on.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { createDatabase, query } from '../support/postgres.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from '../support/postgres-server.ts';
import { readerToken, startTestServer, type TestServer } from '../support/server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let stack: AsyncDisposableStack;
let servers: ReplicatedPostgres;
/** Between the primary and the standby; between our servers and the database. */
let replication: TcpProxy;
let database: TcpProxy;
let name: string;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const { path } = stack.use(temporaryFolder());
  servers = stack.use(
    await startReplicatedPostgres(path, async (port) => {
      replication = stack.use(await tcpProxy(port));
      return replication.port;
    }),
  );
  database = stack.use(await tcpProxy(servers.primary.port));
  name = new URL(await createDatabase(servers.primary.url('postgres'))).pathname.slice(1);
});
afterEach(() => stack.disposeAsync());

async function instance(): Promise<TestServer> {
  const databaseUrl = `${through(database, servers.primary.url(name))}?connect_timeout=1000&statement_timeout=1000`;
  return stack.use(await startTestServer({ databaseUrl }));
}

/** Delivers a callback as XGateway would: until it is acknowledged. */
const deliver = (server: TestServer, customerId: string, status: string) =>
  eventually(async () => (await server.callback(customerId, { status }).catch(() => null))?.status === 200);

/** The standby has everything so far, and gets nothing from now on. */
async function cutReplicationAt(entries: number): Promise<void> {
  await eventually(async () => {
    const found = await query(servers.standby.url(name), 'select count(*)::int as count from entries').catch(() => []);
    return found[0]?.['count'] === entries;
  });
  replication.judge = () => 'freeze';
  replication.freeze();
}

async function failOver(): Promise<void> {
  await servers.primary.crash();
  await query(servers.standby.url('postgres'), 'select pg_promote()');
  database.target = servers.standby.port;
  database.cut();
}

const ALL = 'subscription ($after: String) { kycUpdates(after: $after) { customerId revision cursor } }';
const ONE = 'subscription ($id: ID) { kycStatusChanged(customerId: $id) { revision } }';

/** Everything that a subscription shows until it ends, and the code of the error that it ends with. */
function collect(server: TestServer, token: string, query: string, variables: Record<string, unknown>) {
  const seen: Record<string, unknown>[] = [];
  const following = stack.use(server.follow(query, token, variables));
  const ended = (async () => {
    for (;;) {
      const answer = await following.next();
      if (answer === undefined) return 'complete';
      seen.push(Object.values(answer.data)[0] as Record<string, unknown>);
    }
  })().catch((error: unknown) => codeOf(error));
  return { seen, ended };
}

/** graphql-ws rejects with the list of errors that the server sent. */
function codeOf(error: unknown): string {
  const [first] = Array.isArray(error) ? (error as { extensions?: { code?: string } }[]) : [];
  return first?.extensions?.code ?? String(error);
}

/** The text of a stream of server-sent events, until it ends. */
function stream(server: TestServer, token: string) {
  const stopped = new AbortController();
  stack.defer(() => stopped.abort());
  const seen = { text: '' };
  const ended = (async () => {
    const response = await fetch(`${server.url}/graphql/stream`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: ALL, variables: { after: 'earliest' } }),
      signal: stopped.signal,
    });
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>)
      seen.text += Buffer.from(chunk).toString();
    return seen.text;
  })().catch((error: unknown) => String(error));
  return { seen, ended };
}

test('a failover to a standby that lags ends whose last update is gone, at every instance and over every transport', async () => {
  const [one, two] = [await instance(), await instance()];
  const token = await readerToken();
  for (let entry = 1; entry <= 20; entry++) await deliver(one, `c${entry}`, 'KYC_PENDING');
  await cutReplicationAt(20);
  for (let entry = 21; entry <= 30; entry++) await deliver(one, `c${entry}`, 'KYC_PENDING');

  const all = [one, two].map((server) => collect(server, token, ALL, { after: 'earliest' }));
  const events = [one, two].map((server) => stream(server, token));
  const lost = [one, two].map((server) => collect(server, token, ONE, { id: 'c25' }));
  const kept = [one, two].map((server) => collect(server, token, ONE, { id: 'c5' }));
  const unheard = [one, two].map((server) => collect(server, token, ONE, { id: 'never heard of' }));
  await expect.poll(() => all.map(({ seen }) => seen.length)).toEqual([30, 30]);
  await expect.poll(() => events.map(({ seen }) => seen.text.includes('"c30"'))).toEqual([true, true]);
  await expect.poll(() => [...lost, ...kept].map(({ seen }) => seen.length)).toEqual([1, 1, 1, 1]);

  await failOver();
  for (let entry = 1; entry <= 14; entry++)
    await deliver([one, two][entry % 2] as TestServer, `new ${entry}`, 'CREATED');

  expect(await Promise.all([...all, ...lost].map(({ ended }) => ended))).toEqual(Array(4).fill('CURSOR_UNKNOWN'));
  for (const { ended } of events)
    expect(await ended).toMatch(/event: next\ndata: .*"CURSOR_UNKNOWN".*\n\nevent: complete/);
  // Nothing of the new history came after the old one.
  expect(all.map(({ seen }) => seen.length)).toEqual([30, 30]);

  await deliver(two, 'c5', 'FULL_USER');
  await deliver(two, 'never heard of', 'CREATED');
  await expect.poll(() => kept.map(({ seen }) => seen)).toEqual(Array(2).fill([{ revision: 1 }, { revision: 2 }]));
  await expect.poll(() => unheard.map(({ seen }) => seen)).toEqual(Array(2).fill([{ revision: 1 }]));

  for (const server of [one, two]) {
    expect(await server.metric('xgateway_kyc_replaced_journals_total')).toBe(1);
    expect(server.logged.filter((line) => line.includes('The journal was replaced'))).toHaveLength(1);
  }
  // One that starts anew has everything that there is now.
  const again = collect(one, token, ALL, { after: 'earliest' });
  await expect.poll(() => again.seen.length).toBe(36);
}, 120_000);

test('with a single customer, whose positions overlap after the failover, the stream ends as well', async () => {
  const server = await instance();
  const token = await readerToken();
  for (const status of ['CREATED', 'KYC_NEEDED']) await deliver(server, 'only', status);
  await cutReplicationAt(2);
  await deliver(server, 'only', 'KYC_PENDING');
  const [mine, all] = [collect(server, token, ONE, { id: 'only' }), collect(server, token, ALL, { after: 'earliest' })];
  await expect.poll(() => [mine.seen.length, all.seen.length]).toEqual([1, 3]);
  await failOver();
  // The same revision and the same position, with other content; then further ones.
  await deliver(server, 'only', 'SOFT_KYC_FAILED');
  await deliver(server, 'only', 'FULL_USER');
  expect([await mine.ended, await all.ended]).toEqual(['CURSOR_UNKNOWN', 'CURSOR_UNKNOWN']);
  expect([mine.seen.length, all.seen.length]).toEqual([1, 3]);
}, 120_000);
