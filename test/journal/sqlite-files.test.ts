/** Which files can be a journal: one file, one name, one writer. Real links, mounts and users. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { openSqliteJournal, openSqliteReader } from '../../src/journal/sqlite/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'kyc.db');
});
afterEach(() => folder[Symbol.dispose]());

const isRoot = process.getuid?.() === 0;

function canMount(): boolean {
  if (!isRoot || process.platform !== 'linux') return false;
  using place = temporaryFolder();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place.path]).status !== 0) return false;
  execFileSync('umount', [place.path]);
  return true;
}
const mounting = canMount();

function mount(...words: string[]): Disposable {
  execFileSync('mount', words);
  return { [Symbol.dispose]: () => execFileSync('umount', [words.at(-1) as string]) };
}

describe('a second server on the same file is refused', () => {
  test('by the same path, with a message that names Postgres', async () => {
    const journal = openSqliteJournal(path);
    expect(() => openSqliteJournal(path)).toThrow(/Another process serves the journal .*Postgres/);
    await journal.close();
  });

  test.each(['a symbolic link to the file', 'a symbolic link to its folder', 'a link to a link'])(
    'by %s',
    async (kind) => {
      const journal = openSqliteJournal(path);
      await journal.append([submission('c', 'CREATED')]);
      const link = join(folder.path, 'link');
      symlinkSync(kind.endsWith('folder') ? folder.path : path, link);
      symlinkSync(link, `${link}-2`);
      const other = kind.endsWith('folder') ? join(link, 'kyc.db') : kind.includes('to a link') ? `${link}-2` : link;
      expect(() => openSqliteJournal(other)).toThrow(/Another process serves the journal/);
      expect(await openSqliteReader(other).head()).toMatchObject({ position: 1 });
      await journal.close();
    },
  );

  test('by a symbolic link that was made before the file', async () => {
    const link = join(folder.path, 'link');
    symlinkSync('kyc.db', link);
    const journal = openSqliteJournal(link);
    expect(() => openSqliteJournal(path)).toThrow(/Another process serves the journal/);
    await journal.close();
  });

  test.each(['', '-wal', '-shm'])('by a hard link to kyc.db%s', async (end) => {
    const journal = openSqliteJournal(path);
    await journal.append([submission('c', 'CREATED')]);
    const other = join(folder.path, 'other.db');
    if (end !== '') copyFileSync(path, other);
    linkSync(path + end, other + end);
    expect(() => openSqliteJournal(other)).toThrow(/has 2 hard links/);
    await journal.close();
  });

  test('by a link that stands for its log', async () => {
    await openSqliteJournal(path).close();
    symlinkSync(join(folder.path, 'elsewhere'), `${path}-wal`);
    expect(() => openSqliteJournal(path)).toThrow(/kyc.db-wal is not a regular file/);
  });

  test.runIf(mounting)('by a mount of the file', async () => {
    const journal = openSqliteJournal(path);
    await journal.append([submission('c', 'CREATED')]);
    const other = join(folder.path, 'with space.db');
    writeFileSync(other, '');
    using _mount = mount('--bind', path, other);
    expect(() => openSqliteJournal(other)).toThrow(/mount the folder, not the file/);
    await journal.close();
  });

  test.runIf(mounting)('by a mount of its folder', async () => {
    const journal = openSqliteJournal(path);
    using other = temporaryFolder();
    using _mount = mount('--bind', folder.path, other.path);
    expect(() => openSqliteJournal(join(other.path, 'kyc.db'))).toThrow(/Another process serves the journal/);
    await journal.close();
  });
});

/** Opens the journal as a user who is not root, and returns what it says. */
function openAs(uid: number): string {
  const program = `
    process.setgid(${uid}); process.setuid(${uid});
    const { openSqliteJournal } = await import('${join(import.meta.dirname, '../../src/journal/sqlite/journal.ts')}');
    try { openSqliteJournal('${path}'); console.log('opened'); } catch (error) { console.log(error.message); }`;
  return execFileSync(process.execPath, ['--input-type=module-typescript', '--eval', program], {
    encoding: 'utf8',
    env: { NODE_DISABLE_COMPILE_CACHE: '1' },
    cwd: '/',
  });
}

/** Whether another user may read the sources. */
const isReadable =
  isRoot && spawnSync('setpriv', ['--reuid=65534', '--clear-groups', 'ls', import.meta.dirname]).status === 0;

describe.runIf(isReadable)('another user', () => {
  beforeEach(async () => {
    await openSqliteJournal(path).close();
    chmodSync(folder.path, 0o777);
    chmodSync(path, 0o666);
  });

  test('is refused where the lock file can only be read', () => {
    chmodSync(`${path}.lock`, 0o644);
    expect(openAs(65_534)).toMatch(/lock file .*kyc\.db\.lock can only be read/);
  });

  test('a file that cannot be written is named', () => {
    rmSync(`${path}.lock`);
    chmodSync(path, 0o444);
    expect(openAs(65_534)).toMatch(/Cannot open the journal .*user 65534 has no access to the file/);
  });

  test('a folder that cannot be entered is named, and not reported as a missing journal', () => {
    chmodSync(folder.path, 0o700);
    expect(openAs(65_534)).toMatch(/Cannot open the journal .*EACCES/);
  });
});

