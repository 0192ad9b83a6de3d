/** `check --url`: through proxies that are set up well and badly, as a user would run it; and the rule about TRUST_PROXY, case by case. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { proxyFinding } from '../../src/server/proxy-findings.ts';
import { checkPublicUrl } from '../../src/server/public-url-checks.ts';
import type { SeenRequest } from '../../src/server/seen-request.ts';
import { adminToken, readerToken, startTestServer } from '../support/server.ts';

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

interface ProxyOptions {
  /** What becomes of `X-Forwarded-For`. */
  readonly forwardedFor?: 'append' | 'replace' | 'pass' | 'drop';
  /** Below this path, which is removed. */
  readonly prefix?: string;
  readonly sendsPrefix?: boolean;
  readonly upgrades?: boolean;
  readonly buffers?: boolean;
  readonly answers?: (request: IncomingMessage, response: ServerResponse) => boolean;
  readonly hides?: string;
}

/** A small reverse proxy. */
async function proxyTo(target: string, options: ProxyOptions = {}): Promise<string> {
  const { forwardedFor = 'append', prefix = '', sendsPrefix = true, upgrades = true, buffers = false } = options;
  const { hostname, port } = new URL(target);
  const headersOf = ({ headers, socket }: IncomingMessage) => {
    const { 'x-forwarded-for': given, ...others } = headers;
    const own = socket.remoteAddress ?? '';
    const list = { append: given === undefined ? own : `${given}, ${own}`, replace: own, pass: given, drop: undefined };
    const value = list[forwardedFor];
    return {
      ...others,
      ...(value !== undefined && { 'x-forwarded-for': value }),
      ...(prefix !== '' && sendsPrefix && { 'x-forwarded-prefix': prefix }),
    };
  };
  const server = createServer((incoming, response) => {
    if (options.answers?.(incoming, response) === true) return;
    const path = (incoming.url ?? '').replace(prefix, '');
    const forwarded = request({ hostname, port, path, method: incoming.method, headers: headersOf(incoming) });
    forwarded.on('error', () => response.destroy());
    forwarded.on('response', (answer) => {
      const { [options.hides ?? '']: _, ...headers } = answer.headers;
      const begin = () => response.writeHead(answer.statusCode ?? 502, headers);
      if (!buffers) answer.pipe(begin());
      else
        answer.toArray().then(
          (chunks) => begin().end(Buffer.concat(chunks)),
          () => response.destroy(),
        );
    });
    response.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  if (upgrades) {
    server.on('upgrade', (incoming: IncomingMessage, socket: Socket) => {
      const upstream = connect(Number(port), hostname, () => {
        const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${value}\r\n`);
        upstream.write(`GET ${(incoming.url ?? '').replace(prefix, '')} HTTP/1.1\r\n${lines.join('')}\r\n`);
        upstream.pipe(socket).pipe(upstream);
      });
      for (const end of [upstream, socket]) end.on('error', () => {});
    });
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack.defer(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
}

async function check(url: string, token = adminToken) {
  const findings: Record<string, string> = {};
  for await (const { about, level, text } of checkPublicUrl({ url, token })) findings[about] = `${level}: ${text}`;
  return findings;
}

const started = async (settings: Parameters<typeof startTestServer>[0] = {}) =>
  stack.use(await startTestServer(settings));

test('a proxy that is set up well: everything is ok, below a path too, and nothing is recorded', async () => {
  const server = await started({ trustProxy: 1 });
  for (const [prefix, forwardedFor] of [
    ['', 'append'],
    ['', 'replace'],
    ['/shop/kyc', 'append'],
  ] as const) {
    const findings = await check(`${await proxyTo(server.url, { prefix, forwardedFor })}/`);
    expect(Object.keys(findings)).toEqual(['URL', 'proxy', 'prefix', 'callbacks', 'GraphQL', 'WebSocket', 'SSE']);
    expect(Object.values(findings).filter((text) => !text.startsWith('ok'))).toEqual([]);
    expect(findings['proxy']).toContain(
      '1 proxy in front; TRUST_PROXY=1 is right: the server sees this machine as 127.0.0.1',
    );
    expect(findings['callbacks']).toContain(`${prefix}/callbacks/kyc with XGateway`);
  }
  expect(await server.metric('xgateway_kyc_journal_position')).toBe(0);
  expect(await server.metric('xgateway_kyc_dead_letters{category="refused"}')).toBe(0);
});

test('a proxy that loses something: each loss is named, with what to do', async () => {
  const server = await started({ trustProxy: 1 });
  const through = async (options: ProxyOptions) => check(await proxyTo(server.url, options));
  const [noUpgrade, buffering, prefix, noId] = await Promise.all([
    through({ upgrades: false }),
    through({ buffers: true }),
    through({ prefix: '/kyc', sendsPrefix: false }),
    through({ hides: 'x-request-id' }),
  ]);
  expect(noUpgrade).toMatchObject({
    SSE: expect.stringMatching(/^ok/),
    WebSocket: expect.stringMatching(/^problem: .*Upgrade/),
  });
  expect(buffering).toMatchObject({ SSE: expect.stringMatching(/^problem: .*did not begin within 5 s.*buffering/) });
  expect(prefix).toMatchObject({
    prefix: expect.stringMatching(/^warning: .*X-Forwarded-Prefix: \/kyc.*BASE_PATH=\/kyc/),
  });
  expect(noId).toMatchObject({ URL: expect.stringMatching(/^warning: .*X-Request-Id/) });
  expect(await through({ forwardedFor: 'pass' })).toMatchObject({
    proxy: expect.stringMatching(/^problem: .*senders can choose/),
  });
});

test('TRUST_PROXY that does not match the proxies: the right number is named', async () => {
  const [none, two] = [await started(), await started({ trustProxy: 2 })];
  expect(await check(await proxyTo(none.url))).toMatchObject({
    proxy: expect.stringMatching(/^problem: 1 proxy in front.*share one budget\. Set TRUST_PROXY=1.*\(now not set\)/),
  });
  expect(await check(await proxyTo(two.url))).toMatchObject({
    proxy: expect.stringMatching(/^problem: Senders can choose their address.*Set TRUST_PROXY=1/),
  });
  expect(await check(await proxyTo(await proxyTo(two.url)))).toMatchObject({
    proxy: expect.stringMatching(/^ok: 2 proxies in front/),
  });
});

test('something else answers, a path goes elsewhere, nothing answers, a token is refused: that is what is said', async () => {
  const server = await started({ trustProxy: 1 });
  const answering = (path: string, status: number, headers: Record<string, string> = {}) =>
    proxyTo(server.url, {
      answers: ({ url }, response) => {
        if (url?.startsWith(path) !== true) return false;
        response.writeHead(status, headers).end('<html>');
        return true;
      },
    });
  expect(await check(await answering('/', 200))).toEqual({
    URL: expect.stringMatching(/^problem: .*is not this server/),
  });
  expect(await check(await answering('/', 308, { location: 'https://kyc.example/' }))).toEqual({
    URL: expect.stringMatching(/^problem: .*redirects to https:\/\/kyc\.example\/\. XGateway posts/),
  });
  expect(await check(await answering('/callbacks', 200))).toMatchObject({
    callbacks: expect.stringMatching(/^problem: .*HTTP 200/),
  });
  expect(await check(await answering('/graphql', 403))).toMatchObject({
    callbacks: expect.stringMatching(/^ok/),
    GraphQL: expect.stringMatching(/^problem: .*HTTP 403/),
    SSE: expect.stringMatching(/^problem: .*HTTP 403/),
  });
  expect(await check(await answering('/health/request', 404))).toMatchObject({
    proxy: expect.stringMatching(/^problem: .*HTTP 404/),
  });
  expect(await check('http://127.0.0.1:2')).toEqual({
    URL: expect.stringMatching(/^problem: .*ECONNREFUSED.*start the server/),
  });
  expect(await check(server.url, readerToken)).toMatchObject({
    proxy: expect.stringMatching(/^problem: .*refuses the token.*XGATEWAY_KYC_TOKEN/),
  });
  expect(await check(server.url.replace('http', 'https'))).toEqual({
    URL: expect.stringMatching(/^problem: No answer from \S+ SSL routines: .*does not speak TLS/),
  });
});

test('how a request is seen is only told to kyc:admin', async () => {
  const server = await started();
  const get = async (token?: string) =>
    (await fetch(`${server.url}/health/request`, { headers: token ? { authorization: `Bearer ${token}` } : {} }))
      .status;
  expect([await get(), await get(await readerToken()), await get(await adminToken())]).toEqual([401, 403, 200]);
});

test.each<[string, Partial<SeenRequest>, boolean, RegExp]>([
  ['no proxy', {}, false, /^ok: No proxy/],
  ['TLS, and nothing written', {}, true, /^problem: The proxy does not send X-Forwarded-For/],
  ['TLS, and passed on as it came', { forwardedFor: ['192.0.2.1'] }, true, /^problem: The proxy does not send/],
  [
    'passed on, and believed',
    { forwardedFor: ['192.0.2.1'], address: '192.0.2.1', trustProxy: 1 },
    true,
    /^problem: .*choose theirs/,
  ],
  [
    'replaced, and believed',
    { forwardedFor: ['203.0.113.9'], address: '203.0.113.9', trustProxy: 1 },
    true,
    /^ok: 1 proxy/,
  ],
  [
    'two proxies, one trusted',
    { forwardedFor: ['203.0.113.9', '10.0.0.7'], address: '10.0.0.7', trustProxy: 1 },
    true,
    /^problem: 2 proxies.*one of the proxies.*TRUST_PROXY=2/,
  ],
  [
    'two proxies, by their addresses',
    { forwardedFor: ['192.0.2.1', '203.0.113.9', '10.0.0.7'], address: '203.0.113.9', trustProxy: ['10.0.0.0/8'] },
    true,
    /^ok: 2 proxies.*TRUST_PROXY=10\.0\.0\.0\/8/,
  ],
  [
    'too many trusted',
    { forwardedFor: ['192.0.2.1', '203.0.113.9'], address: '192.0.2.1', trustProxy: 2 },
    true,
    /^problem: Senders can choose.*TRUST_PROXY=1.*now 2/,
  ],
])('who a sender is taken for: %s', (_name, seen, isEncrypted, expected) => {
  const request: SeenRequest = {
    address: '10.0.0.1',
    peer: '10.0.0.1',
    forwardedFor: [],
    trustProxy: false,
    prefix: '',
    callbackPath: '/callbacks/kyc',
    ...seen,
  };
  const { level, text } = proxyFinding(request, '192.0.2.1', isEncrypted);
  expect(`${level}: ${text}`).toMatch(expected);
});
