/** The HTTP listener: what a slow, silent or greedy peer can hold, and how it ends. */
import { once } from 'node:events';
import { Agent, get, type RequestListener } from 'node:http';
import { connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { markProven } from '../../src/http/proof.ts';
import { defaultConnectionLimit } from '../../src/server/connection-limit.ts';
import { type Listener, listen } from '../../src/server/listener.ts';
import { watchStalledAnswers } from '../../src/server/stalled-answers.ts';

let resources: AsyncDisposableStack;
let logged: Record<string, unknown>[];
beforeEach(() => {
  resources = new AsyncDisposableStack();
  logged = [];
});
afterEach(async () => resources.disposeAsync());

const answerOk: RequestListener = (_request, response) => void response.end('ok');

async function listening(handler: RequestListener = answerOk, maxConnections?: number): Promise<Listener> {
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line)) });
  const listener = await listen(handler, { port: 0, host: '127.0.0.1', setting: 'PORT', log, maxConnections });
  resources.defer(() => listener.close());
  return listener;
}

/** A raw connection, and everything that came on it. */
async function peer({ port }: { port: number }, send = '', from = '127.0.0.1') {
  const socket: Socket = connect({ port, host: '127.0.0.1', localAddress: from });
  resources.defer(() => void socket.destroy());
  let received = '';
  socket.on('data', (chunk) => {
    received += chunk;
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await once(socket, 'connect');
  socket.write(send);
  return {
    socket,
    closed,
    get received() {
      return received;
    },
  };
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

test('slow peers have 10 s for headers and 30 s for a request, checked every 2 s; idle ones more than a minute', async () => {
  const { server } = await listening();
  expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
  expect(server.keepAliveTimeout).toBeGreaterThan(60_000);
  expect((server as { connectionsCheckingInterval?: number }).connectionsCheckingInterval).toBe(2_000);
});

test('half a request is cut after 10 seconds with an answer in JSON', { timeout: 30_000 }, async () => {
  const listener = await listening();
  const half = await peer(listener, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ');
  const silent = await peer(listener);
  const startedAt = performance.now();
  await Promise.all([half.closed, silent.closed]);
  expect(performance.now() - startedAt).toBeGreaterThan(9_000);
  expect(performance.now() - startedAt).toBeLessThan(14_000);
  expect(half.received).toMatch(/^HTTP\/1\.1 408 .*Connection: close.*\{"error":\{"code":"BAD_REQUEST"/s);
});

test('input that is not HTTP is answered with 400, and too many headers with 431, as JSON', async () => {
  const listener = await listening();
  const wrong = await peer(listener, 'HELLO\r\n\r\n');
  await wrong.closed;
  expect(wrong.received).toMatch(/^HTTP\/1\.1 400 .*\{"error":\{"code":"BAD_REQUEST","message":"[^"]+"\}\}$/s);
  const large = await peer(listener, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
  await large.closed;
  expect(large.received).toMatch(/^HTTP\/1\.1 431 /);
});

test('a client that does not read its answer is cut after the deadline, and one that reads slowly is not', async () => {
  const listener = await listening((_request, response) => void response.end(Buffer.alloc(32 * 1024 * 1024)));
  const busy = new Set<Socket>();
  listener.server.on(
    'connection',
    (socket: Socket) => busy.add(socket).size && socket.once('close', () => busy.delete(socket)),
  );
  resources.use(watchStalledAnswers({ busy }, 600));
  const deaf = await peer(listener, REQUEST);
  deaf.socket.pause();
  const slow = await peer(listener, REQUEST);
  const reading = setInterval(() => {
    slow.socket.resume();
    slow.socket.once('data', () => slow.socket.pause());
  }, 20);
  resources.defer(() => clearInterval(reading));
  const startedAt = performance.now();
  await expect.poll(() => busy.size, { timeout: 5_000 }).toBe(1);
  expect(performance.now() - startedAt).toBeGreaterThan(500);
  const before = slow.received.length;
  await expect.poll(() => slow.received.length).toBeGreaterThan(before + 500_000);
  expect(busy.size).toBe(1);
});

describe('the cap on connections', () => {
  test('stays below the limit on file descriptors', () => {
    for (const limit of [256, 1_024, 65_536, 1_048_576]) {
      expect(defaultConnectionLimit(limit)).toBeLessThan(limit - 60);
      expect(defaultConnectionLimit(limit)).toBeGreaterThan(limit / 2);
    }
    expect(defaultConnectionLimit()).toBeGreaterThan(100);
  });

  test('closes idle connections of the address that holds most, with a log line, and serves every newcomer', async () => {
    const listener = await listening(answerOk, 20);
    const greedy = await Promise.all(Array.from({ length: 15 }, () => peer(listener)));
    const modest = await Promise.all(Array.from({ length: 5 }, () => peer(listener, REQUEST, '127.0.0.2')));
    for (let newcomer = 0; newcomer < 5; newcomer++) {
      const one = await peer(listener, REQUEST, '127.0.0.3');
      await expect.poll(() => one.received).toContain('200 OK');
    }
    await expect.poll(() => greedy.filter(({ socket }) => socket.destroyed).length).toBe(5);
    expect(modest.some(({ socket }) => socket.destroyed)).toBe(false);
    expect(logged).toContainEqual(
      expect.objectContaining({
        level: 40,
        address: '127.0.0.1',
        limit: 20,
        msg: expect.stringContaining('Connection limit'),
      }),
    );
  });

  test('spares those that have proved themselves and those that are being answered', async () => {
    const pending: (() => void)[] = [];
    const listener = await listening((request, response) => {
      if (request.url === '/proven') {
        markProven(request.socket);
        response.end('ok');
      } else pending.push(() => response.end('done'));
    }, 10);
    const proven = await Promise.all(
      Array.from({ length: 4 }, () => peer(listener, 'GET /proven HTTP/1.1\r\nHost: x\r\n\r\n')),
    );
    for (const one of proven) await expect.poll(() => one.received).toContain('200 OK');
    const busy = await Promise.all(Array.from({ length: 4 }, () => peer(listener, REQUEST)));
    await expect.poll(() => pending.length).toBe(4);
    for (let newcomer = 0; newcomer < 30; newcomer++) await peer(listener);
    for (const finish of pending) finish();
    for (const one of busy) await expect.poll(() => one.received).toContain('done');
    expect(proven.some(({ socket }) => socket.destroyed)).toBe(false);
  });

  test('never refuses a newcomer, even when every connection has proved itself', async () => {
    const listener = await listening((request, response) => {
      markProven(request.socket);
      response.end('ok');
    }, 5);
    for (let newcomer = 0; newcomer < 20; newcomer++) {
      const one = await peer(listener, REQUEST);
      await expect.poll(() => one.received).toContain('200 OK');
    }
  });
});

describe('the end', () => {
  test('while it drains, answers say Connection: close', async () => {
    const listener = await listening();
    const agent = new Agent({ keepAlive: true });
    const header = () =>
      new Promise((resolve) => {
        get({ port: listener.port, agent }, (response) => {
          response.resume().on('end', () => resolve(response.headers.connection));
        });
      });
    expect(await header()).toBe('keep-alive');
    listener.beginDraining();
    expect(await header()).toBe('close');
  });

  test('a request that arrives on an open connection within the grace is answered; then idle ones are closed', async () => {
    const listener = await listening();
    const idle = await peer(listener, REQUEST);
    await expect.poll(() => idle.received).toContain('ok');
    const unused = await peer(listener);
    const closing = listener.close(1_500);
    await expect.poll(() => listener.server.listening).toBe(false);
    unused.socket.write(REQUEST);
    await expect.poll(() => unused.received).toMatch(/200 OK.*Connection: close/s);
    await unused.closed;
    await Promise.all([closing, idle.closed]);
  });

  test('without open connections it ends at once, and unused connections do not delay it', async () => {
    const listener = await listening();
    const unused = await peer(listener);
    const startedAt = performance.now();
    await listener.close();
    await unused.closed;
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

test.each([
  [{ port: 1, host: '192.0.2.1' }, /Cannot listen on 192\.0\.2\.1 port 1 \(EADDRNOTAVAIL\).*set HOST/],
  [{ port: 0, host: 'no.such.host.invalid' }, /Cannot listen on no\.such\.host\.invalid port 0.*HOST/],
])('%j cannot be listened on: the error names the cause and the setting', async (where, message) => {
  const log = pino({ level: 'silent' });
  await expect(listen(answerOk, { ...where, setting: 'PORT', log })).rejects.toThrow(message);
});

test('a port that is taken is named with its setting', async () => {
  const { port } = await listening();
  const log = pino({ level: 'silent' });
  await expect(listen(answerOk, { port, host: '127.0.0.1', setting: 'METRICS_PORT', log })).rejects.toThrow(
    `Cannot listen on 127.0.0.1 port ${port} (EADDRINUSE). Another process uses this port: stop it, or set METRICS_PORT`,
  );
});

test('with anotherPort a port that is taken is replaced by one of the next, and the log says which', async () => {
  const { port } = await listening();
  const log = pino({}, { write: (line) => void logged.push(JSON.parse(line)) });
  const second = await listen(answerOk, { port, anotherPort: true, host: '127.0.0.1', setting: 'PORT', log });
  resources.defer(() => second.close());
  expect(second.port).not.toBe(port);
  expect((await fetch(`http://127.0.0.1:${second.port}`)).status).toBe(200);
  expect(logged.map(({ msg }) => msg)).toEqual([
    `Port ${port} is in use; listening on ${second.port}. Set PORT to choose one`,
  ]);
});

test('pipelined requests are handled in order, each in a turn of its own, however many come in one chunk', async () => {
  let turn = 0;
  let isOver = false;
  const count = () => {
    turn++;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const handled: { readonly path: string | undefined; readonly turn: number }[] = [];
  const listener = await listening((request, response) => {
    handled.push({ path: request.url, turn });
    request.resume();
    response.end(request.url);
  });
  const socket = connect(listener.port, '127.0.0.1');
  const paths = Array.from({ length: 40 }, (_, index) => `/${index}`);
  const post = (path: string) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab`;
  let answered = '';
  socket.on('data', (chunk) => {
    answered += chunk;
  });
  socket.write(paths.map(post).join(''));
  await expect.poll(() => answered.endsWith('/39')).toBe(true);
  // One after an answer.
  socket.write(post('/40'));
  await expect.poll(() => answered.endsWith('/40')).toBe(true);
  isOver = true;
  socket.destroy();
  expect(handled.map(({ path }) => path)).toEqual([...paths, '/40']);
  expect(new Set(handled.map((one) => one.turn)).size).toBe(handled.length);
  expect(answered.match(/\/\d+(?=HTTP|$)/g)).toEqual([...paths, '/40']);
});
