/** An error that nobody foresaw is answered and logged, also in a POST whose body was read. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import express from 'express';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readBytes } from '../../src/http/body.ts';
import { failure } from '../../src/server/error-handlers.ts';

let logged: { level: number; msg: string; requestId?: string; err?: { message: string } }[];
let resources: AsyncDisposableStack;
let port: number;
beforeEach(async () => {
  logged = [];
  resources = new AsyncDisposableStack();
  const app = express();
  app.use(async (request, response) => {
    response.set('X-Request-Id', 'id-1');
    await readBytes(request, 1_000);
    throw new Error('a secret detail');
  });
  app.use(failure(pino({ level: 'debug' }, { write: (line) => void logged.push(JSON.parse(line)) })));
  const server = createServer(app);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  port = (server.address() as AddressInfo).port;
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
});
afterEach(async () => resources.disposeAsync());

test.each(['GET', 'POST', 'PUT'])(
  'in a %s: 500 with the ID of the request, and a line in the log with the same',
  async (method) => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method, ...(method !== 'GET' && { body: '{}' }) });
    expect([response.status, await response.json()]).toEqual([
      500,
      { error: { code: 'INTERNAL_SERVER_ERROR', message: 'Internal error; see the server log (request id-1)' } },
    ]);
    expect(logged).toMatchObject([{ level: 50, requestId: 'id-1', err: { message: 'a secret detail' } }]);
  },
);

test('a client that disconnects in the middle of its request is not an error', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
  await once(socket, 'connect');
  setTimeout(() => socket.destroy(), 50);
  await expect.poll(() => logged).toHaveLength(1);
  expect(logged[0]?.level).toBe(20);
});
