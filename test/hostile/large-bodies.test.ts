/** Bodies over the limit: a sender that writes all of its request before it reads still gets the answer. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer, token } from '../support/server.ts';

let server: TestServer;
let bearer: string;
beforeAll(async () => {
  server = await startTestServer();
  bearer = await token({ sub: 'c' });
});
afterAll(async () => server[Symbol.asyncDispose]());

const PATHS = ['/callbacks/kyc', '/graphql', '/graphql/stream'];
const TOO_LARGE = /^HTTP\/1\.1 413 [\s\S]*\r\n\r\n(?:[0-9a-f]+\r\n)?\{.*"TOO_LARGE".*\}(?:\r\n0\r\n\r\n)?$/;

async function open(path: string, length: number): Promise<Socket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  const headers = [
    'Host: x',
    `Authorization: Bearer ${bearer}`,
    'Content-Type: application/json',
    `Content-Length: ${length}`,
  ];
  socket.write(`POST ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  return socket;
}

async function answerOn(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

test.each(PATHS)('%s: one byte to a megabyte too large, written whole before anything is read', async (path) => {
  for (const length of [64 * 1024 + 1, 200_000, 1_000_000]) {
    const socket = await open(path, length);
    const problems: Error[] = [];
    socket.on('error', (error) => problems.push(error));
    for (let sent = 0; sent < length; sent += 10_000) {
      if (!socket.write('x'.repeat(Math.min(10_000, length - sent)))) await once(socket, 'drain');
    }
    expect([length, await answerOn(socket), problems]).toEqual([length, expect.stringMatching(TOO_LARGE), []]);
  }
});

test.each(PATHS)('%s: a body that stops in the middle is answered after a second', async (path) => {
  const socket = await open(path, 900_000);
  const startedAt = performance.now();
  socket.write('x'.repeat(70_000));
  expect(await answerOn(socket)).toMatch(TOO_LARGE);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test.each(PATHS)('%s: a body without an end is read for a moment only', async (path) => {
  const socket = await open(path, 1_000_000_000);
  socket.on('error', () => {});
  let sent = 0;
  const send = (error?: Error | null): void => {
    if (error != null || sent > 500_000_000) return;
    sent += 100_000;
    socket.write('x'.repeat(100_000), send);
  };
  send();
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
  // What the buffers of both sides hold comes on top.
  expect(sent).toBeLessThan(50_000_000);
});
