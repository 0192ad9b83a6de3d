/**
 * A process is stopped for 40 s (SIGSTOP, a suspended machine) while it holds what others need, and goes on.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openSocket } from '../support/graphql-socket.ts';
import { freshDatabase } from '../support/postgres.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SUSPENDED_MS = 40_000;

const send = ({ url }: ServerProcess, customerId: string, status: string) =>
  fetch(`${url}/callbacks/kyc`, {
    method: 'POST',
    body: signedCallback(customerId, { status }),
    signal: AbortSignal.timeout(8_000),
  }).then(({ status }) => status);

async function follow({ url }: ServerProcess) {
  const socket = await openSocket(`${url.replace('http', 'ws')}/graphql`);
  socket.init({ token: await readerToken() });
  await socket.next();
  socket.send({ id: '1', type: 'subscribe', payload: { query: 'subscription { kycUpdates { customerId } }' } });
  return socket;
}

test('a server on SQLite: no second one gets in, and it goes on with its sockets', async () => {
  using folder = temporaryFolder();
  await using server = await serve(folder.path);
  const socket = await follow(server);
  expect(await send(server, 'c', 'KYC_PENDING')).toBe(200);
  await socket.next();
  process.kill(server.pid, 'SIGSTOP');
  const second = await run(['serve'], folder.path, serverEnv(folder.path));
  expect(second).toMatchObject({ code: 1 });
  expect(second.stdout + second.stderr).toMatch(/Another process serves the journal/);
  await sleep(SUSPENDED_MS);
  process.kill(server.pid, 'SIGCONT');
  expect(await send(server, 'c', 'FULL_USER')).toBe(200);
  expect(await socket.next()).toMatchObject({ payload: { data: { kycUpdates: { customerId: 'c' } } } });
  socket.socket.terminate();
}, 90_000);

test('an instance on Postgres, under load: the others go on within seconds, and nothing is lost', async () => {
  using folder = temporaryFolder();
  const databaseUrl = await freshDatabase();
  const env = serverEnv(folder.path, { DATABASE_URL: databaseUrl, CALLBACKS_PER_CUSTOMER_PER_MINUTE: '0' });
  await using stopped = await serve(folder.path, env);
  await using other = await serve(folder.path, env);
  const socket = await follow(stopped);
  let isOver = false;
  let acknowledged = 0;
  const load = Array.from({ length: 16 }, async (_, lane) => {
    for (let step = 0; !isOver; step++) {
      // The same customers at both: conflicts are decided again with the lock held.
      const status = await send(stopped, `c${step % 4}`, `STATUS ${lane} ${step}`).catch(() => 0);
      if (status === 200) acknowledged++;
    }
  });
  await expect.poll(() => acknowledged, { timeout: 10_000 }).toBeGreaterThan(200);
  process.kill(stopped.pid, 'SIGSTOP');
  const startedAt = performance.now();
  await expect
    .poll(() => send(other, 'c1', `AFTER ${performance.now()}`).catch(() => 0), { timeout: 15_000 })
    .toBe(200);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
  await sleep(SUSPENDED_MS);
  process.kill(stopped.pid, 'SIGCONT');
  await expect
    .poll(() => send(stopped, 'c2', `AFTER ${performance.now()}`).catch(() => 0), { timeout: 15_000 })
    .toBe(200);
  isOver = true;
  await Promise.all(load);
  expect(await send(other, 'last', 'CREATED')).toBe(200);
  const seen: string[] = [];
  while (seen.at(-1) !== 'last') {
    const { payload } = (await socket.next()) as { payload: { data: { kycUpdates: { customerId: string } } } };
    seen.push(payload.data.kycUpdates.customerId);
  }
  expect(seen.length).toBeGreaterThan(acknowledged);
  expect(await run(['verify'], folder.path, env)).toMatchObject({ code: 0 });
  socket.socket.terminate();
}, 120_000);
