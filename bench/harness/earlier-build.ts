/** An earlier state of this repository, built, to be measured beside the present one: `npm run bench -- --against <ref>`. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** An earlier build. */
export interface EarlierBuild {
  /** The short commit ID. */
  readonly commit: string;
  /** The module that the command line starts from. */
  readonly main: string;
}

/**
 * Builds the state at `ref`, a tag, branch or commit, in the system's temporary folder, and keeps it there for the next run. Takes up to
 * a minute the first time. Throws when git does not know `ref`, or when that state does not build.
 */
export function earlierBuild(ref: string): EarlierBuild {
  const commit = git(['rev-parse', '--verify', '--short', `${ref}^{commit}`]).trim();
  const folder = join(tmpdir(), `xgateway-kyc-bench-${commit}`);
  const main = join(folder, 'dist', 'cli', 'main.js');
  if (!existsSync(main)) build(commit, folder);
  if (!existsSync(main)) throw new Error(`${ref} built nothing at ${main}.`);
  return { commit, main };
}

function build(commit: string, folder: string): void {
  const draft = `${folder}.draft`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const archive = execFileSync('git', ['archive', '--format=tar', commit], { cwd: ROOT, maxBuffer: 1 << 30 });
  execFileSync('tar', ['-x', '-C', draft], { input: archive });
  const lockOf = (root: string) => readFileSync(join(root, 'package-lock.json'), 'utf8');
  const run = (args: readonly string[]) =>
    execFileSync('npm', args, { cwd: draft, stdio: ['ignore', 'ignore', 'inherit'] });
  // With the same lockfile the packages are the same.
  if (lockOf(draft) === lockOf(ROOT)) symlinkSync(join(ROOT, 'node_modules'), join(draft, 'node_modules'));
  else run(['ci', '--no-audit', '--no-fund']);
  run(['run', '-s', 'build']);
  renameSync(draft, folder);
}

function git(args: readonly string[]): string {
  return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
}
