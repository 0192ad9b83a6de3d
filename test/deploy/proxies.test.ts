/**
 * The real server behind nginx, HAProxy and Caddy from Debian, with the files of deploy/proxies/: callbacks, queries, WebSockets,
 * event streams over HTTP/2, a path prefix, and the client's address.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT, clientsOf } from './clients.ts';
import { PROXIES, startProxy } from './proxies.ts';

/** The server's heartbeats come every 15 s, the timeouts of the proxies are 60 s: what is open after this was kept open by heartbeats. */
const HELD_MS = 66_000;
const NAMES = Object.keys(PROXIES) as (keyof typeof PROXIES)[];
const FORGED = { 'x-forwarded-for': '198.51.100.66', 'x-forwarded-prefix': '/forged' };
const HTML = { accept: 'text/html' };

/** A server with a proxy in front. */
async function behind(name: keyof typeof PROXIES) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startTestServer({ trustProxy: 1 }));
  const folder = stack.use(temporaryFolder());
  const proxy = stack.use(await startProxy(name, server.url, folder.path));
  const resources = stack.move();
  const subscribed = (transport: string) =>
    expect.poll(() => server.metric(`xgateway_kyc_subscriptions{transport="${transport}"}`)).toBe(1);
  return { server, subscribed, ...clientsOf(proxy), [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

describe.each(NAMES)('%s', (name) => {
  let here: Awaited<ReturnType<typeof behind>>;
  beforeAll(async () => {
    here = await behind(name);
  });
  afterAll(() => here[Symbol.asyncDispose]());

  test('callbacks are recorded, large ones refused, and request IDs kept', async () => {
    const { callback, send } = here;
    expect(JSON.parse((await callback('/callbacks/kyc', 'ana')).text)).toEqual({ outcome: 'applied', revision: 1 });
    expect((await send('/callbacks/kyc', { method: 'POST', body: ' '.repeat(70_000) })).status).toBe(413);
    const known = await send('/health/ready', { headers: { 'x-request-id': 'from-the-client' } });
    expect([known.status, known.headers['x-request-id']]).toEqual([200, 'from-the-client']);
  });

  test("the server sees the client's address, whatever X-Forwarded-For it sent", async () => {
    await here.send('/no/such/callback', { method: 'POST', headers: FORGED });
    const line = here.server.logged.find((one) => one.includes('/no/such/callback'));
    expect(JSON.parse(String(line)).address).toBe(CLIENT);
  });

  test('an update reaches a WebSocket and an event stream at once', async () => {
    const socket = await here.openSocket('/graphql');
    const stream = await here.openStream('/graphql/stream');
    const first = socket.next();
    await here.subscribed('websocket');
    await here.subscribed('sse');
    await here.callback('/callbacks/kyc', 'bruno');
    expect(await first).toContain('bruno');
    await expect.poll(stream.received, { timeout: 1_000 }).toContain('bruno');
    await socket.end();
    stream.end();
  });

  test('below a path everything works, and links carry the path', async () => {
    const { callback, openSocket, send, subscribed } = here;
    expect((await callback('/kyc/callbacks/kyc', 'carla')).status).toBe(200);
    expect((await send('/kyc/', { headers: HTML })).headers.location).toBe('/kyc/console');
    const page = await send('/kyc/console', { headers: HTML });
    expect(page.text).toContain('data-graphql="/kyc/graphql"');
    const [, asset] = /src="([^"]+)"/.exec(page.text) ?? [];
    expect(asset).toMatch(/^\/kyc\/console\/assets\//);
    expect((await send(String(asset))).status).toBe(200);
    expect((await send('/kyc/graphql', { headers: HTML })).text).toContain('data-graphql="/kyc/graphql"');
    const socket = await openSocket('/kyc/graphql');
    const next = socket.next();
    await subscribed('websocket');
    await callback('/kyc/callbacks/kyc', 'dora');
    expect(await next).toContain('dora');
    await socket.end();
  });

  test('a client cannot say what the prefix is', async () => {
    const headers = { ...HTML, ...FORGED };
    expect((await here.send('/', { headers })).headers.location).toBe('/console');
    expect((await here.send('/kyc/', { headers })).headers.location).toBe('/kyc/console');
  });
});

test.concurrent.each(NAMES)(
  '%s: streams without updates outlive its timeouts; at the end sockets are told to reconnect',
  {
    timeout: HELD_MS + 60_000,
  },
  async (name) => {
    await using here = await behind(name);
    const socket = await here.openSocket('/graphql');
    const stream = await here.openStream('/graphql/stream');
    const next = socket.next();
    const openedAt = performance.now();
    await expect
      .poll(() => !stream.isOpen() || performance.now() - openedAt > HELD_MS, {
        timeout: HELD_MS + 10_000,
        interval: 500,
      })
      .toBe(true);
    await here.callback('/callbacks/kyc', 'emil');
    expect(await next).toContain('emil');
    await expect.poll(stream.received).toContain('emil');
    stream.end();
    await here.server[Symbol.asyncDispose]();
    expect(await socket.closed).toBe(1012);
  },
);
