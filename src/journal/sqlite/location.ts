/**
 * Where an SQLite journal really is.
 *
 * SQLite locks inodes and finds the write-ahead log by name. A file with two names (a hard link, a bind mount of the file)
 * therefore has two logs, and two writers destroy it. So the journal is opened by its one real path, the lock file stands
 * beside that path, and a file that has a second name is refused.
 */
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { openingError } from './errors.ts';

/** The files of a journal, by what follows its path. The last two come and go. */
export const SIDE_FILES = ['', '-wal', '-shm'] as const;

const MAX_LINKS = 40;

/** File systems that cannot hold our files (statfs magic numbers): reading some of their files never ends. */
const PSEUDO_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x63677270, // cgroup2
  0x27e0eb, // cgroup
  0x1cd1, // devpts
]);

/** The real path of the file at `path`, also where the file or its folder is still to be made. Throws a start error. */
export function realPath(path: string, links = 0): string {
  if (path === ':memory:') {
    throw new Error(
      'A journal in memory would lose what it acknowledged. Set DATABASE_URL to sqlite:<path to a file>.',
    );
  }
  try {
    return realpathSync(path);
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw openingError(path, cause);
  }
  // A link to a file that is still to be made counts as that file.
  const target = linkAt(path);
  if (target === null) return join(realFolder(dirname(resolve(path))), basename(path));
  if (links >= MAX_LINKS) throw new Error(`${path} is a chain of more than ${MAX_LINKS} symbolic links.`);
  return realPath(resolve(realFolder(dirname(resolve(path))), target), links + 1);
}

/** Makes the folder of `path`, readable only by its owner, unless `mayMake` is false. Throws a start error. */
export function requireFolder(path: string, mayMake: boolean): void {
  const folder = dirname(path);
  if (statOf(folder)?.isDirectory() !== true) {
    if (!mayMake) {
      throw new Error(
        `The folder ${folder} of the journal does not exist. In production it is not created: a typo in DATABASE_URL would ` +
          'start an empty journal. Create it, mount it, or correct DATABASE_URL.',
      );
    }
    makeFolder(path, folder);
  }
  if (PSEUDO_FILE_SYSTEMS.has(statfsSync(folder).type)) {
    throw new Error(`${folder} cannot hold a journal. Set DATABASE_URL to a file in a folder on a disk.`);
  }
}

/**
 * Refuses a file that another path may lead a second server to: one that has several links, or is itself a mount point. The
 * same for the two files beside it. Also refuses anything but a regular file, and a write-ahead log whose journal is gone.
 */
export function requireOneName(path: string): void {
  const mounts = mountPoints();
  for (const end of SIDE_FILES) {
    const file = path + end;
    const stats = end === '' ? statOf(file) : lstatOf(file);
    if (stats === null) continue;
    if (stats.isDirectory()) throw new Error(`${file} is a folder. Set DATABASE_URL to a file in it.`);
    if (!stats.isFile()) throw new Error(`${file} is not a regular file. Set DATABASE_URL to the journal's own file.`);
    if (stats.nlink > 1) {
      throw new Error(
        `${file} has ${stats.nlink} hard links: a second server could open it by another name and destroy it. Make a copy ` +
          'with "xgateway-kyc backup" and remove the other links.',
      );
    }
    if (mounts.has(file)) {
      throw new Error(
        `${file} is a mount point: mount the folder, not the file. SQLite keeps a lock and a write-ahead log beside it, and a ` +
          'server that sees only the file would destroy it.',
      );
    }
  }
}

function makeFolder(path: string, folder: string): void {
  // Not `recursive`: in some file systems (/proc) Node would try for ever.
  const missing: string[] = [];
  for (let at = folder; statOf(at) === null && dirname(at) !== at; at = dirname(at)) missing.unshift(at);
  try {
    for (const one of missing) mkdirSync(one, { mode: 0o700 });
  } catch (cause) {
    throw openingError(path, cause);
  }
}

/** The real path of a folder whose last parts may be missing. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (cause) {
    const above = dirname(folder);
    if (codeOf(cause) !== 'ENOENT' || above === folder) throw openingError(folder, cause);
    return join(realFolder(above), basename(folder));
  }
}

function linkAt(path: string): string | null {
  return lstatOf(path)?.isSymbolicLink() === true ? readlinkSync(path) : null;
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (cause) {
    throw openingError(path, cause);
  }
}

function lstatOf(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (cause) {
    throw openingError(path, cause);
  }
}

/** Every mount point that this process sees, on Linux; elsewhere a file can't be one. */
function mountPoints(): ReadonlySet<string> {
  let text: string;
  try {
    text = readFileSync('/proc/self/mountinfo', 'latin1');
  } catch {
    return new Set();
  }
  const octal = (_: string, digits: string) => String.fromCharCode(Number.parseInt(digits, 8));
  const points = text.split('\n').map((line) => (line.split(' ')[4] ?? '').replaceAll(/\\([0-7]{3})/g, octal));
  return new Set(points.map((point) => Buffer.from(point, 'latin1').toString()));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
