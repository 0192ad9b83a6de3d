import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeError } from '../../src/errors.ts';
import { freshDatabase } from '../support/postgres.ts';
import { run, serve, serverEnv } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { API_KEY, startXgateway } from '../support/xgateway.ts';

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

const check = async (env: NodeJS.ProcessEnv) => {
  const { code, stdout, stderr } = await run(['check', '--json'], folder.path, env);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const findings = lines.map((line) => JSON.parse(line) as { about: string; level: string; text: string });
  const of = (about: string) =>
    findings.filter((one) => one.about === about).map(({ level, text }) => `${level}: ${text}`);
  return { code, stderr, findings, of, stdout };
};

async function listening(handler: RequestListener) {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

test('with nothing set: all is well, and nothing is made', async () => {
  const { code, of } = await check({});
  expect(code).toBe(0);
  expect(of('settings')).toEqual(['ok: all defaults: for development']);
  expect(of('journal')).toEqual([expect.stringMatching(/^ok: none yet/)]);
  expect(readdirSync(folder.path)).toEqual([]);
});

test('beside a running server: its journal, its position, and no secret', async () => {
  const env = serverEnv(folder.path);
  await using server = await serve(folder.path, env);
  const port = new URL(server.url).port;
  expect((await run(['send'], folder.path, { ...env, PORT: port })).code).toBe(0);
  const { code, of, stdout } = await check(env);
  expect([code, of('journal')]).toEqual([0, [`ok: ${join(folder.path, 'kyc.db')}, position 1`]]);
  for (const name of ['XGATEWAY_SECRET_KEY', 'JWT_SECRET']) expect(of('settings')[0]).toContain(`${name}=set`);
  expect(stdout).not.toContain(String(env['JWT_SECRET']));
  const ready = JSON.parse(server.said.stdout.split('\n').find((line) => line.includes('"ready"')) ?? '');
  expect(ready).toMatchObject({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    node: process.versions.node,
    callbacks: `${server.url}/callbacks/kyc`,
    journal: join(folder.path, 'kyc.db'),
    isNew: true,
    settings: { XGATEWAY_SECRET_KEY: 'set', JWT_SECRET: 'set', DATABASE_URL: 'set', PORT: '0' },
  });
});

test('wrong settings: each is a problem, the exit code is 1, and nothing else is looked at', async () => {
  const { code, findings, stderr } = await check({ NODE_ENV: 'production', PORT: 'x' });
  expect([code, stderr]).toEqual([1, '3 problems found.\n']);
  expect(new Set(findings.map(({ about, level }) => `${about} ${level}`))).toEqual(new Set(['settings problem']));
});

test("XGateway's API: a key that is accepted, one that is refused, and nobody there", async () => {
  await using xgateway = await startXgateway();
  const env = { ...serverEnv(folder.path), XGATEWAY_API_URL: xgateway.url };
  const accepted = await check({ ...env, XGATEWAY_API_KEY: API_KEY });
  expect([accepted.code, accepted.of('API key')]).toEqual([0, [expect.stringMatching(/^ok: accepted by 127/)]]);
  expect(accepted.of('clock')).toEqual([expect.stringMatching(/^ok: within 5 s/)]);
  const refused = await check({ ...env, XGATEWAY_API_KEY: 'wrong' });
  expect([refused.code, refused.of('API key')]).toEqual([1, [expect.stringMatching(/^problem: .*XGATEWAY_API_KEY/)]]);
  const nobody = await check({ ...env, XGATEWAY_API_KEY: 'k', XGATEWAY_API_URL: 'http://127.0.0.1:2/v2' });
  expect(nobody.of('API key')).toEqual([expect.stringContaining('connect ECONNREFUSED 127.0.0.1:2')]);
});

test('JWKS and clock: keys, no keys, another page, and an issuer whose time is another', async () => {
  const key = { kty: 'RSA', kid: 'k', alg: 'RS256', e: 'AQAB', n: 'x' };
  const answer = { body: JSON.stringify({ keys: [key] }), behindMs: 0 };
  await using issuer = await listening((_request, response) => {
    const date = new Date(Date.now() - answer.behindMs).toUTCString();
    response.writeHead(200, { date }).end(answer.body);
  });
  const env = { ...serverEnv(folder.path), JWT_SECRET: '', JWT_JWKS_URL: `${issuer.url}/keys` };
  const found = await check(env);
  expect([found.of('JWKS'), found.of('clock')]).toEqual([
    [expect.stringMatching(/^ok: 1 key at/)],
    [expect.stringMatching(/^ok/)],
  ]);
  answer.behindMs = 60_000;
  const late = await check(env);
  expect([late.code, late.of('clock')]).toEqual([
    1,
    [expect.stringMatching(/problem: .* clock is \d\d\.\d s ahead of/)],
  ]);
  for (const body of ['{"keys":[]}', '<html>', '{}']) {
    answer.body = body;
    expect([body, (await check(env)).code]).toEqual([body, 1]);
  }
});

test('a journal that cannot be used is a problem that says why', async () => {
  const env = serverEnv(folder.path);
  writeFileSync(join(folder.path, 'text.db'), 'no database');
  mkdirSync(join(folder.path, 'folder.db'));
  for (const url of [
    `sqlite:${folder.path}/text.db`,
    `sqlite:${folder.path}/folder.db`,
    'postgres://u:hunter2@127.0.0.1:1/d',
  ]) {
    const { code, of, stdout } = await check({ ...env, DATABASE_URL: url });
    expect([url, code, of('journal')]).toEqual([url, 1, [expect.stringMatching(/^problem: /)]]);
    expect(stdout).not.toContain('hunter2');
  }
  const production = { ...env, NODE_ENV: 'production', DATABASE_URL: `sqlite:${folder.path}/none/kyc.db` };
  expect((await check(production)).of('journal')).toEqual([
    expect.stringMatching(/^problem: The folder .* does not exist/),
  ]);
  const proxied = { ...env, NODE_ENV: 'production', CALLBACK_ALLOWED_IPS: '203.0.113.7' };
  expect((await check(proxied)).of('proxy')).toEqual([expect.stringMatching(/^warning: CALLBACK_ALLOWED_IPS/)]);
});

test('Postgres: a database without a journal is no problem, and one with a journal shows its position', async () => {
  const url = await freshDatabase();
  const env = serverEnv(folder.path, { DATABASE_URL: url });
  expect(await check(env)).toMatchObject({ code: 0 });
  expect((await check(env)).of('journal')).toEqual(['ok: none yet; a server makes a new, empty one']);
  await using _server = await serve(folder.path, env);
  expect((await check(env)).of('journal')).toEqual([expect.stringMatching(/^ok: postgres:\/\/\S+ .*, position 0$/)]);
});

test('an error is told with its causes, without "fetch failed" and without credentials', async () => {
  const failed = await fetch('http://127.0.0.1:2/').catch((error: unknown) => error);
  expect(describeError(failed)).toBe('connect ECONNREFUSED 127.0.0.1:2');
  const unknown = await fetch('http://nowhere.invalid/').catch((error: unknown) => error);
  expect(describeError(unknown)).toMatch(/nowhere\.invalid/);
  const both = new AggregateError([
    new Error('connect ECONNREFUSED ::1:1'),
    new Error('connect ECONNREFUSED 127.0.0.1:1'),
  ]);
  expect(describeError(new TypeError('fetch failed', { cause: both }))).toBe(
    'connect ECONNREFUSED ::1:1, connect ECONNREFUSED 127.0.0.1:1',
  );
  const credentials = await fetch('http://user:hunter2@127.0.0.1:2/').catch((error: unknown) => error);
  expect(describeError(credentials)).not.toContain('hunter2');
  const loop = new Error('a');
  loop.cause = loop;
  expect(describeError(loop)).toBe('a');
  expect(describeError(new Error('x'.repeat(10_000))).length).toBeLessThan(600);
  expect(describeError(undefined)).toBe('no reason given');
});
