/** Several instances on one Postgres, as real processes: whatever breaks, exactly once, in order, nothing acknowledged lost. */
import { randomInt } from 'node:crypto';
import { createClient } from 'graphql-ws';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { openReader } from '../../src/journal/open.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { readerToken, signedCallback } from '../support/server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let database: string;
let stack: AsyncDisposableStack;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  database = await freshDatabase();
});
afterEach(() => stack.disposeAsync());

async function instance(url = database): Promise<ServerProcess> {
  const { path } = stack.use(temporaryFolder());
  return stack.use(
    await serve(path, serverEnv(path, { DATABASE_URL: url, NODE_ENV: 'development', LOG_LEVEL: 'info' })),
  );
}

const post = (server: ServerProcess, customerId: string, status: string) =>
  fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, { status }) });

/** Sends a callback until somebody acknowledges it, as XGateway would: to whichever instance the balancer picks. */
async function deliver(servers: readonly ServerProcess[], customerId: string, status: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const server = servers[randomInt(servers.length)] as ServerProcess;
    const response = await post(server, customerId, status).catch(() => null);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    if (response !== null) expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    if (Date.now() > deadline) throw new Error('Nobody took the callback.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Seen {
  readonly cursor: string;
  readonly customerId: string;
  readonly revision: number;
}

/** Follows all updates from the beginning at the first of `servers`; whenever that fails, at the next, with its cursor. */
function follow(...servers: readonly ServerProcess[]) {
  const seen: Seen[] = [];
  let connections = 0;
  const stop = new AbortController();
  const running = (async () => {
    const authorization = `Bearer ${await readerToken()}`;
    while (!stop.signal.aborted) {
      const server = servers[connections++ % servers.length] as ServerProcess;
      const client = createClient({
        url: `${server.url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization },
      });
      stop.signal.addEventListener('abort', () => void client.dispose());
      const after = seen.at(-1)?.cursor ?? 'earliest';
      const updates = client.iterate<{ kycUpdates: Seen }>({
        query: 'subscription ($after: String) { kycUpdates(after: $after) { cursor customerId revision } }',
        variables: { after },
      });
      try {
        for await (const { data, errors } of updates) {
          if (errors !== undefined) throw new Error(JSON.stringify(errors));
          if (data) seen.push(data.kycUpdates);
        }
      } catch {
        // To the next one, which may be there.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  })();
  stack.defer(async () => {
    stop.abort();
    await running;
  });
  return { seen, connections: () => connections };
}

/** The journal's digests hold, and each follower has seen exactly what is in it, in order. */
async function expectExactly(...followers: readonly (readonly Seen[])[]): Promise<readonly Seen[]> {
  const reader = await openReader(database);
  try {
    expect(await verifyChain(reader, () => {})).toMatchObject({ state: 'holds' });
    const entries = await reader.entriesAfter(0, 10_000);
    const expected = entries.map(({ customerId, revision }) => `${customerId} ${revision}`);
    for (const seen of followers) {
      await expect.poll(() => seen.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(expected.length);
      expect(seen.map(({ customerId, revision }) => `${customerId} ${revision}`)).toEqual(expected);
    }
    const revisions = new Map<string, number>();
    for (const { customerId, revision } of entries) {
      expect(revision).toBe((revisions.get(customerId) ?? 0) + 1);
      revisions.set(customerId, revision);
    }
    return entries.map((entry) => ({ ...entry, cursor: reader.cursors.encode(entry) }));
  } finally {
    await reader.close();
  }
}

async function ready(server: ServerProcess): Promise<number> {
  return (await fetch(`${server.url}/health/ready`)).status;
}

test('three instances, the same customers at all of them at once, a subscriber at each', async () => {
  const servers = await Promise.all([instance(), instance(), instance()]);
  const followers = servers.map((server) => follow(server));
  const lanes = Array.from({ length: 12 }, async (_, lane) => {
    for (let step = 0; step < 15; step++) await deliver(servers, `c${step % 3}`, `STATUS ${lane} ${step}`);
  });
  await Promise.all(lanes);
  const entries = await expectExactly(...followers.map(({ seen }) => seen));
  expect(entries).toHaveLength(12 * 15);
  expect(followers.map(({ connections }) => connections())).toEqual([1, 1, 1]);
});

test.each(['cut', 'pass'] as const)(
  'an instance killed at its commit (%s): its subscriber resumes at another',
  async (fate) => {
    const proxy: TcpProxy = stack.use(await tcpProxy(Number(new URL(database).port)));
    const [victim, survivor] = await Promise.all([instance(through(proxy, database)), instance()]);
    const resuming = follow(victim, survivor);
    const steady = follow(survivor);
    for (let step = 0; step < 5; step++) await deliver([victim, survivor], 'c', `STATUS ${step}`);
    await expect.poll(() => resuming.seen.length).toBe(5);
    proxy.judge = (chunk) => {
      if (!chunk.includes('kyc_append')) return 'pass';
      // Dead before its Postgres has the commit, or between the commit and the answer to the callback.
      process.kill(victim.pid, 'SIGKILL');
      return fate;
    };
    await expect(post(victim, 'c', 'LAST')).rejects.toThrow();
    expect((await victim.ended).signal).toBe('SIGKILL');
    // XGateway sends it again. It is recorded once, whether it was recorded before or not.
    await deliver([survivor], 'c', 'LAST');
    const entries = await expectExactly(resuming.seen, steady.seen);
    expect(entries).toHaveLength(6);
    expect(steady.connections()).toBe(1);
  },
);

test('kill -9 under load, again and again, while others serve', async () => {
  // Changed in place: a callback that is tried again goes to those who live now.
  const servers = await Promise.all([instance(), instance()]);
  const follower = follow(await instance());
  let delivered = 0;
  const lanes = Array.from({ length: 16 }, async (_, lane) => {
    for (let step = 0; step < 25; step++) {
      await deliver(servers, `c${step % 5}`, `STATUS ${lane} ${step}`);
      delivered++;
    }
  });
  for (const killAt of [60, 200]) {
    await expect.poll(() => delivered, { interval: 1, timeout: 20_000 }).toBeGreaterThanOrEqual(killAt);
    const victim = servers[0] as ServerProcess;
    servers.shift();
    const killed = victim.kill('SIGKILL');
    await killed;
    servers.push(await instance());
  }
  await Promise.all(lanes);
  const entries = await expectExactly(follower.seen);
  expect(entries.length).toBeGreaterThanOrEqual(16 * 25);
  expect(follower.connections()).toBe(1);
});

test('Postgres stops and starts: 503 meanwhile, then everything goes on, and nobody was disconnected', async () => {
  const postgres = stack.use(await startPostgres());
  database = postgres.url('postgres');
  const servers = await Promise.all([instance(), instance()]);
  const followers = servers.map((server) => follow(server));
  for (const end of ['stop', 'crash'] as const) {
    const sending = Array.from({ length: 8 }, async (_, lane) => {
      for (let step = 0; step < 10; step++) await deliver(servers, `c${lane % 2}`, `${end} ${lane} ${step}`);
    });
    await postgres[end]();
    for (const server of servers) {
      const refused = await post(server, 'c0', 'NEVER');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
      expect(await ready(server)).toBe(503);
      expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
    }
    await postgres.start();
    await Promise.all(sending);
    for (const server of servers) expect(await ready(server)).toBe(200);
    await expectExactly(...followers.map(({ seen }) => seen));
  }
  expect(followers.map(({ connections }) => connections())).toEqual([1, 1]);
}, 60_000);

test('an instance whose connections are half open answers 503, recovers, and holds nobody up', async () => {
  const proxy: TcpProxy = stack.use(await tcpProxy(Number(new URL(database).port)));
  const quick = '?statement_timeout=400&lock_timeout=300&connect_timeout=400&idle_in_transaction_session_timeout=300';
  const [cutOff, other] = await Promise.all([instance(through(proxy, database) + quick), instance()]);
  const follower = follow(cutOff);
  await deliver([cutOff], 'c', 'STATUS 1');
  // Its network is gone: nothing is closed, nothing answers, new connections neither.
  proxy.freeze();
  proxy.judge = () => 'freeze';
  const refused = await post(cutOff, 'c', 'STATUS 2');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await ready(cutOff)).toBe(503);
  await deliver([other], 'c', 'STATUS 2');
  proxy.judge = () => 'pass';
  await expect.poll(() => ready(cutOff), { timeout: 10_000 }).toBe(200);
  await deliver([cutOff], 'c', 'STATUS 3');
  expect(await expectExactly(follower.seen)).toHaveLength(3);
  expect(follower.connections()).toBe(1);
});

test('without any notification, an update is at most two seconds late', async () => {
  const proxy: TcpProxy = stack.use(await tcpProxy(Number(new URL(database).port)));
  // Its notifier never gets a connection; everything else does.
  proxy.judge = (chunk) => (chunk.includes('xgateway-kyc notifier') ? 'freeze' : 'pass');
  const deaf = `${through(proxy, database)}?connect_timeout=500`;
  const [sender, receiver] = await Promise.all([instance(), instance(deaf)]);
  const follower = follow(receiver);
  for (const step of [1, 2, 3]) {
    await deliver([sender], 'c', `STATUS ${step}`);
    const startedAt = performance.now();
    await expect.poll(() => follower.seen.length, { interval: 5, timeout: 5_000 }).toBe(step);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  }
});
