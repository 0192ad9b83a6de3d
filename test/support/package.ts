/** The package as its users get it: packed from a copy of this clone, and installed in an application without a network. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** What a program did. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The tarballs of `npm pack`. */
export interface Tarballs {
  readonly server: string;
  readonly client: string;
}

/** Runs a program to its end. Only the path and `env` reach it. */
export function runProgram(
  program: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Outcome {
  const path = `${dirname(process.execPath)}:${process.env['PATH']}`;
  const options = { cwd, encoding: 'utf8', env: { HOME: process.env['HOME'], ...env, PATH: path } } as const;
  const { status, stdout, stderr } = spawnSync(program, words, options);
  return { code: status, stdout, stderr };
}

/** A copy of this clone in a new folder below `parent`: the files that Git would commit, and the installed packages. */
export function copyClone(parent: string, { nodeModules = true } = {}): string {
  const folder = mkdtempSync(join(parent, 'clone-'));
  const list = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: ROOT, encoding: 'utf8' });
  for (const file of list.split('\0').filter((name) => name !== '' && existsSync(join(ROOT, name)))) {
    cpSync(join(ROOT, file), join(folder, file));
  }
  if (nodeModules) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

/** Runs `npm pack` in a copy of this clone. */
export function pack(parent: string): Tarballs {
  const destination = mkdtempSync(join(parent, 'tarballs-'));
  const { code, stderr } = runProgram('npm', ['pack', '--pack-destination', destination], copyClone(parent));
  if (code !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const find = (pattern: string) => join(destination, globSync(pattern, { cwd: destination })[0] ?? 'missing');
  return { server: find('xgateway-kyc-[0-9]*.tgz'), client: find('xgateway-kyc-client-*.tgz') };
}

/** Unpacks a tarball into `folder`. */
export function unpack(tarball: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('tar', ['xzf', tarball, '-C', folder, '--strip-components', '1']);
}

/**
 * An application below `parent` that has installed the tarball as `name`, with its dependencies and peers linked to the ones of
 * this clone, and `more` packages.
 */
export function createApplication(parent: string, tarball: string, name: string, more: readonly string[] = []): string {
  const folder = mkdtempSync(join(parent, 'application-'));
  const installed = join(folder, 'node_modules', name);
  unpack(tarball, installed);
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  const optional = ['react', '@graphql-yoga/render-graphiql'];
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter((each) => !optional.includes(each));
  for (const each of [...needed, ...more]) {
    const link = join(folder, 'node_modules', each);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', each), link, 'dir');
  }
  return folder;
}