describe('a start names the cause', () => {
  test('a folder', () => {
    mkdirSync(path);
    expect(() => openSqliteJournal(path)).toThrow(/kyc.db is a folder/);
  });

  test('an empty file, for a server and for a reader', () => {
    writeFileSync(path, '');
    expect(() => openSqliteJournal(path)).toThrow(/kyc.db is empty/);
    expect(() => openSqliteReader(path)).toThrow(/kyc.db is empty/);
  });

  test('a file that is no database', () => {
    writeFileSync(path, 'This is a text.\n'.repeat(1_000));
    expect(() => openSqliteJournal(path)).toThrow(/not an SQLite database/);
    expect(() => openSqliteReader(path)).toThrow(/not an SQLite database/);
  });

  test('a lock file that another program made, and not the journal', async () => {
    await openSqliteJournal(path).close();
    writeFileSync(`${path}.lock`, 'pid 4711\n'.repeat(200));
    expect(() => openSqliteJournal(path)).toThrow(
      /^The lock file .*kyc\.db\.lock was not made by this program .*Delete it/,
    );
    rmSync(`${path}.lock`);
    mkdirSync(`${path}.lock`);
    expect(() => openSqliteJournal(path)).toThrow(/^The lock file .*kyc\.db\.lock is not a regular file/);
    rmSync(`${path}.lock`, { recursive: true });
    writeFileSync(`${path}.lock`, '');
    await openSqliteJournal(path).close();
  });

  test('a file that is damaged', async () => {
    await openSqliteJournal(path).close();
    truncateSync(path, 4096);
    expect(() => openSqliteJournal(path)).toThrow(/the file is damaged. Restore it from a backup/);
  });

  test('a database of another application', () => {
    const database = new DatabaseSync(path);
    database.exec('create table users (id integer)');
    database.close();
    expect(() => openSqliteJournal(path)).toThrow(/database of another application/);
    expect(() => openSqliteReader(path)).toThrow(/database of another application/);
  });

  test('a journal that is gone while its log is there', async () => {
    const journal = openSqliteJournal(path);
    await journal.append([submission('c', 'CREATED')]);
    copyFileSync(`${path}-wal`, `${path}.log`);
    await journal.close();
    rmSync(path);
    copyFileSync(`${path}.log`, `${path}-wal`);
    expect(() => openSqliteJournal(path)).toThrow(/is missing, but its write-ahead log .* is there/);
  });

  test('no journal where a reader looks for one', () => {
    expect(() => openSqliteReader(path)).toThrow(/There is no journal at .*kyc.db/);
  });

  test.each(['/proc/kyc/kyc.db', '/proc/kyc.db', '/proc/version', '/proc/kmsg', '/sys/kyc/kyc.db', '/dev/null'])(
    '%s, at once',
    (place) => {
      const startedAt = performance.now();
      expect(() => openSqliteJournal(place)).toThrow(/DATABASE_URL/);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    },
  );

  test('a loop of symbolic links', () => {
    symlinkSync(path, `${path}-link`);
    symlinkSync(`${path}-link`, path);
    expect(() => openSqliteJournal(path)).toThrow(/symbolic links form a loop|symbolic links/);
  });

  test.runIf(mounting)('a full disk', async () => {
    using place = temporaryFolder();
    using _mount = mount('-t', 'tmpfs', '-o', 'size=100k', 'tmpfs', place.path);
    try {
      writeFileSync(join(place.path, 'filler'), Buffer.alloc(100 * 1024));
    } catch {
      // As full as it gets.
    }
    expect(() => openSqliteJournal(join(place.path, 'kyc.db'))).toThrow(/the disk of .* is full/);
    expect(readdirSync(place.path)).not.toContain('kyc.db');
  });

  test.runIf(mounting)('a read-only disk', async () => {
    using place = temporaryFolder();
    await openSqliteJournal(join(place.path, 'kyc.db')).close();
    using _mount = mount('--bind', place.path, place.path);
    execFileSync('mount', ['-o', 'remount,bind,ro', place.path]);
    expect(() => openSqliteJournal(join(place.path, 'kyc.db'))).toThrow(/can only be read|read-only/);
    expect(() => openSqliteJournal(join(place.path, 'new', 'kyc.db'))).toThrow(/read-only/);
  });
});

describe('a new journal', () => {
  test('is not made in a missing folder in production, and is a warning that names its path', async () => {
    const warnings: unknown[] = [];
    const quiet = () => {};
    const log = { info: quiet, warn: (fields: unknown) => warnings.push(fields), error: quiet, fatal: quiet } as never;
    const url = `sqlite:${folder.path}/missing/kyc.db`;
    await expect(openJournal(url, { production: true })).rejects.toThrow(
      /The folder .*missing of the journal does not exist/,
    );
    expect(existsSync(join(folder.path, 'missing'))).toBe(false);
    const made = await openJournal(`sqlite:${path}`, { production: true, log });
    expect(made.facts).toMatchObject({ isNew: true, position: 0, description: path });
    expect(warnings).toEqual([{ journal: path }]);
    await made.append([submission('c', 'CREATED')]);
    await made.close();
    const again = await openJournal(`sqlite:${path}`, { production: true, log });
    expect(again.facts).toMatchObject({ id: made.facts.id, isNew: false, position: 1 });
    expect(warnings).toHaveLength(1);
    await again.close();
  });

  test('leaves no half-made file, and a draft of an interrupted start does not prevent the next one', async () => {
    writeFileSync(`${path}.new`, 'half');
    const journal = openSqliteJournal(path);
    expect(journal.facts.isNew).toBe(true);
    expect(readdirSync(folder.path).toSorted()).toEqual(['kyc.db', 'kyc.db-shm', 'kyc.db-wal', 'kyc.db.lock']);
    await journal.close();
  });

  test('in memory is refused', () => {
    expect(() => openSqliteJournal(':memory:')).toThrow(/A journal in memory/);
  });
});
