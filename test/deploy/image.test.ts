/** The image's steps in a fresh folder, and what they made in a chroot: read-only, as user 1000, as the first process. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Running, start } from '../support/process.ts';
import { CALLBACK_SECRET, JWT_SECRET, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { buildImage, sizeOf } from './image.ts';

const MAX_BYTES = 60 * 1024 * 1024;
const PORT = '41873';

let folder: ReturnType<typeof temporaryFolder>;
let image: ReturnType<typeof buildImage>;
beforeAll(() => {
  folder = temporaryFolder();
  chmodSync(folder.path, 0o755);
  image = buildImage(folder.path);
}, 300_000);
afterAll(() => folder[Symbol.dispose]());

/** What the machine stands in with for the base image. */
const BASE = ['bin', 'sbin', 'lib', 'lib64', 'usr', 'etc'];

/** The command that runs `words` in the image: its files beside this machine's, all read-only but /data and /tmp. */
function inImage(words: readonly string[], volume: string): [string, ...string[]] {
  const root = join(folder.path, 'mounted');
  const bind = (from: string, to: string, options = 'bind,ro') => [
    `mkdir -p ${root}/${to}`,
    `mount --bind ${from} ${root}/${to}`,
    `mount -o remount,${options} ${root}/${to}`,
  ];
  const script = [
    `mount -t tmpfs tmpfs ${root}`,
    `mkdir -p ${root}/proc ${root}/tmp`,
    ...BASE.filter((name) => existsSync(`/${name}`)).flatMap((name) => bind(`/${name}`, name)),
    // The base image's Node, which is the project's here.
    ...bind(dirname(realpathSync(process.execPath)), 'usr/local/bin'),
    ...bind(join(image.root, 'app'), 'app'),
    ...bind(volume, 'data', 'bind,rw'),
    ...bind('/dev', 'dev', 'bind,rw'),
    `mount -t tmpfs tmpfs ${root}/tmp`,
    `mount -t proc proc ${root}/proc`,
    `mount -o remount,ro ${root}`,
    `cd ${root}`,
    `exec chroot --userspec=${image.settings['USER']} ${root} ${words.map((word) => `'${word}'`).join(' ')}`,
  ];
  return ['unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script.join('\n')];
}

/** A volume as the image makes it: its owner is that of the image's /data. */
function volumeOf(name: string): string {
  mkdirSync(join(folder.path, 'mounted'), { recursive: true });
  const volume = join(folder.path, name);
  mkdirSync(volume);
  const { uid, gid } = statSync(join(image.root, 'data'));
  chownSync(volume, uid, gid);
  return volume;
}

const env = () => ({
  ...image.env,
  PATH: '/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  PORT,
  XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
  JWT_SECRET,
});
const words = (instruction: string): string[] => JSON.parse(String(image.settings[instruction]));

async function serveImage(volume: string): Promise<Running> {
  const server = start(inImage([...words('ENTRYPOINT'), ...words('CMD')], volume), folder.path, env());
  await server.line((line) => line.includes('"ready"'));
  return server;
}

test(`what is added to the Node image is at most ${MAX_BYTES / 1024 / 1024} MB`, () => {
  const bytes = sizeOf(image.root);
  process.stdout.write(`The image adds ${(bytes / 1024 / 1024).toFixed(1)} MB\n`);
  expect(bytes).toBeLessThanOrEqual(MAX_BYTES);
  expect(readdirSync(join(image.root, 'app')).sort()).toEqual(
    ['bin', 'dist', 'healthcheck.js', 'node_modules', 'package.json'].sort(),
  );
});

test('its user is a number and not root, and owns nothing but /data', () => {
  expect(image.settings['USER']).toBe('1000:1000');
  expect(image.settings['VOLUME']).toBe('/data');
  expect([statSync(join(image.root, 'data')).uid, statSync(join(image.root, 'app/dist')).uid]).toEqual([1_000, 0]);
});

test('as the first process, as user 1000 on a read-only file system, it serves, is healthy, and stops at SIGTERM', async () => {
  const volume = volumeOf('volume');
  await using server = await serveImage(volume);
  const callback = () =>
    fetch(`http://127.0.0.1:${PORT}/callbacks/kyc`, {
      method: 'POST',
      body: signedCallback('ana', { status: 'CREATED' }),
    });
  expect(await (await callback()).json()).toEqual({ outcome: 'applied', revision: 1 });
  expect((await fetch(`http://127.0.0.1:${PORT}/console`)).status).toBe(200);

  const [, check = ''] = /CMD (.*)$/.exec(String(image.settings['HEALTHCHECK'])) ?? [];
  const health = inImage(JSON.parse(check), volume);
  await promisify(execFile)(health[0], health.slice(1), { env: env() });

  // unshare passes no signals on: its child is the server, which is the first process of its namespace.
  const child = Number(execFileSync('pgrep', ['-P', String(server.pid)], { encoding: 'utf8' }));
  const status = execFileSync('cat', [`/proc/${child}/status`], { encoding: 'utf8' });
  expect(status).toMatch(/^Uid:\s+1000\b/m);
  expect(status).toMatch(/^NSpid:\s+\d+\s+1$/m);
  process.kill(child, 'SIGTERM');
  expect(await server.ended).toMatchObject({ code: 0, stdout: expect.stringContaining('"stopped"') });
  await expect(promisify(execFile)(health[0], health.slice(1), { env: env() })).rejects.toThrow('ECONNREFUSED');

  await using again = await serveImage(volume);
  expect(await (await callback()).json()).toEqual({ outcome: 'unchanged', revision: 1 });
  process.kill(Number(execFileSync('pgrep', ['-P', String(again.pid)], { encoding: 'utf8' })), 'SIGTERM');
  expect(await again.ended).toMatchObject({ code: 0 });
});

test('it writes to nothing but its volume and /tmp', async () => {
  const write = (path: string) => {
    const [program, ...rest] = inImage(['node', '-e', `fs.writeFileSync("${path}", "")`], join(folder.path, 'volume'));
    return promisify(execFile)(program, rest, { env: env() });
  };
  await write('/data/x');
  for (const path of ['/app/x', '/x', '/usr/local/x']) await expect(write(path)).rejects.toThrow(/EROFS|EACCES/);
});

test('without secrets it does not start, and says which are missing', async () => {
  const { PORT: _port, XGATEWAY_SECRET_KEY: _key, ...missing } = env();
  const bare = start(inImage([...words('ENTRYPOINT'), ...words('CMD')], volumeOf('bare')), folder.path, missing);
  expect(await bare.ended).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('XGATEWAY_SECRET_KEY is missing'),
  });
});
