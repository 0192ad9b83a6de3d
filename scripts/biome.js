// Runs Biome. `npm ci` in the root does not install it: the first call here does, from tools/lint and its lockfile.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const installed = [`${root}tools/lint/node_modules/.bin/biome`, `${root}node_modules/.bin/biome`];

if (!installed.some(existsSync)) run('npm', ['ci', '--prefix', `${root}tools/lint`]);
run(installed.find(existsSync) ?? 'biome', process.argv.slice(2));

function run(program, words) {
  const { status } = spawnSync(program, words, { stdio: 'inherit', cwd: root, shell: process.platform === 'win32' });
  if (status !== 0) process.exit(status ?? 1);
}
