import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type CursorStorage,
  type FollowedUpdate,
  type FollowKycOptions,
  followKyc,
  type KycFollower,
  type KycFollowState,
} from '../../src/client/index.ts';
import { startTestServer, type TestServer, token } from '../support/server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';

let server: TestServer;
let proxy: TcpProxy;
let bearer: string;
const followers: KycFollower[] = [];

beforeEach(async () => {
  // Some tests send hundreds of callbacks about one customer.
  server = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
  proxy = await tcpProxy(Number(new URL(server.url).port));
  bearer = await token({ sub: 'c' });
});
afterEach(async () => {
  for (const follower of followers.splice(0)) follower.close();
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const said = (label: string) => server.callback('c', { status: 'SOFT_KYC_FAILED', kycRejectLabel: label });

function follow(options: Partial<FollowKycOptions> = {}) {
  const updates: FollowedUpdate[] = [];
  const states: KycFollowState[] = [];
  const follower = followKyc({
    url: through(proxy, `${server.url}/graphql`),
    token: bearer,
    retryDelay: () => 10,
    onUpdate: (update) => updates.push(update),
    onState: (state) => states.push(state),
    ...options,
  });
  followers.push(follower);
  return {
    follower,
    updates,
    states,
    labels: () => updates.map(({ rejectLabels: [label] }) => label),
    reasons: () => states.flatMap((state) => (state.name === 'retrying' ? [state.reason.code] : [])),
    until: (condition: () => boolean) =>
      vi.waitFor(() => expect(condition()).toBe(true), { timeout: 15_000, interval: 5 }),
  };
}

/** Waits until the gateway itself says that it serves so many subscriptions. */
async function expectSubscriptions(transport: string, count: number): Promise<void> {
  const series = `xgateway_kyc_subscriptions{transport="${transport}"}`;
  await expect.poll(() => server.metric(series), { timeout: 15_000 }).toBe(count);
}

function storage(): CursorStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: async (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}

describe.each(['websocket', 'sse'] as const)('over %s', (transport) => {
  test('the state now, then each change; states tell how it is connected', async () => {
    await said('A');
    await said('B');
    const { follower, updates, states, until } = follow({ transport });
    expect(follower.state).toEqual({ name: 'connecting' });
    await until(() => updates.length === 1);
    expect(updates[0]).toMatchObject({
      customerId: 'c',
      revision: 2,
      status: 'SOFT_KYC_FAILED',
      nextAction: 'CORRECT_DATA',
      missingDocuments: [],
      rejectLabels: ['B'],
      snapshot: true,
    });
    expect(follower.state).toEqual({ name: 'live', transport });
    await server.callback('c', { status: 'FULL_USER' });
    await until(() => updates.length === 2);
    expect(updates[1]).toMatchObject({
      revision: 3,
      verified: true,
      previousStatus: 'SOFT_KYC_FAILED',
      snapshot: false,
    });
    follower.close();
    expect(states).toEqual([
      { name: 'live', transport },
      { name: 'closed', error: null },
    ]);
    await expectSubscriptions(transport, 0);
  });

  test('a connection that is cut is resumed after the last update', async () => {
    await said('A');
    const { follower, labels, reasons, until } = follow({ transport });
    await until(() => labels().length === 1);
    proxy.judge = () => 'cut';
    proxy.cut();
    await until(() => reasons().length > 2);
    expect(follower.state).toMatchObject({ name: 'retrying', reason: { code: 'UNREACHABLE' } });
    for (const label of ['B', 'C', 'D']) await said(label);
    proxy.judge = () => 'pass';
    await until(() => labels().length === 4);
    expect(labels()).toEqual(['A', 'B', 'C', 'D']);
    expect(follower.state).toEqual({ name: 'live', transport });
  });

  test('a connection that goes silent is given up', async () => {
    await said('A');
    const { labels, reasons, until } = follow({ transport, silenceMs: 400 });
    await until(() => labels().length === 1);
    proxy.freeze();
    await said('B');
    await until(() => reasons().includes('SILENT'));
    await until(() => labels().length === 2);
    expect(labels()).toEqual(['A', 'B']);
  });

  test('a token that expires is followed by the next', async () => {
    await said('A');
    let tokens = 0;
    const { labels, until } = follow({
      transport,
      token: async () => token({ sub: 'c' }, ++tokens === 1 ? Math.floor(Date.now() / 1_000) + 1 : '1h'),
    });
    await until(() => tokens === 2);
    await said('B');
    await until(() => labels().length === 2);
    expect(labels()).toEqual(['A', 'B']);
  });

  test('a plain token that expires closes it: there is no other token to try', async () => {
    await said('A');
    const expiring = await token({ sub: 'c' }, Math.floor(Date.now() / 1_000) + 1);
    const { follower, updates, until } = follow({ transport, token: expiring });
    await until(() => follower.state.name === 'closed');
    expect(updates).toHaveLength(1);
    expect(follower.state).toMatchObject({ error: { code: 'UNAUTHENTICATED' } });
  });

  test("another customer's is refused for good", async () => {
    const { customerId, ...options } = { customerId: 'somebody else', transport, onUpdate: undefined };
    const { follower } = follow({ ...options, customerId });
    await expect(async () => {
      for await (const _ of follower);
    }).rejects.toMatchObject({ name: 'KycFollowError', code: 'FORBIDDEN' });
    expect(follower.state).toMatchObject({ name: 'closed', error: { code: 'FORBIDDEN' } });
  });

  test('a cursor that the gateway does not know is dropped, and a snapshot taken', async () => {
    await said('A');
    await server.callback('d', { status: 'CREATED' });
    const foreign = follow({ transport, customerId: 'd', token: await token({ sub: 'd' }) });
    await foreign.until(() => foreign.updates.length === 1);
    const kept = storage();
    for (const cursor of [foreign.updates[0]?.cursor ?? '', 'no cursor']) {
      kept.items.set('place', cursor);
      const resets: string[] = [];
      const { updates, until } = follow({
        transport,
        storage: kept,
        storageKey: 'place',
        onReset: ({ code }) => resets.push(code),
      });
      await until(() => updates.length === 1);
      expect(updates[0]).toMatchObject({ revision: 1, rejectLabels: ['A'], snapshot: true });
      expect(resets).toEqual([cursor === 'no cursor' ? 'BAD_USER_INPUT' : 'CURSOR_UNKNOWN']);
      await until(() => kept.items.get('place') === updates[0]?.cursor);
    }
  });
});

test('a storage lets the next follower continue after the last update that was handled', async () => {
  await said('A');
  const kept = storage();
  const first = follow({ storage: kept });
  await first.until(() => kept.items.size === 1);
  first.follower.close();
  await said('B');
  // This consumer fails over B: it counts as not handled.
  const failed = follow({ storage: kept, onUpdate: undefined });
  await expect(async () => {
    for await (const { rejectLabels } of failed.follower) throw new Error(`can't handle ${rejectLabels}`);
  }).rejects.toThrow("can't handle B");
  expect(failed.follower.state).toEqual({ name: 'closed', error: null });
  await said('C');
  const second = follow({ storage: kept });
  await second.until(() => second.labels().length === 2);
  expect(second.labels()).toEqual(['B', 'C']);
  expect(second.updates.map(({ snapshot }) => snapshot)).toEqual([false, false]);
});

test('a failing storage does not stop the stream', async () => {
  const broken = () => {
    throw new DOMException('The quota is exceeded', 'QuotaExceededError');
  };
  await said('A');
  const { labels, until } = follow({ storage: { getItem: broken, setItem: broken, removeItem: broken } });
  await until(() => labels().length === 1);
  await said('B');
  await until(() => labels().length === 2);
});

test.each([
  ['websocket', 'RESTARTING'],
  ['sse', 'UNREACHABLE'],
] as const)('the gateway restarts: those that follow over %s come back and miss nothing', async (transport, reason) => {
  await said('A');
  const { labels, reasons, until } = follow({ transport });
  await until(() => labels().length === 1);
  await server.restart();
  await said('B');
  await until(() => labels().length === 2);
  expect(labels()).toEqual(['A', 'B']);
  expect(reasons()[0]).toBe(reason);
});

test('where WebSockets are blocked, it continues over server-sent events', async () => {
  proxy.judge = (chunk) => (/^upgrade: websocket/im.test(chunk.toString('latin1')) ? 'cut' : 'pass');
  await said('A');
  const { follower, labels, reasons, until } = follow();
  await until(() => labels().length === 1);
  expect(follower.state).toEqual({ name: 'live', transport: 'sse' });
  expect(reasons()).toEqual(['UNREACHABLE']);
  proxy.cut();
  await said('B');
  await until(() => labels().length === 2);
  expect(follower.state).toEqual({ name: 'live', transport: 'sse' });
});

test('a slow consumer gets every update in order, and at most a bounded number wait in memory', async () => {
  await said('0');
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const labels: string[] = [];
  const { reasons, until } = follow({
    transport: 'websocket',
    async onUpdate({ rejectLabels: [label = ''] }) {
      labels.push(label);
      if (labels.length === 1) await released;
    },
  });
  await until(() => labels.length === 1);
  for (let n = 1; n <= 300; n++) await said(`${n}`);
  await expectSubscriptions('websocket', 0);
  release();
  await until(() => labels.length === 301);
  expect(labels).toEqual(Array.from({ length: 301 }, (_, n) => `${n}`));
  expect(reasons()).toContain('CONSUMER_BEHIND');
});

test('a token function that fails is called again', async () => {
  await said('A');
  let asked = 0;
  const { labels, reasons, until } = follow({
    token() {
      if (++asked < 3) throw new Error('logged out');
      return bearer;
    },
  });
  await until(() => labels().length === 1);
  expect(reasons()).toEqual(['TOKEN_FAILED', 'TOKEN_FAILED']);
});

test('it can be closed while it waits for a token, for the gateway, or for its next try', async () => {
  const waiting = follow({ token: () => new Promise(() => {}) });
  let arrived = 0;
  proxy.judge = () => {
    arrived++;
    return 'freeze';
  };
  const connecting = follow();
  await connecting.until(() => arrived === 1);
  const pausing = follow({ url: 'http://127.0.0.1:1/graphql', retryDelay: () => 1e9 });
  await pausing.until(() => pausing.states.length === 1);
  const controller = new AbortController();
  const signalled = follow({ signal: controller.signal, onUpdate: undefined });
  const next = signalled.follower[Symbol.asyncIterator]().next();
  for (const { follower } of [waiting, connecting, pausing]) follower.close();
  controller.abort();
  expect(await next).toEqual({ done: true, value: undefined });
  for (const { states } of [waiting, connecting, pausing, signalled]) {
    expect(states.at(-1)).toEqual({ name: 'closed', error: null });
  }
});

test('a token function that never answers is called again', async () => {
  await said('A');
  let asked = 0;
  const { labels, reasons, until } = follow({
    tokenTimeoutMs: 50,
    token: () => (++asked === 1 ? new Promise<string>(() => {}) : bearer),
  });
  await until(() => labels().length === 1);
  expect(reasons()).toEqual(['TOKEN_FAILED']);
});

test('a storage that never answers delays the start, and no more than that', async () => {
  const never = () => new Promise<never>(() => {});
  await said('A');
  const { labels, until } = follow({
    storage: { getItem: never, setItem: never, removeItem: never },
    storageTimeoutMs: 50,
  });
  await until(() => labels().length === 1);
  for (const label of ['B', 'C', 'D']) await said(label);
  await until(() => labels().length === 4);
});

test('a storage that is slow keeps the latest cursor', async () => {
  await said('A');
  const kept = storage();
  const slow: CursorStorage = {
    ...kept,
    setItem: (key, value) => new Promise((resolve) => setTimeout(() => resolve(kept.setItem(key, value)), 20)),
  };
  const { updates, until } = follow({ storage: slow, storageKey: 'place' });
  await until(() => updates.length === 1);
  for (const label of ['B', 'C', 'D']) await said(label);
  await until(() => updates.length === 4 && kept.items.get('place') === updates[3]?.cursor);
});

test('an answer that is no event stream is not live, whatever its status', async () => {
  const portal = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Sign in</html>');
  });
  await new Promise<void>((resolve) => portal.listen(0, '127.0.0.1', resolve));
  const { states, reasons, until } = follow({
    url: `http://127.0.0.1:${(portal.address() as AddressInfo).port}/graphql`,
    transport: 'sse',
  });
  await until(() => reasons().length > 1);
  expect(new Set(reasons())).toEqual(new Set(['NOT_UNDERSTOOD']));
  expect(states.some(({ name }) => name === 'live')).toBe(false);
  await new Promise((resolve) => portal.close(resolve));
});

