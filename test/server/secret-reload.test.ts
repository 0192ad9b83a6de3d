import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecretReload } from '../../src/server/secret-reload.ts';
import { readSettings } from '../../src/server/settings.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { serve } from '../support/process.ts';
import { ask, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const OLD = 'the old secret, of thirty-two bytes or more';
const NEW = 'the new secret, of thirty-two bytes or more';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

/** Puts files where Kubernetes would: behind a symbolic link that is replaced. */
function mount(version: string, files: Readonly<Record<string, string>>): void {
  const target = join(folder.path, version);
  mkdirSync(target);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(target, name), `${content}\n`);
  symlinkSync(version, join(folder.path, `${version}-link`));
  renameSync(join(folder.path, `${version}-link`), join(folder.path, 'secrets'));
}

const env = (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
  PORT: '0',
  DATABASE_URL: `sqlite:${folder.path}/kyc.db`,
  XGATEWAY_SECRET_KEY_FILE: join(folder.path, 'secrets/callbacks'),
  JWT_SECRET_FILE: join(folder.path, 'secrets/tokens'),
  ...more,
});

const tokenBy = (secret: string) =>
  new SignJWT({ sub: 'c' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

test('serve: swapped files are used within five seconds, SIGHUP uses them at once, and a bad one changes nothing', async () => {
  mount('1', { callbacks: 'old', tokens: OLD });
  await using server = await serve(folder.path, env());
  const callback = async (secret: string) => {
    const body = signedCallback('c', { status: 'KYC_NEEDED' }, secret);
    return (await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body })).status;
  };
  const isAccepted = async (token: string) => (await ask(server.url, '{ myKyc { status } }', token)).data !== undefined;
  const [oldToken, newToken] = [await tokenBy(OLD), await tokenBy(NEW)];
  expect([await callback('old'), await callback('new')]).toEqual([200, 401]);
  expect([await isAccepted(oldToken), await isAccepted(newToken)]).toEqual([true, false]);

  mount('2', { callbacks: 'new', tokens: NEW });
  const swappedAt = performance.now();
  await eventually(async () => (await callback('new')) === 200);
  expect(performance.now() - swappedAt).toBeLessThan(5_000);
  expect(await callback('old')).toBe(401);
  // The old token had been verified a moment ago: its place in the cache is gone with its secret.
  expect([await isAccepted(oldToken), await isAccepted(newToken)]).toEqual([false, true]);

  mount('3', { callbacks: 'newest', tokens: 'short' });
  process.kill(server.pid, 'SIGHUP');
  const error = JSON.parse(await server.line((line) => line.includes('cannot be used')));
  expect(error).toMatchObject({ level: 50, problems: [expect.stringMatching(/^JWT_SECRET must have 32 bytes/)] });
  expect([await callback('new'), await callback('newest'), await isAccepted(newToken)]).toEqual([200, 401, true]);

  writeFileSync(join(folder.path, 'secrets/tokens'), OLD);
  process.kill(server.pid, 'SIGHUP');
  await eventually(async () => (await callback('newest')) === 200);
  expect(await isAccepted(oldToken)).toBe(true);
  const { stdout } = await server.kill('SIGTERM');
  for (const secret of [OLD, NEW, 'newest']) expect(stdout).not.toContain(`"${secret}`);
});

