/** `npm run check:package`: packs both tarballs and has publint and attw look at them. Needs `npm ci --prefix tools/ci`. */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
const TOOLS = join(ROOT, 'tools', 'ci', 'node_modules', '.bin');

function run(program: string, ...words: string[]): boolean {
  return spawnSync(program, words, { cwd: ROOT, stdio: 'inherit' }).status === 0;
}

const folder = mkdtempSync(join(tmpdir(), 'kyc-pack-'));
try {
  let isGood = run('npm', 'pack', '--silent', '--pack-destination', folder);
  for (const tarball of globSync('*.tgz', { cwd: folder }).map((name) => join(folder, name))) {
    isGood = run(join(TOOLS, 'publint'), 'run', tarball, '--strict') && isGood;
    isGood = run(join(TOOLS, 'attw'), tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji') && isGood;
  }
  process.exitCode = isGood ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
