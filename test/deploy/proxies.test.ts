/**
 * The real server behind nginx, HAProxy and Caddy from Debian, with the files of deploy/proxies/: callbacks, queries, WebSockets,
 * event streams over HTTP/2, a path prefix, and the client's address.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, serverEnv } from '../support/process.ts';
import { adminToken, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { CLIENT, clientsOf } from './clients.ts';
import { PROXIES, startProxy } from './proxies.ts';

/** The server's heartbeats come every 15 s, the timeouts of the proxies are 60 s: what is open after this was kept open by heartbeats. */
const HELD_MS = 66_000;
const NAMES = Object.keys(PROXIES) as (keyof typeof PROXIES)[];
const FORGED = { 'x-forwarded-for': '198.51.100.66', 'x-forwarded-prefix': '/forged' };
const HTML = { accept: 'text/html' };

/** A server with a proxy in front. `change`: what is done to the proxy's files. */
async function behind(name: keyof typeof PROXIES, change?: (text: string) => string, trustProxy: number | false = 1) {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startTestServer({ trustProxy }));
  const folder = stack.use(temporaryFolder());
  const proxy = stack.use(await startProxy(name, server.url, folder.path, change));
  const resources = stack.move();
  const subscribed = (transport: string) =>
    expect.poll(() => server.metric(`xgateway_kyc_subscriptions{transport="${transport}"}`)).toBe(1);
  /** `xgateway-kyc check --url`, as a user runs it: the name is looked up and the certificate verified. */
  const check = async (path = '') => {
    const names = join(folder.path, 'names.mjs');
    const lookUp = "(name, options, done) => lookup(name === 'kyc.example' ? '127.0.0.1' : name, options, done)";
    writeFileSync(names, `import dns from 'node:dns'; const { lookup } = dns; dns.lookup = ${lookUp};`);
    const url = `https://kyc.example:${proxy.port}${path}`;
    const env = { NODE_OPTIONS: `--import ${names}`, NODE_EXTRA_CA_CERTS: join(folder.path, 'kyc.example.crt') };
    const { code, stdout } = await run(
      ['check', '--json', '--url', url],
      folder.path,
      serverEnv(folder.path, { ...env, XGATEWAY_KYC_TOKEN: await adminToken() }),
    );
    const found = stdout.split('\n').filter((line) => line !== '');
    const lines = found.map((line) => JSON.parse(line) as { about: string; level: string; text: string });
    // Of two findings about the proxy, the later one is that of --url.
    return { code, found: Object.fromEntries(lines.map(({ about, level, text }) => [about, `${level}: ${text}`])) };
  };
  return { server, subscribed, check, ...clientsOf(proxy), [Symbol.asyncDispose]: () => resources.disposeAsync() };
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
    for (const length of [65_537, 70_000, 1_000_000]) {
      const { status, text } = await send('/callbacks/kyc', { method: 'POST', body: ' '.repeat(length) });
      expect([length, status, text]).toEqual([length, 413, expect.stringContaining('"TOO_LARGE"')]);
    }
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

  test('check --url finds everything in order, below a path too', async () => {
    for (const path of ['', '/kyc']) {
      const { code, found } = await here.check(path);
      expect(found).toMatchObject({
        proxy: expect.stringMatching(/^ok: 1 proxy in front; TRUST_PROXY=1 is right/),
        prefix: expect.stringMatching(/^ok/),
        callbacks: expect.stringContaining(`${path}/callbacks/kyc with XGateway`),
        GraphQL: expect.stringMatching(/^ok/),
        WebSocket: expect.stringMatching(/^ok/),
        SSE: expect.stringMatching(/^ok/),
      });
      expect(code).toBe(0);
    }
  });

  test('a client cannot say what the prefix is', async () => {
    const headers = { ...HTML, ...FORGED };
    expect((await here.send('/', { headers })).headers.location).toBe('/console');
    expect((await here.send('/kyc/', { headers })).headers.location).toBe('/kyc/console');
  });
});

test('check --url names what is wrong with a proxy, and exits with 1', async () => {
  const bare = (text: string) =>
    text.replaceAll(/^\s*proxy_set_header (?:Upgrade|Connection|X-Forwarded-For) .*$/gm, '');
  await using nginx = await behind('nginx', bare);
  expect(await nginx.check()).toMatchObject({
    code: 1,
    found: {
      URL: expect.stringMatching(/^ok/),
      proxy: expect.stringMatching(/^problem: .*X-Forwarded-For/),
      callbacks: expect.stringMatching(/^ok/),
      WebSocket: expect.stringMatching(/^problem: .*Upgrade/),
    },
  });
  await using haproxy = await behind('haproxy', undefined, false);
  expect(await haproxy.check()).toMatchObject({
    code: 1,
    found: { proxy: expect.stringMatching(/^problem: 1 proxy in front.*Set TRUST_PROXY=1/) },
  });
  const elsewhere = (text: string) => text.replaceAll(/reverse_proxy \S+ \{/g, 'reverse_proxy 127.0.0.1:9 {');
  await using caddy = await behind('caddy', elsewhere);
  expect(await caddy.check()).toMatchObject({ code: 1, found: { URL: expect.stringMatching(/^problem: .*HTTP 50/) } });
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
