/** Upgrades in our server and in an application's: the gateway takes WebSockets of its own path only, and no request hangs. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';
import express from 'express';
import Fastify from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createKycGateway, type KycGateway } from '../../src/index.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { CALLBACK_SECRET, JWT_SECRET, readerToken, signedCallback, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let resources: AsyncDisposableStack;
let gateway: KycGateway;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  gateway = await createKycGateway({
    secrets: { current: CALLBACK_SECRET },
    databaseUrl: `sqlite:${folder.path}/kyc.db`,
    access: { key: { secret: JWT_SECRET } },
  });
  resources.defer(() => gateway.stop());
  await gateway.start();
});
afterEach(async () => resources.disposeAsync());

/** Starts a server on a free port; it is closed after the test. */
async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function application(): Server {
  const app = express();
  app.use('/callbacks', gateway.callbacks);
  app.get('/', (_request, response) => void response.send('the shop'));
  app.post('/orders', express.json(), (request, response) => void response.json(request.body));
  return createServer(app);
}

/** A request that offers another protocol, as Java's HttpClient and `curl --http2` do. Resolves with the whole answer. */
async function offering(upgrade: string, url: string, method = 'GET', body = ''): Promise<string> {
  const { port, pathname } = new URL(url);
  const raw = connect(Number(port), '127.0.0.1');
  raw.write(
    `${method} ${pathname} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: ${upgrade}\r\n` +
      `HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  let answer = '';
  raw.setEncoding('utf8').on('data', (text) => {
    answer += text;
  });
  await once(raw, 'close', { signal: AbortSignal.timeout(5_000) });
  return answer;
}

async function expectGateway(url: string): Promise<void> {
  using socket = await openSocket(url.replace('http', 'ws'));
  socket.init({ token: await readerToken() });
  expect(await socket.next()).toEqual({ type: 'connection_ack' });
  // What another listener writes into our stream would end it.
  socket.send({ type: 'ping' });
  expect(await socket.next()).toEqual({ type: 'pong' });
}

async function refusalOf(url: string): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws')).on('error', () => {});
  const [, response] = await once(socket, 'unexpected-response', { signal: AbortSignal.timeout(5_000) });
  return response.statusCode;
}

async function echoes(url: string): Promise<string> {
  const socket = new WebSocket(url.replace('http', 'ws'));
  await once(socket, 'open');
  socket.send('hello');
  const [data] = await once(socket, 'message');
  socket.terminate();
  return String(data);
}

describe('an offer of another protocol is served as an ordinary request', () => {
  test.each(['h2c', 'H2C', 'TLS/1.0', 'HTTP/2.0', 'foo/1', 'h2c, websocket'])('%s: to the server', async (upgrade) => {
    await using server = await startTestServer();
    const body = signedCallback('c', { status: 'CREATED' });
    expect(await offering(upgrade, `${server.url}/callbacks/kyc`, 'POST', body)).toMatch(/^HTTP\/1.1 200/);
    expect(await offering(upgrade, `${server.url}/health/live`)).toMatch(/^HTTP\/1.1 200/);
    const query = '{"query":"{ __typename }"}';
    expect(await offering(upgrade, `${server.url}/graphql`, 'POST', query)).toMatch(/^HTTP\/1.1 (200|401)/);
  });

  test.each(['h2c', 'foo/1'])('%s: to an application that the gateway is attached to', async (upgrade) => {
    const server = application();
    gateway.attachWebSocket(server);
    const url = await listen(server);
    expect(await offering(upgrade, url)).toContain('the shop');
    expect(await offering(upgrade, `${url}/orders`, 'POST', '{"id":1}')).toContain('{"id":1}');
    const body = signedCallback('c', { status: 'CREATED' });
    expect(await offering(upgrade, `${url}/callbacks`, 'POST', body)).toMatch(/^HTTP\/1.1 200/);
    await expectGateway(`${url}/graphql`);
  });

  test('h2c: beside a WebSocket server of the application', async () => {
    const server = application();
    new WebSocketServer({ server, path: '/chat' });
    gateway.attachWebSocket(server);
    expect(await offering('h2c', await listen(server))).toContain('the shop');
  });

  test('a protocol that the application itself upgrades to stays its own', async () => {
    const server = application();
    server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
      if (request.headers.upgrade === 'tunnel') socket.end('HTTP/1.1 101 Tunnel\r\nConnection: close\r\n\r\n');
    });
    gateway.attachWebSocket(server);
    expect(await offering('tunnel', await listen(server))).toMatch(/^HTTP\/1.1 101/);
  });

  test('a POST with Upgrade: websocket is served as an ordinary request', async () => {
    const server = application();
    gateway.attachWebSocket(server);
    const url = await listen(server);
    expect(await offering('websocket', `${url}/orders`, 'POST', '{"id":1}')).toContain('{"id":1}');
  });
});

describe("beside the application's own WebSockets", () => {
  const chat = (server: Server): void => {
    new WebSocketServer({ server, path: '/chat' }).on('connection', (socket) =>
      socket.on('message', (data) => socket.send(String(data))),
    );
  };
  test.each([
    ['before', [chat, (server: Server) => gateway.attachWebSocket(server, '/kyc')]],
    ['after', [(server: Server) => gateway.attachWebSocket(server, '/kyc'), chat]],
  ])('ws with { server, path } that was added %s the gateway', async (_order, steps) => {
    const server = application();
    for (const step of steps) step(server);
    const url = await listen(server);
    await expectGateway(`${url}/kyc`);
    await expectGateway(`${url}/kyc/`);
    expect(await echoes(`${url}/chat`)).toBe('hello');
    // Refused by the other server, which takes every path that is not its own for its own to refuse.
    expect(await refusalOf(`${url}/elsewhere`)).toBe(400);
  });

  test.each([
    ['before', true],
    ['after', false],
  ])("Fastify's own upgrades, with a listener added %s the gateway", async (_order, isFirst) => {
    const fastify = Fastify();
    fastify.get('/', async () => 'the shop');
    await fastify.ready();
    const { server } = fastify;
    const sockets = new WebSocketServer({ noServer: true });
    const own = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (request.url === '/live') sockets.handleUpgrade(request, socket, head, (one) => one.send('fastify'));
      else socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n');
    };
    if (isFirst) server.on('upgrade', own);
    gateway.attachWebSocket(server);
    if (!isFirst) server.on('upgrade', own);
    const url = await listen(server);
    await expectGateway(`${url}/graphql`);
    const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
    expect(String((await once(socket, 'message'))[0])).toBe('fastify');
    socket.terminate();
    expect(await refusalOf(`${url}/elsewhere`)).toBe(404);
    expect(await offering('h2c', url)).toContain('the shop');
  });

  test('where the gateway is alone, other paths are answered 404, with two gateway paths as well', async () => {
    const server = application();
    gateway.attachWebSocket(server, '/a');
    gateway.attachWebSocket(server, '/b');
    const url = await listen(server);
    await expectGateway(`${url}/a`);
    await expectGateway(`${url}/b`);
    expect(await refusalOf(`${url}/c`)).toBe(404);
    expect(await refusalOf(`${url}/a/b`)).toBe(404);
  });
});

describe('handleUpgrade', () => {
  test('takes the WebSockets of its path, and returns false for everything else', async () => {
    const server = createServer((_request: IncomingMessage, response: ServerResponse) => response.end('the shop'));
    const taken: [string | undefined, boolean][] = [];
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const isOurs = gateway.handleUpgrade(request, socket, head);
      taken.push([request.url, isOurs]);
      if (!isOurs) socket.end('HTTP/1.1 418 Teapot\r\nConnection: close\r\n\r\n');
    });
    const url = await listen(server);
    await expectGateway(`${url}/graphql`);
    expect(await refusalOf(`${url}/other`)).toBe(418);
    expect(await offering('h2c', `${url}/graphql`)).toMatch(/^HTTP\/1.1 418/);
    expect(taken).toEqual([
      ['/graphql', true],
      ['/other', false],
      ['/graphql', false],
    ]);
  });

  test('at a path of the application’s choice', async () => {
    const server = createServer();
    server.on('upgrade', (request, socket, head) => void gateway.handleUpgrade(request, socket, head, '/live'));
    await expectGateway(`${await listen(server)}/live`);
  });
});
