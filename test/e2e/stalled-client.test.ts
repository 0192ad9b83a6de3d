/** A client that stops reading costs its cursor and what is in flight, nobody notices, and it resumes where it was. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { serve, serverEnv } from '../support/process.ts';
import { adminToken, readerToken, signedCallback, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SUBSCRIPTION = 'subscription ($after: String) { kycUpdates(after: $after) { cursor revision endUserMessage } }';
const LARGE = 'x'.repeat(60_000);

interface Update {
  readonly cursor: string;
  readonly revision: number;
}

/** A raw socket that follows every update, so that a test can stop its reading. */
async function rawSubscriber(url: string, after: string | null = null) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const received: Update[] = [];
  const accepted = new Promise<void>((resolve) => {
    socket.on('message', (data) => {
      const message = JSON.parse(String(data));
      if (message.type === 'connection_ack') {
        socket.send(
          JSON.stringify({ id: '1', type: 'subscribe', payload: { query: SUBSCRIPTION, variables: { after } } }),
        );
        // The answer to a ping says that the subscription before it has been taken.
        socket.send(JSON.stringify({ type: 'ping' }));
      } else if (message.type === 'pong') resolve();
      else received.push(message.payload.data.kycUpdates);
    });
  });
  await once(socket, 'open');
  const authorization = `Bearer ${await readerToken()}`;
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await accepted;
  const closed = once(socket, 'close').then(([code]) => Number(code));
  return { socket, received, closed };
}

/** Sends `count` callbacks of one customer, each 60 KB and new, twenty at a time. */
async function sendLarge(url: string, count: number): Promise<void> {
  const send = async () => {
    const said = { status: randomUUID(), kycEndUserErrorMessage: LARGE };
    const response = await fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback('c', said) });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  };
  for (let sent = 0; sent < count; sent += 20) await Promise.all(Array.from({ length: 20 }, send));
}

async function residentBytes(url: string): Promise<number> {
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const metrics = await (await fetch(`${url}/metrics`, { headers })).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
}

test('60 MB past three clients that do not read: memory stays, and others get everything in order', async () => {
  using folder = temporaryFolder();
  // A small heap is collected often, so that what grows is what is kept. Queues for the three would hold 180 MB.
  const env = serverEnv(folder.path, {
    NODE_OPTIONS: '--max-semi-space-size=1 --max-old-space-size=64',
    CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0',
  });
  await using server = await serve(folder.path, env);
  const reader = await rawSubscriber(server.url);
  await sendLarge(server.url, 200);
  const before = await residentBytes(server.url);
  const stalled = await Promise.all([1, 2, 3].map(() => rawSubscriber(server.url)));
  for (const { socket } of stalled) socket.pause();
  await sendLarge(server.url, 1_000);
  const grown = (await residentBytes(server.url)) - before;
  await expect.poll(() => reader.received.length, { timeout: 10_000 }).toBe(1_200);
  expect(reader.received.map(({ revision }) => revision)).toEqual(
    Array.from({ length: 1_200 }, (_, index) => index + 1),
  );
  expect(grown / 1e6).toBeLessThan(60);
  for (const { socket } of [reader, ...stalled]) socket.terminate();
});

test('it is disconnected after stallMs, and resumes by cursor', async () => {
  await using server = await startTestServer({ callbacksPerCustomerPerMinute: 0 }, { stallMs: 500 });
  const reader = await rawSubscriber(server.url);
  const stalled = await rawSubscriber(server.url);
  await sendLarge(server.url, 20);
  await expect.poll(() => stalled.received.length).toBe(20);
  stalled.socket.pause();
  // More than the kernel's buffers hold.
  await sendLarge(server.url, 400);
  const headers = { authorization: `Bearer ${await adminToken()}` };
  await expect
    .poll(async () => (await fetch(`${server.url}/metrics`, { headers })).text(), { timeout: 10_000 })
    .toContain('xgateway_kyc_stalled_clients_total{transport="websocket"} 1');
  stalled.socket.resume();
  expect(await stalled.closed).toBe(1006);
  const seen = stalled.received.at(-1);
  expect(seen?.revision).toBeLessThan(420);
  const resumed = await rawSubscriber(server.url, seen?.cursor);
  const rest = 420 - (seen?.revision ?? 0);
  await expect.poll(() => resumed.received.length).toBe(rest);
  await expect.poll(() => reader.received.length).toBe(420);
  const all = [...stalled.received, ...resumed.received].map(({ revision }) => revision);
  expect(all).toEqual(Array.from({ length: 420 }, (_, index) => index + 1));
  expect(reader.received.map(({ revision }) => revision)).toEqual(all);
  for (const { socket } of [reader, resumed]) socket.terminate();
});

test('what a client sends is not read while it leaves the answers unread, and is once it reads them', async () => {
  await using server = await startTestServer({ callbacksPerCustomerPerMinute: 0 });
  const reader = await rawSubscriber(server.url);
  const noisy = await rawSubscriber(server.url);
  let pongs = 0;
  noisy.socket.removeAllListeners('message');
  noisy.socket.on('message', (data) => {
    if (JSON.parse(String(data)).type === 'pong') pongs++;
  });
  noisy.socket.pause();
  const ping = JSON.stringify({ type: 'ping', payload: { text: LARGE } });
  // Far more than the buffers of both kernels hold.
  for (let sent = 0; sent < 1_000; sent++) noisy.socket.send(ping);
  // The server had time for all of it: it has done as much for another.
  await sendLarge(server.url, 400);
  await expect.poll(() => reader.received.length, { timeout: 10_000 }).toBe(400);
  expect(noisy.socket.bufferedAmount).toBeGreaterThan(1_000_000);
  noisy.socket.resume();
  await expect.poll(() => pongs, { timeout: 10_000 }).toBe(1_000);
  for (const { socket } of [reader, noisy]) socket.terminate();
});
