/** Each state of a session has its own deadline and close code. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../../../src/access/viewer.ts';
import { MAX_SESSION_MS } from '../../../src/access/viewer.ts';
import { Liveness, SWEEP_MS } from '../../../src/transport/liveness.ts';
import { serverSentEvents } from '../../../src/transport/sse/format.ts';
import { ResponseStream } from '../../../src/transport/streams/response-stream.ts';
import { type SessionState, SocketSession } from '../../../src/transport/websocket/session.ts';

const DAY = MAX_SESSION_MS / SWEEP_MS;
const liveness = new Liveness();
let resources: DisposableStack;
let session: SocketSession;
let client: WebSocket;

beforeEach(async () => {
  resources = new DisposableStack();
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  resources.defer(() => server.close());
  await once(server, 'listening');
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  resources.defer(() => client.terminate());
  const [[socket, { socket: connection }]] = await Promise.all([once(server, 'connection'), once(client, 'open')]);
  session = new SocketSession(socket, { headers: {}, address: '', connection }, liveness);
});
afterEach(() => resources.dispose());

const viewer = (expiresAt: number | null): Viewer => ({
  subject: 's',
  customerId: null,
  mayRead: true,
  mayAdmin: false,
  expiresAt,
});

test.each<[SessionState, number, Viewer | null, number | null]>([
  ['opened', 3, null, null],
  ['opened', 4, null, 4408],
  ['authenticating', 15, null, null],
  ['authenticating', 16, null, 1013],
  ['anonymous', 30, null, null],
  ['anonymous', 31, null, 4403],
  ['authenticated', DAY, viewer(null), null],
  ['authenticated', DAY + 1, viewer(null), 1012],
  // `exp: 1e400` in a token.
  ['authenticated', DAY + 1, viewer(Number.POSITIVE_INFINITY), 1012],
  ['authenticated', 1, viewer(1_000), 4403],
  ['authenticated', 1, viewer(999_999), 4403],
  ['authenticated', 1, viewer(1_000_001), null],
])('%s, %d sweeps later, with %j: %s', async (state, sweeps, who, code) => {
  Object.assign(session, { state, viewer: who });
  session.checkDeadline(liveness.now + sweeps, 1_000_000);
  if (code === null) expect(session.socket.readyState).toBe(WebSocket.OPEN);
  else expect((await once(client, 'close'))[0]).toBe(code);
});

test('a reason that is too long for a close frame is left out', async () => {
  session.close(4409, '€'.repeat(128));
  const [code, reason] = await once(client, 'close');
  expect([code, String(reason)]).toEqual([4409, '']);
});

test.each([
  ['the end of its token', viewer(1_000).expiresAt, 1],
  ['24 hours', null, DAY + 1],
  ['24 hours, with a token without end', Number.POSITIVE_INFINITY, DAY + 1],
])('an event stream ends after %s, without a "complete"', async (_name, expiresAt, sweeps) => {
  const server = createServer((_request, response) => {
    const stream = new ResponseStream(response, serverSentEvents, expiresAt, liveness);
    void stream.begin().then(() => stream.checkDeadline(liveness.now + sweeps, 1_000_000));
  });
  resources.defer(() => server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await response.text()).toBe(':\n\n');
});

/** Records the results of pushes. */
function sender() {
  const results: (Error | null | undefined)[] = [];
  return { results, sent: (error?: Error | null) => void results.push(error) };
}

test('a frame that the kernel takes at once calls back at once', () => {
  const { results, ...one } = sender();
  session.push('frame', one);
  expect(results).toEqual([undefined]);
  expect(session.unreadSince).toBe(0);
});

test('a client that does not read delays the callback until it does, and loses nothing', async () => {
  const frame = 'x'.repeat(256 * 1024);
  const received: string[] = [];
  client.on('message', (data) => received.push(String(data)));
  client.pause();
  const { results, ...one } = sender();
  let pushed = 0;
  while (results.length === pushed) {
    session.push(frame, one);
    pushed++;
  }
  expect(session.unreadSince).toBe(liveness.now);
  // A second subscription of the socket.
  session.push('last', one);
  pushed++;
  client.resume();
  await vi.waitFor(() => expect(results).toHaveLength(pushed), { timeout: 10_000 });
  expect(results.every((error) => !error)).toBe(true);
  expect(session.unreadSince).toBe(0);
  await vi.waitFor(() => expect(received).toHaveLength(pushed), { timeout: 10_000 });
  expect(received.at(-1)).toBe('last');
});

test('a client that goes away without having read is an error', async () => {
  client.pause();
  const { results, ...one } = sender();
  let pushed = 0;
  while (results.length === pushed) {
    session.push('x'.repeat(256 * 1024), one);
    pushed++;
  }
  client.terminate();
  await vi.waitFor(() => expect(results).toHaveLength(pushed), { timeout: 10_000 });
  expect(results.at(-1)).toBeInstanceOf(Error);
});

test('with TLS, where the kernel is always asked later, each frame calls back', async () => {
  const connection = Object.assign(new PassThrough(), { encrypted: true });
  session = new SocketSession(session.socket, { headers: {}, address: '', connection }, liveness);
  const { results, ...one } = sender();
  session.push('frame', one);
  expect(results).toEqual([]);
  await vi.waitFor(() => expect(results).toHaveLength(1));
  expect(session.unreadSince).toBe(0);
});
