/** What a run was made with: the state of this repository, and the versions of everything that is measured. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');
/** The packages that decide what ours and the peers cost. */
const PACKAGES = ['express', '@apollo/server', 'graphql', 'graphql-ws', 'ws', 'jose', 'fastify', 'mercurius'];

/** A run's machine and versions. */
export interface Setting {
  /** The processor, its cores, and the Node that runs everything. */
  readonly machine: string;
  /** The commit; with `+` when files were changed since. */
  readonly commit: string;
  /** Versions by name. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The machine and the versions of this run. */
export function setting(): Setting {
  const git = (args: readonly string[]) => {
    try {
      return execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    } catch {
      return '';
    }
  };
  const changed = git(['status', '--porcelain', '--untracked-files=no']) === '' ? '' : '+';
  const versionOf = (name: string) =>
    (JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  return {
    machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores, node ${process.version}`,
    commit: `${git(['rev-parse', '--short', 'HEAD'])}${changed}`,
    versions: {
      node: process.version.slice(1),
      v8: process.versions.v8,
      sqlite: process.versions['sqlite'] ?? '',
      ...Object.fromEntries(PACKAGES.map((name) => [name, versionOf(name)])),
    },
  };
}
