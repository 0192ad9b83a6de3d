/** The drills of docs/drills.md, each command as written, against real servers, a real Postgres and a real failover. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freshDatabase, query } from '../support/postgres.ts';
import { startReplicatedPostgres } from '../support/postgres-server.ts';
import { type ServerProcess, serve } from '../support/process.ts';
import { adminToken, ask, readerToken, signedCallback } from '../support/server.ts';
import { shellShims } from '../support/shell.ts';
import { tcpProxy, through } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { API_KEY, startXgateway, type XgatewayStandIn } from '../support/xgateway.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'drills.md'), 'utf8');

/** The commands under a heading, in order. */
function commandsOf(heading: string): readonly string[] {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  // What takes hours in a disaster takes a second here: a customer may have been confirmed within the last minute.
  return [...section.matchAll(/^```(?:sh|sql)\n([\s\S]*?)^```/gm)].map(([, text = '']) =>
    text.trim().replace('--stale 1m', '--stale 0m'),
  );
}

let stack: AsyncDisposableStack;
let folder: string;
let shell: ReturnType<typeof shellShims>;
let api: XgatewayStandIn;
beforeEach(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryFolder()).path;
  shell = shellShims(folder);
  api = stack.use(await startXgateway());
  mkdirSync(join(folder, 'data'));
});
afterEach(() => stack.disposeAsync());

const sqlite = (more: NodeJS.ProcessEnv = {}) =>
  shell.env({
    DATABASE_URL: 'sqlite:data/kyc.db',
    XGATEWAY_API_KEY: API_KEY,
    XGATEWAY_API_URL: api.url,
    TOKEN: undefined,
    ...more,
  });

async function start(env: NodeJS.ProcessEnv, program?: readonly [string, ...string[]]): Promise<ServerProcess> {
  return stack.use(await serve(folder, env, program));
}

/** Runs a command of the page beside a server. Returns what it printed. */
async function run(command: string | undefined, env: NodeJS.ProcessEnv, server?: ServerProcess): Promise<string> {
  const { host, port } = new URL(server?.url ?? 'http://127.0.0.1:9');
  const here = (command ?? 'false').replaceAll('127.0.0.1:4000', host);
  const { code, output } = await shell.run(here, { ...env, ...(server && { PORT: port, TOKEN: await adminToken() }) });
  expect({ command: here, code, output }).toMatchObject({ code: 0 });
  return output;
}

/** Delivers a callback as XGateway would, and XGateway's API says the same from then on. */
async function deliver({ url }: ServerProcess, customerId: string, status: string, secret?: string): Promise<void> {
  api.customers.set(customerId, { status });
  const send = async () =>
    (await fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, { status }, secret) }))
      .status;
  await expect.poll(() => send().catch(() => 0), { timeout: 20_000 }).toBe(200);
}

async function statusOf({ url }: ServerProcess, customerId: string): Promise<string | undefined> {
  const { data } = await ask(url, `{ kyc(customerId: "${customerId}") { rawStatus } }`, await readerToken());
  return data?.kyc?.rawStatus;
}

/** The cursor of the latest update. */
async function lastCursor({ url }: ServerProcess): Promise<string> {
  const query = '{ kycUpdates(last: 1) { edges { cursor } } }';
  return (await ask(url, query, await readerToken())).data.kycUpdates.edges[0].cursor;
}

/** How a stream that is resumed with this cursor begins: the code of an error, or nothing. */
async function resumedWith({ url }: ServerProcess, cursor: string): Promise<string | undefined> {
  const query = `{ kycUpdates(first: 1, after: "${cursor}") { edges { cursor } } }`;
  return (await ask(url, query, await readerToken())).errors?.[0]?.extensions.code;
}

test('restore a backup (SQLite)', async () => {
  const [backup, restore, stale, ids] = commandsOf('Restore a backup (SQLite)');
  const before = await start(sqlite());
  await deliver(before, 'alice', 'KYC_PENDING');
  expect(await run(backup, sqlite(), before)).toMatch(/backup\.db holds the journal up to position \d/);
  await deliver(before, 'alice', 'FULL_USER');
  await deliver(before, 'bob', 'FULL_USER');
  await before.kill('SIGKILL');

  expect(await run(restore, sqlite())).toMatch(/entr(y|ies) verified/);
  const after = await start(sqlite());
  expect(await statusOf(after, 'bob')).toBeUndefined();
  await run(stale, sqlite(), after);
  await expect.poll(() => statusOf(after, 'alice'), { timeout: 10_000 }).toBe('FULL_USER');
  writeFileSync(join(folder, 'customer-ids.txt'), 'alice\nbob\n');
  await run(ids, sqlite(), after);
  expect(await statusOf(after, 'bob')).toBe('FULL_USER');
}, 60_000);

