/** Backups by Postgres' own tools: a real `pg_dump` beside a running server, and a real `pg_restore`, with the commands of docs/drills.md. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../support/postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { ask, readerToken, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const PAGE = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'drills.md'), 'utf8');
const [DUMP = 'false', RESTORE = 'false'] = [...PAGE.matchAll(/^```bash\n(pg_[\s\S]*?)^```/gm)].map(([, text]) => text);

let folder: ReturnType<typeof temporaryFolder>;
let postgres: PostgresServer;
let stack: AsyncDisposableStack;
beforeAll(async () => {
  stack = new AsyncDisposableStack();
  folder = stack.use(temporaryFolder());
  // pg_dump refuses servers of later releases than its own: Debian's server is of the same.
  const [native] = globSync('/usr/lib/postgresql/*').toSorted(
    (a, b) => Number(b.split('/').at(-1)) - Number(a.split('/').at(-1)),
  );
  if (native === undefined) throw new Error('Install postgresql: it has pg_dump and a server of the same release.');
  postgres = stack.use(await startPostgres({ native }));
});
afterAll(() => stack.disposeAsync());

async function newDatabase(name: string): Promise<string> {
  await query(postgres.url('postgres'), `create database ${name}`);
  return postgres.url(name);
}

const shell = (command: string, env: Record<string, string>) =>
  execFileSync('bash', ['-c', command], {
    cwd: folder.path,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: 'pipe',
  });

const served = async (url: string) =>
  stack.use(await serve(folder.path, serverEnv(folder.path, { DATABASE_URL: url })));

async function deliver({ url }: ServerProcess, customerId: string, status: string): Promise<number> {
  return (await fetch(`${url}/callbacks/kyc`, { method: 'POST', body: signedCallback(customerId, { status }) })).status;
}

interface Page {
  readonly statuses: readonly string[];
  readonly cursors: readonly string[];
  readonly code: string | undefined;
}

/** The updates after a cursor. */
async function pageOf({ url }: ServerProcess, after = 'earliest'): Promise<Page> {
  const document =
    'query ($after: String) { kycUpdates(first: 50, after: $after) { edges { cursor node { rawStatus } } } }';
  const { data, errors } = await ask(url, document, await readerToken(), { after });
  const edges: { cursor: string; node: { rawStatus: string } }[] = data?.kycUpdates?.edges ?? [];
  return {
    statuses: edges.map(({ node }) => node.rawStatus),
    cursors: edges.map(({ cursor }) => cursor),
    code: errors?.[0]?.extensions.code,
  };
}

test('a dump that is restored elsewhere: kept cursors continue, lost ones are CURSOR_UNKNOWN, the chain holds and goes on', async () => {
  const url = await newDatabase('before');
  const first = await served(url);
  for (const status of ['CREATED', 'KYC_NEEDED']) expect(await deliver(first, 'alice', status)).toBe(200);
  shell(DUMP, { DATABASE_URL: url });
  for (const status of ['KYC_PENDING', 'FULL_USER']) expect(await deliver(first, 'alice', status)).toBe(200);
  const { cursors } = await pageOf(first);
  await first.kill('SIGTERM');

  const restored = await newDatabase('restored');
  shell(RESTORE, { RESTORED_URL: restored });
  const env = { DATABASE_URL: restored };
  expect(await run(['verify'], folder.path, env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('2 entries'),
  });
  const second = await served(restored);
  expect(await deliver(second, 'alice', 'KYC_NEEDED')).toBe(200);
  expect(await deliver(second, 'alice', 'HARD_KYC_FAILED')).toBe(200);
  expect(await pageOf(second, cursors[1])).toMatchObject({ statuses: ['HARD_KYC_FAILED'], code: undefined });
  for (const lost of cursors.slice(2)) expect(await pageOf(second, lost)).toMatchObject({ code: 'CURSOR_UNKNOWN' });
  await second.kill('SIGTERM');
  expect(await run(['verify'], folder.path, env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('3 entries'),
  });
}, 60_000);

test('a dump that is restored over the database of a running server: nothing is acknowledged any more, until a restart', async () => {
  const url = await newDatabase('running');
  const server = await served(url);
  expect(await deliver(server, 'alice', 'CREATED')).toBe(200);
  shell(DUMP, { DATABASE_URL: url });
  expect(await deliver(server, 'alice', 'FULL_USER')).toBe(200);
  shell(`${RESTORE.trim()} --clean`, { RESTORED_URL: url });
  await expect.poll(async () => (await fetch(`${server.url}/health/ready`)).status).toBe(503);
  expect(await deliver(server, 'alice', 'KYC_PENDING')).toBe(503);
  expect(server.said.stdout).toMatch(/Entries were removed or replaced|no journal/);
  await server.kill('SIGTERM');
  const again = await served(url);
  expect(await pageOf(again)).toMatchObject({ statuses: ['CREATED'] });
  expect(await deliver(again, 'alice', 'KYC_PENDING')).toBe(200);
}, 60_000);
