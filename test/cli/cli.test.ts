/** The command line as real processes: what each command says, does, and exits with. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandLine, type Ended, run, serve, serverEnv, start } from '../support/process.ts';
import { adminToken, ask } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let env: NodeJS.ProcessEnv;
beforeEach(() => {
  folder = temporaryFolder();
  env = serverEnv(folder.path);
});
afterEach(() => folder[Symbol.dispose]());

/** Runs a command with the settings of the test's server, of which `more` replaces some. */
const kyc = (words: string, more: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  run(words.split(' '), folder.path, { ...env, ...more });
const portOf = (url: string) => ({ PORT: new URL(url).port });

describe('what it says of itself', () => {
  test('each command explains itself, and nothing is started or made', async () => {
    const { code, stdout } = await kyc('--help');
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}(\w+) {2}/gm)].map(([, name]) => String(name));
    expect(names).toEqual(expect.arrayContaining(['serve', 'send', 'watch', 'token', 'verify', 'backup']));
    for (const help of await Promise.all(names.map((name) => kyc(`${name} --help`)))) {
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toMatch(new RegExp(`^Usage: xgateway-kyc (${names.join('|')})`, 'm'));
      expect(help.stdout).toContain('--help');
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('unknown options and arguments are exit code 2, and name the help', async () => {
    const wrong = [
      'nonsense',
      'verify --nonsense',
      'verify more',
      'send --customers 0',
      'token',
      'token --scope kyc:read --expires soon',
      'backup',
      'watch --status NONSENSE',
      'watch --customer c --reversals',
    ];
    for (const [index, { code, stdout, stderr }] of (await Promise.all(wrong.map((words) => kyc(words)))).entries()) {
      expect([wrong[index], code, stdout]).toEqual([wrong[index], 2, '']);
      expect(stderr).toMatch(/--help/);
      expect(stderr).not.toMatch(/^ {4}at /m);
    }
    expect((await run([], folder.path)).code).toBe(2);
  });
});

describe('serve', () => {
  test('with nothing set: prints where it is, and the command that sends a first callback', async () => {
    await using server = await serve(folder.path, { PORT: '0' });
    const command = await server.line((line) => line.includes('npx xgateway-kyc send'));
    for (const what of [`${server.url}/callbacks/kyc`, `${server.url}/graphql`, `${server.url}/console`]) {
      expect(server.said.stdout).toContain(what);
    }
    // Not a terminal: what is printed may be a log, so it holds no token and says how to make one.
    expect(server.said.stdout).not.toContain('token=');
    const ready = server.said.stdout.split('\n').find((line) => line.includes('"ready"'));
    expect(JSON.parse(String(ready))).toMatchObject({
      journal: join(folder.path, 'data/kyc.db'),
      position: 0,
      isNew: true,
    });
    const [, make] = /npx xgateway-kyc (token .*)/.exec(server.said.stdout) ?? [];
    const token = (await run(String(make).split(' '), folder.path)).stdout.trim();
    const words = command.replace(/^.*npx xgateway-kyc /, '').split(' ');
    expect(await run(words, folder.path)).toMatchObject({ code: 0, stdout: expect.stringContaining('"applied"') });
    const answer = await ask(server.url, '{ kycCustomers { nodes { customerId } } }', token);
    expect(answer.data.kycCustomers.nodes).toEqual([{ customerId: 'demo_customer_id' }]);
    // Secrets are in a file, and the log has none.
    const secrets = readFileSync(join(folder.path, 'data', 'development-secrets.json'), 'utf8');
    for (const secret of Object.values<string>(JSON.parse(secrets))) expect(server.said.stdout).not.toContain(secret);
  });

  test('without PORT a taken port is replaced and the printed commands name the new one; with PORT it is an error', async () => {
    const { PORT: _, ...unset } = env;
    const blocker = createServer();
    // Taken by us, or by somebody else: either way 4000 is in use.
    const isOurs = await new Promise((resolve) => {
      blocker.once('error', () => resolve(false)).listen(4_000, '127.0.0.1', () => resolve(true));
    });
    try {
      await using server = await serve(folder.path, unset);
      expect(new URL(server.url).port).not.toBe('4000');
      expect(server.said.stdout).toContain('Port 4000 is in use; listening on');
      expect(await server.line((line) => line.includes('A first callback'))).toContain(
        `--url ${server.url}/callbacks/kyc`,
      );
      const { code, stderr } = await kyc('serve', { PORT: '4000', DATABASE_URL: `sqlite:${folder.path}/other.db` });
      expect([code, stderr]).toEqual([1, expect.stringContaining('Cannot listen on 127.0.0.1 port 4000 (EADDRINUSE)')]);
    } finally {
      if (isOurs) blocker.close();
    }
  });

  test.skipIf(process.platform !== 'linux')(
    '--open opens the console, signed in and under BASE_PATH; not in production',
    async () => {
      const opened = join(folder.path, 'opened');
      writeFileSync(join(folder.path, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > ${opened}\n`, { mode: 0o755 });
      const withOpener = { ...env, PATH: `${folder.path}:${process.env['PATH']}`, BASE_PATH: '/kyc' };
      await using server = await serve(folder.path, withOpener, commandLine(['serve', '--open']));
      await expect.poll(() => (existsSync(opened) ? readFileSync(opened, 'utf8') : '')).toContain('#token=');
      const [page, bearer] = readFileSync(opened, 'utf8').split('#token=');
      expect(page).toBe(`${server.url}/console`);
      expect(new URL(server.url).pathname).toBe('/kyc');
      expect((await ask(server.url, '{ kycCustomers { nodes { customerId } } }', bearer)).errors).toBeUndefined();
      expect(server.said.stdout).not.toContain(String(bearer));
      expect(await kyc('serve --open', { NODE_ENV: 'production' })).toMatchObject({ code: 2 });
    },
  );

  test('--open where there is no browser: the server runs, and the log says what to open', async () => {
    await using server = await serve(folder.path, { ...env, PATH: folder.path }, commandLine(['serve', '--open']));
    await server.line((line) => line.includes('Cannot open a browser') && line.includes(`${server.url}/console`));
  });

  test('half configured for production: exit code 1, and every mistake', async () => {
    const { code, stdout, stderr } = await kyc('serve', {
      NODE_ENV: 'production',
      JWT_SECRET: 'short',
      XGATEWAY_SECRET_KEY: '',
      TRUST_PROXY: 'true',
    });
    expect([code, stdout]).toEqual([1, '']);
    for (const name of ['JWT_SECRET', 'XGATEWAY_SECRET_KEY', 'TRUST_PROXY']) expect(stderr).toContain(`- ${name} `);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('in production it prints nothing but its log, and warns that nothing is confirmed', async () => {
    await using server = await serve(folder.path, { ...env, NODE_ENV: 'production', HOST: '127.0.0.1' });
    const lines = server.said.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const messages: string[] = lines.map(({ msg }) => msg);
    expect(messages).toEqual(expect.arrayContaining([expect.stringContaining('XGATEWAY_API_KEY'), 'ready']));
  });

  test('in development an unknown XGATEWAY_ name stops it, and a misspelt setting is a warning that names both', async () => {
    const { code, stderr } = await kyc('serve', { XGATEWAY_SECRET_KEYS: 'x' });
    expect([code, stderr]).toEqual([1, expect.stringContaining('Did you mean XGATEWAY_SECRET_KEY?')]);
    await using server = await serve(folder.path, { ...env, LOG_LEVLE: 'warn' });
    expect(server.said.stdout).toContain('LOG_LEVLE is not a setting. Did you mean LOG_LEVEL?');
  });

  test('a .env with a byte order mark is read, and one that cannot be read is named', async () => {
    writeFileSync(join(folder.path, '.env'), '\ufeffLOG_LEVEL=loud\n');
    const marked = await kyc('serve');
    expect([marked.code, marked.stderr]).toEqual([1, expect.stringMatching(/byte order mark.*LOG_LEVEL must be/s)]);
    rmSync(join(folder.path, '.env'));
    mkdirSync(join(folder.path, '.env'));
    const unreadable = await kyc('serve');
    expect([unreadable.code, unreadable.stderr]).toEqual([1, expect.stringContaining('Cannot read .env (EISDIR)')]);
    expect((await kyc('serve --help')).code).toBe(0);
  });

  test('a second server on the same journal is refused with a way out, and the first goes on', async () => {
    await using server = await serve(folder.path);
    const second = await kyc('serve');
    expect([second.code, second.stderr]).toEqual([1, expect.stringMatching(/Another process.*Postgres/s)]);
    expect((await kyc('send', portOf(server.url))).code).toBe(0);
  });

  test('a port that is taken is exit code 1', async () => {
    await using server = await serve(folder.path);
    const other = temporaryFolder();
    const { code, stderr } = await run(['serve'], other.path, { ...serverEnv(other.path), ...portOf(server.url) });
    other[Symbol.dispose]();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/EADDRINUSE.*stop it, or set PORT/)]);
  });
});

describe('send', () => {
  test('one, a journey, and many customers on a nasty network', async () => {
    await using server = await serve(folder.path);
    const port = portOf(server.url);
    expect(await kyc('send --customer one --status null --documents SELFIE --message Hello', port)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^one null → 200 \{"outcome":"applied","revision":1\}\n$/),
    });
    const journey = await kyc('send --customer alice --journey --rate 100', port);
    expect([journey.code, journey.stdout.trim().split('\n').length]).toEqual([0, 7]);
    expect(journey.stdout).toContain('alice FULL_USER → 200');

    const load = await kyc('send --customer many --customers 40 --journey --duplicate --shuffle', port);
    expect(load.code).toBe(0);
    expect(load.stdout).toMatch(/^560 callbacks in /);
    const count = (outcome: string) => Number(new RegExp(`(\\d+) ${outcome}`).exec(load.stdout)?.[1] ?? 0);
    expect(count('applied') + count('unchanged')).toBe(560);
    const token = await adminToken();
    const journal = await ask(server.url, '{ kycCustomers(first: 200) { nodes { customerId revision } } }', token);
    const many: { customerId: string; revision: number }[] = journal.data.kycCustomers.nodes;
    const of = (prefix: string) => many.filter(({ customerId }) => customerId.startsWith(prefix));
    expect(of('many-')).toHaveLength(40);
    expect(of('many-').reduce((sum, { revision }) => sum + revision, 0)).toBe(count('applied'));
    expect(of('alice')).toMatchObject([{ revision: 7 }]);
  });

  test('a refused callback, and an unreachable server, are exit code 1', async () => {
    await using server = await serve(folder.path);
    const refused = await kyc('send', { ...portOf(server.url), XGATEWAY_SECRET_KEY: 'another' });
    expect([refused.code, refused.stdout]).toEqual([1, expect.stringContaining('401')]);
    const nobody = await kyc('send', { PORT: '1' });
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('npm start')]);
  });
});

test('watch: every update once and in order, across a restart of the server, and on from its cursor', async () => {
  let server = await serve(folder.path);
  const port = portOf(server.url);
  const statuses = Array.from({ length: 6 }, (_, index) => `STATUS_${index}`);
  const send = async (status: string) => expect((await kyc(`send --customer c --status ${status}`, port)).code).toBe(0);
  try {
    for (const status of statuses.slice(0, 3)) await send(status);
    await using watch = start(commandLine(['watch', '--after', 'earliest']), folder.path, { ...env, ...port });
    await watch.line((line) => line.includes('sent as STATUS_2'));
    expect((await server.kill('SIGTERM')).code).toBe(0);
    server = await serve(folder.path, { ...env, ...port });
    for (const status of statuses.slice(3)) await send(status);
    await watch.line((line) => line.includes('sent as STATUS_5'));
    const { code, stdout, stderr } = await watch.kill('SIGINT');
    expect(code).toBe(0);
    const seen = stdout
      .trim()
      .split('\n')
      .map((line) => / c #(\d+) .*sent as (\w+)/.exec(line)?.slice(1));
    expect(seen).toEqual(statuses.map((status, index) => [String(index + 1), status]));
    expect(stderr).toMatch(/^Connected to http:.*\/graphql over WebSocket\. Waiting for updates of all customers\./);
    expect(stderr).toContain('Trying again');

    const cursor = /--after (\S+)/.exec(stderr)?.[1];
    await using resumed = start(commandLine(['watch', '--json', '--after', String(cursor)]), folder.path, {
      ...env,
      ...port,
    });
    await send('STATUS_6');
    const first = JSON.parse(await resumed.line((line) => line.startsWith('{')));
    expect(first).toMatchObject({
      customerId: 'c',
      revision: 7,
      rawStatus: 'STATUS_6',
      previousStatus: 'UNRECOGNIZED',
    });
    await resumed.kill('SIGINT');

    // What a customer's message could do to a terminal is taken out.
    await using one = start(commandLine(['watch', '--customer', 'c']), folder.path, { ...env, ...port });
    await one.line((line) => line.includes('STATUS_6'));
    await run(['send', '--customer', 'c', '--message', '\u001b[2Jgone\u202e'], folder.path, { ...env, ...port });
    expect(await one.line((line) => line.includes('gone'))).toContain('"[2Jgone"');
    await one.kill('SIGINT');

    for (const [words, more, reason] of [
      ['watch --after nonsense', {}, /not a cursor/],
      ['watch', { XGATEWAY_KYC_TOKEN: 'no.such.token' }, /refuses the token/],
    ] as const) {
      expect(await kyc(words, { ...port, ...more })).toMatchObject({ code: 1, stderr: expect.stringMatching(reason) });
    }
  } finally {
    await server.kill('SIGKILL');
  }
});

test('token: what it prints is what the server accepts', async () => {
  await using server = await serve(folder.path);
  await kyc('send --customer c', portOf(server.url));
  const [customer, service] = await Promise.all([
    kyc('token --customer c'),
    kyc('token --scope kyc:read --expires 5m'),
  ]);
  expect(await ask(server.url, '{ myKyc { revision } }', customer.stdout.trim())).toEqual({
    data: { myKyc: { revision: 1 } },
  });
  const counts = await ask(server.url, '{ kycStatusCounts { count } }', service.stdout.trim());
  expect(counts).toEqual({ data: { kycStatusCounts: [{ count: 1 }] } });
  const jwks = { JWT_SECRET: '', JWT_JWKS_URL: 'https://id.example/keys' };
  expect(await kyc('token --customer c', jwks)).toMatchObject({ code: 2, stderr: expect.stringContaining('issuer') });
});

test('verify: beside a running server, with nothing but the journal, and on a row that was tampered with', async () => {
  await using server = await serve(folder.path);
  await kyc('send --customers 5', portOf(server.url));
  const journalOnly = { DATABASE_URL: env['DATABASE_URL'] };
  const holds = await run(['verify'], folder.path, journalOnly);
  expect([holds.code, holds.stdout]).toEqual([0, expect.stringMatching(/^5 entries verified\..*[0-9a-f]{64}/s)]);
  // Who checks may do so without secrets, and leaves none.
  expect(existsSync(join(folder.path, 'development-secrets.json'))).toBe(false);
  await server.kill('SIGTERM');

  const database = new DatabaseSync(join(folder.path, 'kyc.db'));
  database.exec(`update entries set content = replace(content, 'SOFT_KYC_FAILED', 'FULL_USER') where position = 3`);
  const tampered = await run(['verify'], folder.path, journalOnly);
  expect([tampered.code, tampered.stdout]).toEqual([1, expect.stringMatching(/\b3\b/)]);
  database.exec('delete from entries where position = 3');
  database.close();
  expect(await run(['verify'], folder.path, journalOnly)).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/\b3\b/),
  });

  const nowhere = await run(['verify'], folder.path, { DATABASE_URL: 'sqlite:nowhere.db' });
  expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('nowhere.db')]);
});

test('backup: whole and of one moment while callbacks come, and never over a file', async () => {
  await using server = await serve(folder.path);
  const load = start(commandLine(['send', '--customers', '3000', '--rate', '1000']), folder.path, {
    ...env,
    ...portOf(server.url),
  });
  await using _load = load;
  const token = await adminToken();
  await expect
    .poll(
      async () => (await ask(server.url, '{ kycStatusCounts { count } }', token)).data.kycStatusCounts[0]?.count ?? 0,
      { timeout: 20_000 },
    )
    .toBeGreaterThan(50);
  const made = await kyc('backup copy.db');
  const held = Number(/position (\d+)/.exec(made.stdout)?.[1]);
  expect([made.code, held > 50]).toEqual([0, true]);
  const copy = { DATABASE_URL: 'sqlite:copy.db' };
  expect(await run(['verify'], folder.path, copy)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`${held} entries`),
  });
  expect(await kyc('backup copy.db')).toMatchObject({ code: 2, stderr: expect.stringContaining('exists') });
  expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
});