test('restore a backup (Postgres)', async () => {
  const [backup, restore, stale] = commandsOf('Restore a backup (Postgres)');
  const env = sqlite({ DATABASE_URL: await freshDatabase() });
  const before = await start(env);
  await deliver(before, 'alice', 'KYC_PENDING');
  expect(await run(backup, env, before)).toMatch(/backup\.db holds the journal up to position \d/);
  await deliver(before, 'alice', 'FULL_USER');
  const lost = await lastCursor(before);
  await before.kill('SIGKILL');

  const restored = sqlite({ DATABASE_URL: await freshDatabase() });
  const moveInto = (restore ?? '').replace(/DATABASE_URL=\S+/, `DATABASE_URL=${restored['DATABASE_URL']}`);
  expect(moveInto).not.toContain('5433');
  expect(await run(moveInto, env)).toMatch(/Moved up to position[\s\S]*entr(y|ies) verified/);
  const after = await start(restored);
  expect(await statusOf(after, 'alice')).toBe('KYC_PENDING');
  expect(await resumedWith(after, lost)).toBe('CURSOR_UNKNOWN');
  await run(stale, restored, after);
  await expect.poll(() => statusOf(after, 'alice'), { timeout: 10_000 }).toBe('FULL_USER');
}, 60_000);

test('fail over to a standby that lags (Postgres)', async () => {
  const [promote, ready, stale, verify] = commandsOf('Fail over to a standby (Postgres)');
  let replication!: Awaited<ReturnType<typeof tcpProxy>>;
  const servers = stack.use(
    await startReplicatedPostgres(stack.use(temporaryFolder()).path, async (port) => {
      replication = stack.use(await tcpProxy(port));
      return replication.port;
    }),
  );
  const database = stack.use(await tcpProxy(servers.primary.port));
  const url = `${through(database, servers.primary.url('postgres'))}?connect_timeout=1000&statement_timeout=1000`;
  const env = sqlite({ DATABASE_URL: url });
  const server = await start(env);
  await deliver(server, 'alice', 'KYC_PENDING');
  const entries = 'select count(*)::int as count from xgateway_kyc.entries';
  const counted = async (at: string) => (await query(at, entries).catch(() => []))[0]?.['count'];
  await expect.poll(async () => (await counted(servers.standby.url('postgres'))) ?? 0).toBeGreaterThan(0);
  await expect
    .poll(async () => counted(servers.standby.url('postgres')))
    .toBe(await counted(servers.primary.url('postgres')));
  replication.judge = () => 'freeze';
  replication.freeze();
  await deliver(server, 'alice', 'FULL_USER');

  await servers.primary.crash();
  await query(servers.standby.url('postgres'), promote ?? '');
  database.target = servers.standby.port;
  database.cut();
  await run(ready, env, server);
  await expect.poll(() => statusOf(server, 'alice'), { timeout: 10_000 }).toBe('KYC_PENDING');
  await run(stale, env, server);
  await expect.poll(() => statusOf(server, 'alice'), { timeout: 10_000 }).toBe('FULL_USER');
  expect(await run(verify, env)).toMatch(/entr(y|ies) verified/);
  expect(server.said.stdout).toContain('The journal was replaced');
}, 90_000);

test('rotate the callback secret', async () => {
  const [restart, send, metric, replay] = commandsOf('Rotate the callback secret');
  const env = sqlite({ XGATEWAY_SECRET_KEY: undefined, XGATEWAY_API_KEY: undefined, XGATEWAY_API_URL: undefined });
  const refusing = await start({ ...env, XGATEWAY_SECRET_KEY: 'the-old-secret' });
  const body = signedCallback('bob', { status: 'FULL_USER' }, 'the-new-secret');
  expect((await fetch(`${refusing.url}/callbacks/kyc`, { method: 'POST', body })).status).toBe(401);
  await refusing.kill('SIGTERM');

  const server = await start(env, ['bash', '-c', `exec env ${restart}`]);
  await run(send, env, server);
  expect(await run(metric, env, server)).toMatch(
    /secret="current"\} 1[\s\S]*secret="previous"\} 1|secret="previous"\} 1[\s\S]*secret="current"\} 1/,
  );
  await run(replay, env, server);
  expect([await statusOf(server, 'alice'), await statusOf(server, 'bob')]).toEqual(['FULL_USER', 'FULL_USER']);
}, 60_000);

test('upgrade, and back', async () => {
  const [prepare, migrate, back] = commandsOf('Upgrade, and back');
  const before = await start(sqlite());
  await deliver(before, 'alice', 'FULL_USER');
  await run(prepare, sqlite(), before);
  await before.kill('SIGTERM');
  await run(migrate, sqlite());

  // A release to come has changed the schema.
  const database = new DatabaseSync(join(folder, 'data', 'kyc.db'));
  database.exec('pragma user_version = 9999');
  database.close();
  const refused = await shell.run('npx xgateway-kyc verify', sqlite());
  expect(refused).toMatchObject({ code: 1, output: expect.stringContaining('has schema version 9999') });
  await run(back, sqlite());
  expect(existsSync(join(folder, 'upgraded', 'kyc.db'))).toBe(true);
  expect(await statusOf(await start(sqlite()), 'alice')).toBe('FULL_USER');
}, 60_000);

test('every drill of the page is run here', () => {
  const tried = [
    'Restore a backup (SQLite)',
    'Restore a backup (Postgres)',
    'Fail over to a standby (Postgres)',
    'Rotate the callback secret',
    'Upgrade, and back',
  ];
  expect([...PAGE.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(tried);
});
