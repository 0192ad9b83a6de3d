/** A journal that can't be written: callbacks are answered 503, nothing acknowledged is lost, and it recovers by itself. */
import { execFileSync } from 'node:child_process';
import { rmSync, statSync, truncateSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { parseDatabaseUrl } from '../../src/journal/open.ts';
import { commandLine, run, serve, serverEnv } from '../support/process.ts';
import { adminToken, ask, signedCallback, startTestServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const isLinux = process.platform === 'linux';

/** Sends a callback with something new. */
async function send(url: string, customerId: string, said: object): Promise<Response> {
  const response = await fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, said) });
  await response.text();
  return response;
}

async function expectUnavailable(url: string): Promise<void> {
  const refused = await send(url, 'c', { status: 'REFUSED' });
  expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
  expect((await fetch(`${url}/health/ready`)).status).toBe(503);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
}

/** Everything that is known of the customer `c` is what was acknowledged, and the next callback goes through. */
async function expectRecovery(url: string, acknowledged: number): Promise<void> {
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  const query = '{ kyc(customerId: "c") { revision rawStatus } }';
  const { data } = await ask(url, query, await adminToken());
  expect(data.kyc).toEqual({ revision: acknowledged, rawStatus: `STATUS ${acknowledged}` });
  expect((await send(url, 'c', { status: `STATUS ${acknowledged + 1}` })).status).toBe(200);
}

test('another connection that holds the write lock', async () => {
  await using server = await startTestServer();
  await send(server.url, 'c', { status: 'STATUS 1' });
  const database = parseDatabaseUrl(server.settings.databaseUrl);
  const other = new DatabaseSync(database.kind === 'sqlite' ? database.path : '');
  other.exec('begin immediate');
  const startedAt = performance.now();
  await expectUnavailable(server.url);
  // SQLite waits on our only thread: everybody else waits with it.
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  const [{ data }] = await Promise.all([
    server.query('{ kyc(customerId: "c") { revision } }', await adminToken()),
    send(server.url, 'c', { status: 'REFUSED' }),
  ]);
  expect(data.kyc.revision).toBe(1);
  expect(server.logged.filter((line) => line.includes('The journal is unavailable'))).not.toHaveLength(0);
  other.exec('rollback');
  other.close();
  await expectRecovery(server.url, 1);
});

/** Sends until not even the page of a readiness check fits any more. Returns how many were acknowledged. */
async function fill(url: string): Promise<number> {
  let count = 1;
  for (const length of [20_000, 0]) {
    const said = { kycEndUserErrorMessage: 'x'.repeat(length) };
    while ((await send(url, 'c', { ...said, status: `STATUS ${count}` })).status === 200) count++;
  }
  await expect.poll(async () => (await fetch(`${url}/health/ready`)).status).toBe(503);
  return count - 1;
}

test.runIf(isLinux)('a disk that is full', async () => {
  using folder = temporaryFolder();
  // A file may not grow beyond 600 KiB, which to a program is a full disk. Node ignores the signal that comes with it.
  const limited = ['bash', '-c', 'ulimit -S -f 600; exec "$@"', 'bash', ...commandLine(['serve'])] as const;
  await using server = await serve(folder.path, serverEnv(folder.path, { NODE_DISABLE_COMPILE_CACHE: '1' }), [
    ...limited,
  ]);
  const acknowledged = await fill(server.url);
  expect(acknowledged).toBeGreaterThan(3);
  await expectUnavailable(server.url);
  execFileSync('prlimit', ['--pid', String(server.pid), '--fsize=unlimited']);
  await expectRecovery(server.url, acknowledged);
  await server.kill('SIGKILL');
  await using restarted = await serve(folder.path);
  await expectRecovery(restarted.url, acknowledged + 1);
  expect((await run(['verify'], folder.path, serverEnv(folder.path))).code).toBe(0);
});

/** Whether files can be made immutable here: root on a file system of Linux's own. The only way to stop root's writes. */
function canFreeze(): boolean {
  try {
    using folder = temporaryFolder();
    execFileSync('chattr', ['+i', folder.path], { stdio: 'ignore' });
    execFileSync('chattr', ['-i', folder.path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test.runIf(isLinux && canFreeze())('a disk that turns read-only', async () => {
  await using server = await startTestServer();
  const database = parseDatabaseUrl(server.settings.databaseUrl);
  const path = database.kind === 'sqlite' ? database.path : '';
  const files = [path, `${path}-wal`].filter((file) => statSync(file));
  await send(server.url, 'c', { status: 'STATUS 1' });
  execFileSync('chattr', ['+i', ...files]);
  try {
    await expectUnavailable(server.url);
  } finally {
    execFileSync('chattr', ['-i', ...files]);
  }
  await expectRecovery(server.url, 1);
});

test('a journal that cannot be made is a start that is refused', async () => {
  using folder = temporaryFolder();
  const env = serverEnv(folder.path, { DATABASE_URL: 'sqlite:/dev/null/kyc.db' });
  const { code, stderr } = await run(['serve'], folder.path, env);
  expect(code).toBe(1);
  expect(stderr).toMatch(/\/dev\/null.*Set DATABASE_URL to a file in a folder/);
});

test.each(['deleted', 'truncated', 'left without its log'])(
  'a journal that is %s under the server: 503 for good, one fatal line, and no acknowledgement',
  async (fate) => {
    await using server = await startTestServer();
    const database = parseDatabaseUrl(server.settings.databaseUrl);
    const path = database.kind === 'sqlite' ? database.path : '';
    await send(server.url, 'c', { status: 'STATUS 1' });
    if (fate === 'truncated') truncateSync(path, 0);
    else rmSync(fate === 'deleted' ? path : `${path}-wal`);
    await expectUnavailable(server.url);
    await expectUnavailable(server.url);
    const fatal = server.logged.filter((line) => (JSON.parse(line) as { level: number }).level === 60);
    expect(fatal).toHaveLength(1);
    expect(fatal[0]).toMatch(/nothing is recorded any more/);
    expect(fatal[0]).toContain(path);
    const answer = await fetch(`${server.url}/health/ready`);
    expect(await answer.text()).not.toContain(path);
  },
);

test('the size of the write-ahead log is a metric', async () => {
  await using server = await startTestServer();
  await send(server.url, 'c', { status: 'STATUS 1' });
  expect(await server.metric('xgateway_kyc_journal_wal_bytes')).toBeGreaterThan(4_096);
});