test('only what has changed is replaced, and what is read at start asks for a restart', async () => {
  mount('1', { callbacks: 'old', tokens: OLD, api: 'key 1', database: `sqlite:${folder.path}/kyc.db` });
  const files = { XGATEWAY_API_KEY_FILE: join(folder.path, 'secrets/api'), DATABASE_URL: '' };
  const given = env({ ...files, DATABASE_URL_FILE: join(folder.path, 'secrets/database') });
  const lines: string[] = [];
  const log = pino({}, { write: (line) => lines.push(line) });
  const rotations: unknown[] = [];
  const settings = readSettings(given);
  using reload = new SecretReload({ env: given, settings, log, rotate: (secrets) => rotations.push(secrets) });
  mount('2', { callbacks: 'old', tokens: OLD, api: 'key 2', database: 'sqlite:/elsewhere/kyc.db' });
  await reload.reload();
  expect(rotations).toEqual([{ apiKey: 'key 2' }]);
  expect(lines.join()).toMatch(/"changed":\["DATABASE_URL"\].*Restart/);
  expect(lines.join()).toContain('"changed":["XGATEWAY_API_KEY"]');
  expect(lines.join()).not.toMatch(/key 2|elsewhere/);
});

test('a changed file is found without a signal, and its secret replaced once', async () => {
  mount('1', { callbacks: 'old', tokens: OLD });
  const rotations: unknown[] = [];
  const log = pino({ level: 'silent' });
  const given = env();
  const settings = readSettings(given);
  using _reload = new SecretReload({ env: given, settings, log, rotate: (one) => rotations.push(one), pollMs: 20 });
  writeFileSync(join(folder.path, 'secrets/callbacks'), 'another');
  await eventually(() => rotations.length > 0);
  expect(rotations).toEqual([{ callbacks: { current: 'another', previous: undefined } }]);
});

test('a password of Postgres that was rotated is used without a restart, once the database accepts it', async () => {
  const owner = await freshDatabase();
  const role = `kyc_${randomUUID().slice(0, 8)}`;
  const setPassword = (password: string) => query(owner, `alter role ${role} password '${password}'`);
  await query(owner, `create role ${role} login password 'old-password'`);
  const { pathname } = new URL(owner);
  await query(owner, `alter database ${pathname.slice(1)} owner to ${role}`);
  const urlWith = (password: string) => {
    const url = new URL(owner);
    url.username = role;
    url.password = password;
    return url.href;
  };
  mount('1', { callbacks: 'old', tokens: OLD, database: urlWith('old-password') });
  const file = join(folder.path, 'secrets/database');
  await using server = await serve(folder.path, env({ DATABASE_URL: '', DATABASE_URL_FILE: file }));
  const callback = async (status: string) => {
    const body = signedCallback('c', { status }, 'old');
    return (await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body })).status;
  };
  const cutAll = () => query(owner, `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${role}'`);
  expect(await callback('CREATED')).toBe(200);

  // The file first: what is in use stays, and the log says why.
  writeFileSync(file, urlWith('new-password'));
  const error = JSON.parse(await server.line((line) => line.includes('cannot be used')));
  expect(error.problems).toEqual([expect.stringMatching(/password authentication failed/)]);
  expect(await callback('KYC_NEEDED')).toBe(200);
  await setPassword('new-password');
  await server.line((line) => line.includes('"changed":["DATABASE_URL"]') && line.includes('replaced'));
  await cutAll();
  await eventually(async () => (await callback('KYC_PENDING')) === 200);
  expect(server.said.stdout.match(/cannot be used/g)).toHaveLength(1);

  // The database first: new connections fail until the file follows.
  await setPassword('newest-password');
  await cutAll();
  writeFileSync(file, urlWith('newest-password'));
  await eventually(async () => (await callback('FULL_USER')) === 200);
  const listening = `select from pg_stat_activity where usename = '${role}' and application_name like '% notifier'`;
  await eventually(async () => (await query(owner, listening)).length === 1);

  // Another database is another journal: that takes a restart.
  writeFileSync(file, urlWith('newest-password').replace(pathname, '/elsewhere'));
  await server.line((line) => line.includes('"changed":["DATABASE_URL"]') && line.includes('Restart'));
  expect(await callback('HARD_KYC_FAILED')).toBe(200);
  const { stdout } = await server.kill('SIGTERM');
  for (const password of ['old-password', 'new-password', 'newest-password']) expect(stdout).not.toContain(password);
});
