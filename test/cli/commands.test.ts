/** The small commands and options of the command line, as real processes. */
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { commandLine, run, serve, serverEnv, start } from '../support/process.ts';
import { CALLBACK_SECRET } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = temporaryFolder();
  env = serverEnv(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

test('schema: one SDL file that builds', async () => {
  const { code, stdout } = await run(['schema'], folder.path);
  expect(code).toBe(0);
  expect(Object.keys(buildSchema(stdout).getTypeMap())).toEqual(expect.arrayContaining(['Kyc', 'KycUpdate', 'Node']));
});

test('init: a .env that only its owner can read, with which the server starts, and never over a file', async () => {
  const { code, stdout } = await run(['init'], folder.path);
  const path = join(folder.path, '.env');
  expect([code, statSync(path).mode & 0o777]).toEqual([0, 0o600]);
  const [, secret] = /^XGATEWAY_SECRET_KEY=([0-9a-f]{64})$/m.exec(readFileSync(path, 'utf8')) ?? [];
  expect(secret).toBeDefined();
  expect(stdout).not.toContain(secret);
  await using server = await serve(folder.path, { PORT: '0' });
  const sent = await run(['send', '--url', `${server.url}/callbacks/kyc`], folder.path);
  expect([sent.code, sent.stderr]).toEqual([0, '']);
  writeFileSync(path, 'PORT=4001\n');
  const again = await run(['init'], folder.path);
  expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/EEXIST.*never overwrites/s)]);
  expect(readFileSync(path, 'utf8')).toBe('PORT=4001\n');
});

test('help <command> is <command> --help, and an unknown one is exit code 2', async () => {
  const [asked, option, unknown] = await Promise.all([
    run(['help', 'send'], folder.path),
    run(['send', '--help'], folder.path),
    run(['help', 'nonsense'], folder.path),
  ]);
  expect([asked.code, asked.stdout]).toEqual([0, option.stdout]);
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('Unknown command "nonsense"')]);
});

test('a reader that leaves early ends a command quietly', async () => {
  const [program, main] = commandLine([]);
  const piped = (words: string) =>
    new Promise<string>((resolve) => {
      const script = `"${program}" "${main}" ${words} | head -n 1 > /dev/null; echo "code \${PIPESTATUS[0]}"`;
      const options = { cwd: folder.path, env: { ...env, PATH: process.env['PATH'] } };
      execFile('bash', ['--norc', '-c', script], options, (_error, stdout, stderr) => resolve(stdout + stderr));
    });
  await using server = await serve(folder.path, env);
  const port = new URL(server.url).port;
  expect((await run(['send', '--customers', '400'], folder.path, { ...env, PORT: port })).code).toBe(0);
  for (const words of ['send --customers 50000 --print', 'export', 'schema', '--help']) {
    expect([words, await piped(words)]).toEqual([words, 'code 0\n']);
  }
});

test('send --print: the signed callback and nothing else; nothing is sent', async () => {
  const { code, stdout, stderr } = await run(
    ['send', '--print', '--customer', 'a', '--status', 'null'],
    folder.path,
    env,
  );
  const hash = createHash('sha512').update(`a.${CALLBACK_SECRET}`).digest('base64');
  expect([code, stderr, JSON.parse(stdout)]).toEqual([
    0,
    '',
    { callbackType: 'kyc', hash, customerId: 'a', status: null },
  ]);
});

test('send --retry: as XGateway does, until a 2xx comes; without it there is one attempt', async () => {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.statusCode = requests < 3 ? 503 : 200;
    response.end('{"outcome":"applied","revision":1}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const once = await run(['send', '--url', url], folder.path, env);
    expect([once.code, once.stderr, requests]).toEqual([1, '', 1]);
    requests = 0;
    const retried = await run(['send', '--url', url, '--retry'], folder.path, env);
    expect([retried.code, requests]).toEqual([0, 3]);
    expect(retried.stdout).toContain('(after 3 attempts)');
    const lines = retried.stderr.split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^Attempt 1 of 11: 503 \{"outcome".*\}; next in 0\.[12345] s$/),
      expect.stringMatching(/^Attempt 2 of 11: 503 \{"outcome".*\}; next in 0\.[2345] s$/),
      '',
    ]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('send --retry says why nothing answers, before it waits', async () => {
  const words = ['send', '--url', `http://127.0.0.1:${await freePort()}/`, '--retry'];
  await using sending = start(commandLine(words), folder.path, env);
  const attempt = /^Attempt 2 of 11: no answer \(.*ECONNREFUSED.*\); next in 0\.\d s$/m;
  await eventually(() => attempt.test(sending.said.stderr));
  await sending.kill('SIGKILL');
});

test('in a folder without secrets a command says that it made some, and where; a second time it is silent', async () => {
  const first = await run(['token', '--customer', 'a'], folder.path);
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining(`made in ${join(folder.path, 'data', 'development-secrets.json')}`),
  ]);
  expect((await run(['token', '--customer', 'a'], folder.path)).stderr).toBe('');
});

test('token --scope: known scopes only', async () => {
  for (const scope of ['kyc:write', 'kyc:read,kyc:all', 'admin', ' ']) {
    const { code, stdout, stderr } = await run(['token', '--scope', scope], folder.path, env);
    expect([scope, code, stdout, /kyc:read, kyc:admin/.test(stderr)]).toEqual([scope, 2, '', true]);
  }
  const { stdout } = await run(['token', '--scope', 'kyc:read kyc:admin'], folder.path, env);
  expect(JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString()).scope).toBe('kyc:read kyc:admin');
});

test('serve --port: in place of PORT', async () => {
  await using server = await serve(folder.path, { ...env, PORT: '1' }, commandLine(['serve', '--port', '0']));
  expect(Number(new URL(server.url).port)).toBeGreaterThan(1_023);
  for (const port of ['x', '65536', '-1']) {
    expect((await run(['serve', `--port=${port}`], folder.path, env)).code).toBe(2);
  }
});

test('completion: a script that bash accepts, with the options that the commands have', async () => {
  const { code, stdout } = await run(['completion', 'bash'], folder.path);
  expect(code).toBe(0);
  const complete = (...words: string[]) => {
    const quoted = words.map((word) => `"${word}"`).join(' ');
    const script = `${stdout}\nCOMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; _xgateway_kyc; echo "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', script], { encoding: 'utf8' }).trim();
  };
  expect(complete('xgateway-kyc', 'se')).toBe('serve send');
  expect(complete('xgateway-kyc', 'send', '--pr')).toBe('--processing --print');
  expect(complete('xgateway-kyc', 'completion', '')).toBe('bash zsh fish');
  expect((await run(['completion', 'zsh'], folder.path)).stdout).toContain('compdef _xgateway_kyc xgateway-kyc');
  expect((await run(['completion', 'tcsh'], folder.path)).code).toBe(2);
});