test.each([
  ['answers 404', () => new Response(null, { status: 404 })],
  ['is a page', () => new Response('<html>', { headers: { 'content-type': 'text/html' } })],
])('where /graphql/stream %s, streams are read from /graphql', async (_name, elsewhere) => {
  const paths: string[] = [];
  const fetchThere: typeof fetch = async (url, init) => {
    paths.push(new URL(String(url)).pathname);
    return paths.length === 1 ? elsewhere() : fetch(url as string, init);
  };
  await said('a');
  const { labels, until } = follow({ transport: 'sse', fetch: fetchThere });
  await until(() => labels().length === 1);
  expect(paths).toEqual(['/graphql/stream', '/graphql']);
});

test('a follower that gives up leaves no listener on the signal of its caller', async () => {
  const controller = new AbortController();
  const { follower, until } = follow({ signal: controller.signal, token: 'bad' });
  await until(() => follower.state.name === 'closed');
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('the endpoint with a slash at its end is the same endpoint', async () => {
  await said('A');
  const { labels, until } = follow({ url: `${server.url}/graphql/`, transport: 'sse' });
  await until(() => labels().length === 1);
});

test('a follower that is closed while updates arrive leaves no timer behind', async () => {
  for (let n = 0; n < 40; n++) await said(`${n}`);
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  for (let round = 0; round < 5; round++) {
    const { follower, updates, until } = follow({ transport: 'websocket', silenceMs: 60_000 });
    await until(() => updates.length === 1);
    for (let n = 0; n < 5; n++) void said(`late ${round} ${n}`);
    await until(() => updates.length > 1);
    follower.close();
  }
  await expect.poll(timers, { timeout: 5_000 }).toBeLessThanOrEqual(before + 1);
});
