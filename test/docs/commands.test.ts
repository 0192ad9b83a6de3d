/**
 * Every shell command in the README and in docs/, run as written: in a shell, against a real server. Only ports and hosts differ.
 * Those of docs/drills.md are run by drills.test.ts.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { type ServerProcess, serve, start } from '../support/process.ts';
import { token } from '../support/server.ts';
import { shellShims } from '../support/shell.ts';
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
const ofOneServer = commands.filter(([page]) => page !== 'docs/scale.md' && page !== 'docs/drills.md');

let folder: ReturnType<typeof temporaryFolder>;
let shell: ReturnType<typeof shellShims>;
beforeAll(() => {
  folder = temporaryFolder();
  shell = shellShims(folder.path);
});
afterAll(() => folder[Symbol.dispose]());

describe('with one server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve(folder.path);
    const { port } = new URL(server.url);
    await shell.run('npx xgateway-kyc send --customer alice', shell.env({ PORT: port }));
  });
  afterAll(() => server.kill('SIGTERM'));

  test.each(ofOneServer)('%s: %s', async (_page, command) => {
    const { host, port } = new URL(server.url);
    const here = command.replaceAll('127.0.0.1:4000', host).replaceAll('https://kyc.example', server.url);
    const env = shell.env({ PORT: port, TOKEN: await token({ sub: 'alice' }) });
    const { code, output } = await shell.run(here, env);
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
    [first, second].map((command) => serve(folder.path, shell.env(), ['bash', '-c', `exec env ${command}`])),
  );
  const [left, right] = instances.map(({ url }) => url);
  await using following = start(
    ['bash', '-c', `exec env ${watch.replace('http://127.0.0.1:4002', right ?? '')}`],
    folder.path,
    shell.env(),
  );
  const sent = shell.run(send.replace('http://127.0.0.1:4001', left ?? ''), shell.env());
  await following.line((line) => line.includes('FULL_USER'));
  expect(await sent).toMatchObject({ code: 0 });
  for (const instance of instances) await instance.kill('SIGTERM');

  const target = await freshDatabase();
  const local = move.replace(/DATABASE_URL=\S+/, `DATABASE_URL=${target}`).replace('data/kyc.db', 'kyc.db');
  expect(await shell.run(local, shell.env())).toMatchObject({ code: 0 });
});
