/** A backup is restored while every client is away: each kind of client is told, and none is served another history silently. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createResumingClient, type FollowedUpdate, followKyc } from '../../src/client/index.ts';
import { openSocket } from '../support/graphql-socket.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { readerToken, signedCallback, token } from '../support/server.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let stack: AsyncDisposableStack;
let folder: string;
beforeEach(() => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryFolder()).path;
});
afterEach(() => stack.disposeAsync());

async function deliver(server: ServerProcess, label: string, status = 'SOFT_KYC_FAILED'): Promise<void> {
  const body = signedCallback('c', { status, kycRejectLabel: label });
  expect((await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body })).status).toBe(200);
}

const portOf = ({ url }: ServerProcess) => Number(new URL(url).port);

test('CURSOR_UNKNOWN over a raw socket, a fresh snapshot for followKyc, everything again for a client from the earliest', async () => {
  const path = join(folder, 'kyc.db');
  const first = stack.use(await serve(folder));
  const proxy = stack.use(await tcpProxy(portOf(first)));
  await deliver(first, 'A');
  expect(await run(['backup', join(folder, 'backup.db')], folder, serverEnv(folder))).toMatchObject({ code: 0 });
  await deliver(first, 'LOST 1');
  await deliver(first, 'LOST 2');

  const mine: FollowedUpdate[] = [];
  const resets: string[] = [];
  const follower = followKyc({
    url: `http://127.0.0.1:${proxy.port}/graphql`,
    token: await token({ sub: 'c' }),
    onUpdate: (update) => mine.push(update),
    onReset: ({ code }) => resets.push(`follow ${code}`),
  });
  stack.defer(() => follower.close());
  const all: string[][] = [];
  const resuming = createResumingClient({
    url: `ws://127.0.0.1:${proxy.port}/graphql`,
    connectionParams: { authorization: `Bearer ${await readerToken()}` },
    onReset: ({ code }) => resets.push(`resuming ${code}`),
  });
  stack.defer(() => resuming.dispose());
  const query = 'subscription ($after: String) { kycUpdates(after: $after) { cursor rejectLabels } }';
  const cursors: string[] = [];
  resuming.subscribe<{ kycUpdates: { cursor: string; rejectLabels: string[] } }>(
    { query, variables: { after: 'earliest' } },
    {
      next: ({ data }) => {
        if (!data) return;
        all.push(data.kycUpdates.rejectLabels);
        cursors.push(data.kycUpdates.cursor);
      },
      error: () => {},
      complete: () => {},
    },
  );
  await expect.poll(() => [all.length, mine.at(-1)?.rejectLabels]).toEqual([3, ['LOST 2']]);

  await first.kill('SIGKILL');
  for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
  copyFileSync(join(folder, 'backup.db'), path);
  const second = stack.use(await serve(folder));
  await deliver(second, 'B');
  proxy.target = portOf(second);
  proxy.cut();

  await expect.poll(() => all, { timeout: 15_000 }).toEqual([['A'], ['LOST 1'], ['LOST 2'], ['A'], ['B']]);
  await expect.poll(() => mine.at(-1)).toMatchObject({ revision: 2, rejectLabels: ['B'], snapshot: true });
  expect(resets.toSorted()).toEqual(['follow CURSOR_UNKNOWN', 'resuming CURSOR_UNKNOWN']);

  const socket = await openSocket(`${second.url.replace('http', 'ws')}/graphql`);
  socket.init({ token: await readerToken() });
  await socket.next();
  socket.send({ id: '1', type: 'subscribe', payload: { query, variables: { after: cursors[2] } } });
  expect(await socket.next()).toMatchObject({
    id: '1',
    payload: { data: null, errors: [{ extensions: { code: 'CURSOR_UNKNOWN' } }] },
  });
  expect(await socket.next()).toEqual({ id: '1', type: 'complete' });
  // The one that the backup has is still good.
  socket.send({ id: '2', type: 'subscribe', payload: { query, variables: { after: cursors[0] } } });
  expect(await socket.next()).toMatchObject({ payload: { data: { kycUpdates: { rejectLabels: ['B'] } } } });
  socket.socket.terminate();
}, 60_000);
