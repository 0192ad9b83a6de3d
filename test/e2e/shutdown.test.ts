/** The orderly end: callbacks are refused, the commit in hand is finished, sockets are told to come back, and then it is over. */
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const post = (url: string, customerId: string) =>
  fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, { status: 'CREATED' }) });

/** A socket that was let in; `closed` resolves with the code that it was closed with. */
async function socketOf(url: string, options: { readonly autoPong?: boolean } = {}) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await readerToken()}` } }));
  await once(socket, 'message');
  return { socket, closed: once(socket, 'close').then(([code]) => Number(code)) };
}

/** A socket that never answers a close: it keeps the server draining for its three seconds. */
async function deafSocket(url: string) {
  const { socket } = await socketOf(url);
  socket.pause();
  return socket;
}

async function untilStopping(server: ServerProcess): Promise<void> {
  await server.line((line) => line.includes('"msg":"stopping"'));
}

test('callbacks are refused while it drains, sockets come back, and it exits with 0', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path);
  const sockets = await Promise.all(Array.from({ length: 20 }, () => socketOf(server.url)));
  const deaf = await deafSocket(server.url);
  // A request that has begun before the end began may finish.
  const body = signedCallback('begun', { status: 'CREATED' });
  const begun = connect(Number(new URL(server.url).port), '127.0.0.1');
  begun.write(`POST /callbacks/kyc HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body.slice(0, 9)}`);
  expect((await post(server.url, 'before')).status).toBe(200);

  const startedAt = performance.now();
  process.kill(server.pid, 'SIGTERM');
  await untilStopping(server);
  const refused = await post(server.url, 'while');
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
  // Nobody should be sent here any more; those who are here are still answered.
  expect((await fetch(`${server.url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${server.url}/health/live`)).status).toBe(200);
  const late = new WebSocket(`${server.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const [, upgrade] = await once(
    late.on('error', () => {}),
    'unexpected-response',
  );
  expect(upgrade.statusCode).toBe(503);
  expect(new Set(await Promise.all(sockets.map(({ closed }) => closed)))).toEqual(new Set([1012]));
  begun.write(body.slice(9));
  expect(String((await once(begun, 'data'))[0])).toContain('503');

  const { code, stderr } = await server.ended;
  expect([code, stderr]).toEqual([0, '']);
  expect(performance.now() - startedAt).toBeLessThan(12_000);
  deaf.terminate();
  begun.destroy();
});

test('what was acknowledged up to the last moment is there after the next start', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path);
  let acknowledged = 0;
  const lane = async (name: string) => {
    for (let index = 0; ; index++) {
      const response = await post(server.url, `${name}-${index}`).catch(() => null);
      if (response?.status !== 200) return response?.status ?? 'gone';
      if (++acknowledged === 200) process.kill(server.pid, 'SIGINT');
    }
  };
  const ends = await Promise.all(Array.from({ length: 16 }, (_, index) => lane(`lane-${index}`)));
  for (const end of ends) expect([503, 'gone']).toContain(end);
  expect((await server.ended).code).toBe(0);
  const { stdout } = await run(['verify'], folder.path, serverEnv(folder.path));
  expect(Number.parseInt(stdout, 10)).toBe(acknowledged);
});

test('a second signal ends it at once, with 1, unless it is the echo of the first', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path);
  const deaf = await deafSocket(server.url);
  process.kill(server.pid, 'SIGTERM');
  await untilStopping(server);
  const startedAt = performance.now();
  // Somebody who presses again and again.
  const pressing = setInterval(() => process.kill(server.pid, 'SIGINT'), 100);
  const { code } = await server.ended.finally(() => clearInterval(pressing));
  const took = performance.now() - startedAt;
  expect(code).toBe(1);
  expect(took).toBeGreaterThan(100);
  expect(took).toBeLessThan(2_000);
  deaf.terminate();
});

test('requests around the signal are answered: on open connections, and on new ones until the port is closed', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path);
  const port = Number(new URL(server.url).port);
  const ends: string[] = [];
  let answered = 0;
  const lane = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (;;) {
      const end = await new Promise<string>((resolve) => {
        get({ port, agent, path: '/health/live' }, (response) => {
          response.resume().on('end', () => resolve(String(response.statusCode)));
        }).on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
      });
      if (end !== '200') {
        ends.push(end);
        return agent.destroy();
      }
      answered++;
    }
  };
  const lanes = Array.from({ length: 16 }, lane);
  await expect.poll(() => answered).toBeGreaterThan(100);
  // One that is open and idle, as a load balancer keeps it, and asks a moment after the signal.
  const idle = connect(port, '127.0.0.1');
  await once(idle, 'connect');
  process.kill(server.pid, 'SIGTERM');
  await untilStopping(server);
  idle.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
  expect(String((await once(idle, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 .*Connection: close/s);
  await Promise.all(lanes);
  expect(new Set(ends)).toEqual(new Set(['ECONNREFUSED']));
  expect((await server.ended).code).toBe(0);
});
