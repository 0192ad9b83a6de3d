/** The wall clock of a server is stepped under live connections: none is cut, and heartbeats go on. */
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSocket } from '../support/graphql-socket.ts';
import { type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { adminToken, readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SHIM = join(import.meta.dirname, '..', 'support', 'clock-shim.js');
const FOLLOW = { query: 'subscription { kycStatusChanged(customerId: "c") { status } }' };

function serveWithClock(folder: string, stepMs: number): Promise<ServerProcess> {
  return serve(folder, serverEnv(folder, { NODE_OPTIONS: `--import ${SHIM}`, CLOCK_STEP_MS: String(stepMs) }));
}

async function stepClock(server: ServerProcess): Promise<void> {
  process.kill(server.pid, 'SIGUSR2');
  await server.line((line) => line === 'the clock was stepped');
}

async function followers({ url }: ServerProcess) {
  const socket = await openSocket(`${url.replace('http', 'ws')}/graphql`);
  socket.init({ token: await readerToken() });
  await socket.next();
  socket.send({ id: '1', type: 'subscribe', payload: FOLLOW });
  const stream = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await readerToken()}` },
    body: JSON.stringify(FOLLOW),
  });
  let text = '';
  const read = async () => {
    for await (const chunk of stream.body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  };
  const ended = read().catch(() => {});
  await expect.poll(() => text).toBe(':\n\n');
  return { socket, ended, text: () => text };
}

const send = (url: string, status: string) =>
  fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback('c', { status }) });

test('a step of 40 s forward cuts no socket and no stream', async () => {
  using folder = temporaryFolder();
  await using server = await serveWithClock(folder.path, 40_000);
  const { socket, text } = await followers(server);
  await send(server.url, 'KYC_PENDING');
  expect(await socket.next()).toMatchObject({ payload: { data: { kycStatusChanged: { status: 'KYC_PENDING' } } } });
  await stepClock(server);
  // A socket that says nothing is ended by the fourth sweep: then the others have been looked at as often.
  const silent = await openSocket(`${server.url.replace('http', 'ws')}/graphql`);
  await silent.closed;
  await send(server.url, 'FULL_USER');
  expect(await socket.next()).toMatchObject({ payload: { data: { kycStatusChanged: { status: 'FULL_USER' } } } });
  await expect.poll(text).toContain('"status":"FULL_USER"');
  const headers = { authorization: `Bearer ${await adminToken()}` };
  const metrics = await (await fetch(`${server.url}/metrics`, { headers })).text();
  for (const transport of ['websocket', 'sse']) {
    expect(metrics).toContain(`xgateway_kyc_connections{transport="${transport}"} 1`);
    expect(metrics).not.toMatch(new RegExp(`stalled_clients_total{transport="${transport}"} [1-9]`));
  }
  socket.socket.terminate();
});

test('a step of an hour back stops no heartbeat', async () => {
  using folder = temporaryFolder();
  await using server = await serveWithClock(folder.path, -3_600_000);
  const { socket, text } = await followers(server);
  await stepClock(server);
  await once(socket.socket, 'ping', { signal: AbortSignal.timeout(20_000) });
  await expect.poll(text).toBe(':\n\n:\n\n');
  socket.socket.terminate();
});
