/** Every shell command in the README and in docs/, run as written: in a shell, against a real server. Only ports and hosts differ. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { type ServerProcess, serve, serverEnv, start } from '../support/process.ts';
import { token } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PAGES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT }), 'examples/shop/README.md'];

/** Run elsewhere: in a fresh clone by CI, by the example's own test, and (Postgres from npm) by every test on Postgres. */
const ELSEWHERE = new Set([
  'npm ci && npm start',
  'npm ci && npm test',
  'npm ci && npm run example',
  'npm run postgres',
]);

const commands = PAGES.flatMap((page) =>
  [...readFileSync(join(ROOT, page), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(
    ([, text = '']) => [page, text.trim()] as const,
  ),
).filter(([, command]) => !ELSEWHERE.has(command));
const ofOneServer = commands.filter(([page]) => page !== 'docs/scale.md');

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(() => {
  folder = temporaryFolder();
  // `npx xgateway-kyc` and `npm start`, from the sources and without npm's second of start-up.
  const bin = join(folder.path, 'bin');
  mkdirSync(bin);
  const main = `${process.execPath} ${join(ROOT, 'src/cli/main.ts')}`;
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n[ "$1" = xgateway-kyc ] || exit 9\nshift\nexec ${main} "$@"\n`);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n[ "$1" = start ] || exit 9\nexec ${main} serve\n`);
  for (const name of ['npx', 'npm']) chmodSync(join(bin, name), 0o755);
});
afterAll(() => folder[Symbol.dispose]());

/** The shell's environment, with the shims first in its path. */
const shellEnv = (more: NodeJS.ProcessEnv = {}) => ({
  ...serverEnv(folder.path),
  ...more,
  PATH: `${join(folder.path, 'bin')}:${process.env['PATH']}`,
});

/** Runs a command to its end, or until it has printed something where it runs on. */
async function runInShell(command: string, env: NodeJS.ProcessEnv): Promise<{ code: number | null; output: string }> {
  if (!/\bwatch\b|curl -N/.test(command)) {
    return new Promise((resolve) => {
      execFile('bash', ['-c', command], { cwd: folder.path, env }, (error, stdout, stderr) =>
        resolve({
          code: typeof error?.code === 'number' ? error.code : error === null ? 0 : null,
          output: stdout + stderr,
        }),
      );
    });
  }
  const child = spawn('bash', ['-c', command], { cwd: folder.path, env, detached: true });
  const [chunk] = await once(child.stdout, 'data');
  process.kill(-(child.pid as number), 'SIGTERM');
  await once(child, 'exit');
  return { code: 0, output: String(chunk) };
}

describe('with one server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve(folder.path);
    const { port } = new URL(server.url);
    await runInShell('npx xgateway-kyc send --customer alice', shellEnv({ PORT: port }));
  });
  afterAll(() => server.kill('SIGTERM'));

  test.each(ofOneServer)('%s: %s', async (_page, command) => {
    const { host, port } = new URL(server.url);
    const here = command.replaceAll('127.0.0.1:4000', host).replaceAll('https://kyc.example', server.url);
    const env = shellEnv({ PORT: port, TOKEN: await token({ sub: 'alice' }) });
    const { code, output } = await runInShell(here, env);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).not.toBe('');
    expect(output).not.toMatch(/"errors"|"error"/);
  });
});

test('docs/scale.md: two instances on one Postgres, one followed and the other sent to; then a move from SQLite', async () => {
  const databaseUrl = await freshDatabase();
  const scale = commands.filter(([page]) => page === 'docs/scale.md').map(([, command]) => command);
  const [first = '', second = '', watch = '', send = '', move = ''] = scale.map((command) =>
    command.replaceAll('postgres://postgres:password@127.0.0.1:5433/postgres', databaseUrl).replace(/ ?PORT=400\d/, ''),
  );
  expect(scale).toHaveLength(5);
  const instances = await Promise.all(
    [first, second].map((command) => serve(folder.path, shellEnv(), ['bash', '-c', `exec env ${command}`])),
  );
  const [left, right] = instances.map(({ url }) => url);
  await using following = start(
    ['bash', '-c', `exec env ${watch.replace('http://127.0.0.1:4002', right ?? '')}`],
    folder.path,
    shellEnv(),
  );
  const sent = runInShell(send.replace('http://127.0.0.1:4001', left ?? ''), shellEnv());
  await following.line((line) => line.includes('FULL_USER'));
  expect(await sent).toMatchObject({ code: 0 });
  for (const instance of instances) await instance.kill('SIGTERM');

  const target = await freshDatabase();
  const local = move.replace(/DATABASE_URL=\S+/, `DATABASE_URL=${target}`).replace('data/kyc.db', 'kyc.db');
  expect(await runInShell(local, shellEnv())).toMatchObject({ code: 0 });
});
