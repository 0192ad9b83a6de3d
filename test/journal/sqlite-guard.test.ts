/** What happens to a running journal whose files somebody else deletes, replaces, cuts or overwrites. Real files throughout. */
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isUnavailable } from '../../src/errors.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let journal: Journal;
let faults: Error[];
let foreign: number;
beforeEach(async () => {
  folder = temporaryFolder();
  path = join(folder.path, 'kyc.db');
  faults = [];
  foreign = 0;
  journal = openSqliteJournal(path, undefined, {
    onFault: (fault) => faults.push(fault),
    onForeignWrites: (commits) => {
      foreign += commits;
    },
  });
  for (let index = 0; index < 5; index++) await record(`STATUS ${index}`);
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

async function record(status: string, customerId = 'c'): Promise<void> {
  await journal.append([submission(customerId, status)]);
}

/** What the next commit, and readiness, fail with. */
async function expectRefusal(reason: RegExp): Promise<void> {
  const failure = await record('NEXT').then(
    () => null,
    (error: unknown) => error,
  );
  expect(isUnavailable(failure)).toBe(true);
  expect(String((failure as Error).cause)).toMatch(reason);
  expect((failure as Error).message).not.toContain(folder.path);
  await expect((async () => journal.checkWritable())()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  expect(faults).toHaveLength(1);
}

/** Writes until the log is in the file and begins anew. */
async function checkpoint(): Promise<void> {
  const database = new DatabaseSync(path);
  database.exec('pragma wal_checkpoint(passive)');
  database.close();
}

describe('a commit is refused, for good, after', () => {
  test.each(['', '-wal', '-shm', '.lock'])('kyc.db%s was deleted', async (end) => {
    rmSync(path + end);
    await expectRefusal(/was deleted or moved/);
  });

  test.each(['', '-wal', '-shm', '.lock'])('kyc.db%s was replaced by a copy', async (end) => {
    copyFileSync(path + end, `${path}.copy`);
    renameSync(`${path}.copy`, path + end);
    await expectRefusal(/was replaced by another file/);
  });

  test('all of it was moved away and another journal put in its place', async () => {
    for (const end of ['', '-wal', '-shm']) renameSync(path + end, `${path}.old${end}`);
    await openSqliteJournal(join(folder.path, 'other', 'kyc.db')).close();
    copyFileSync(join(folder.path, 'other', 'kyc.db'), path);
    await expectRefusal(/was replaced|was deleted/);
  });

  test('its folder was moved', async () => {
    renameSync(folder.path, `${folder.path}-moved`);
    await expectRefusal(/was deleted or moved/);
    renameSync(`${folder.path}-moved`, folder.path);
  });

  test.each([0, 1, 4096])('the file was cut to %i bytes', async (bytes) => {
    await checkpoint();
    truncateSync(path, bytes);
    await expectRefusal(/was truncated/);
  });

  test('the file lost its last page', async () => {
    await checkpoint();
    truncateSync(path, statSync(path).size - 4096);
    await expectRefusal(/was truncated/);
  });

  test.each([0, 32, 5_000])('the log was cut to %i bytes', async (bytes) => {
    truncateSync(`${path}-wal`, bytes);
    await expectRefusal(/was truncated/);
  });

  test('the log was overwritten with an earlier state of itself', async () => {
    const earlier = readFileSync(`${path}-wal`);
    await checkpoint();
    await record('AFTER');
    writeFileSync(`${path}-wal`, earlier);
    await expectRefusal(/-wal was truncated or overwritten/);
  });

  test('the file was overwritten with something else', async () => {
    writeFileSync(path, Buffer.alloc(statSync(path).size, 'x'));
    await expectRefusal(/was truncated or overwritten/);
  });

  test('a backup was copied over the file', async () => {
    const database = new DatabaseSync(path);
    database.exec(`vacuum into '${path}.backup'`);
    database.close();
    for (let index = 0; index < 60; index++) await record(`STATUS ${index}`, `${'x'.repeat(200)}${index}`);
    await checkpoint();
    writeFileSync(path, readFileSync(`${path}.backup`));
    await expectRefusal(/was overwritten|was truncated/);
  });

  test('a backup of the same size, with the same header, was copied over the file', async () => {
    await journal.append(Array.from({ length: 600 }, (_, index) => submission(`c${index}`, 'KYC_PENDING')));
    await checkpoint();
    await record('STATUS', 'c599');
    await checkpoint();
    const backup = readFileSync(path);
    for (const index of [5, 250, 450]) await record('FULL_USER', `c${index}`);
    await checkpoint();
    // A look of the guard: that checkpoint is known.
    await journal.checkWritable();
    expect([statSync(path).size, readFileSync(path).subarray(0, 100)]).toEqual([
      backup.length,
      backup.subarray(0, 100),
    ]);
    writeFileSync(path, backup);
    await expectRefusal(/was overwritten by another program/);
  });

  test('the index of the log was overwritten with an earlier state of itself', async () => {
    const earlier = readFileSync(`${path}-shm`);
    for (let index = 0; index < 5; index++) await record(`LATER ${index}`);
    writeFileSync(`${path}-shm`, earlier);
    await expectRefusal(/-shm was overwritten with an earlier state/);
  });
});

test('it is noticed within two seconds when nobody writes', async () => {
  rmSync(`${path}-wal`);
  await expect.poll(() => faults.length, { timeout: 2_500 }).toBe(1);
  await expect(record('NEXT')).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
});

test('damage that SQLite meets while reading makes the journal unavailable', async () => {
  for (let index = 0; index < 300; index++) await record(`STATUS ${index}`, `${'x'.repeat(200)}${index}`);
  await checkpoint();
  await journal.close();
  const bytes = readFileSync(path);
  // Somewhere in the middle of the entries.
  bytes.fill(0xff, 4096 * Math.floor((bytes.length / 4096) * 0.5), 4096 * Math.floor((bytes.length / 4096) * 0.7));
  writeFileSync(path, bytes);
  journal = openSqliteJournal(path, undefined, { onFault: (fault) => faults.push(fault) });
  const read = (async () => journal.entriesAfter(0, 1_000))();
  await expect(read).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  await expect((async () => journal.checkWritable())()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  expect(faults).toHaveLength(1);
});

test('a second server, let in by a deleted lock file, ends the first one within two seconds', async () => {
  rmSync(`${path}.lock`);
  const second = openSqliteJournal(path);
  await expect.poll(() => faults.length, { timeout: 2_000 }).toBe(1);
  await expectRefusal(/kyc\.db\.lock was (deleted|replaced).*second server/);
  expect(await second.append([submission('c', 'OF THE SECOND')])).toMatchObject([{ outcome: 'applied' }]);
  await second.close();
});

describe('what another program writes is counted and reported', () => {
  function writeAs(sql: string): void {
    const other = new DatabaseSync(path, { timeout: 1_000 });
    other.exec(sql);
    other.close();
  }

  test('before the next commit, or within two seconds when nobody writes', async () => {
    writeAs('update customers set status = \'"CREATED"\'');
    await record('NEXT');
    expect([foreign, journal.foreignWrites()]).toEqual([1, 1]);
    writeAs('create table note (text); insert into note values (1)');
    await expect.poll(() => journal.foreignWrites(), { timeout: 2_000 }).toBe(3);
    // A commit of ours that says nothing new writes nothing.
    writeAs('insert into note values (2)');
    await record('NEXT');
    expect([foreign, journal.foreignWrites(), faults]).toEqual([4, 4, []]);
  });

  test('but not what reads, checkpoints, or is rolled back, nor what we write ourselves', async () => {
    writeAs(
      'pragma wal_checkpoint(truncate); select count(*) from entries; begin immediate; delete from entries; rollback',
    );
    await record('NEXT');
    await journal.erase('c', { at: 0, by: 'a test' });
    await journal.checkWritable();
    writeAs('pragma wal_checkpoint(restart)');
    await record('AFTER');
    expect(journal.foreignWrites()).toBe(0);
  });

  test('nor what Litestream writes, which has tables of its own', async () => {
    const sync = 'insert into _litestream_seq (id, seq) values (1, 1) on conflict (id) do update set seq = seq + 1';
    writeAs(
      'create table _litestream_seq (id integer primary key, seq integer); create table _litestream_lock (id integer)',
    );
    await record('NEXT');
    for (let index = 0; index < 3; index++) writeAs(`${sync}; pragma wal_checkpoint(restart)`);
    await record('AFTER');
    expect(journal.foreignWrites()).toBe(0);
    writeAs(`${sync}; delete from entries where position = 1`);
    await record('LAST');
    expect(journal.foreignWrites()).toBe(1);
  });
});

describe('it goes on', () => {
  test('when another process checkpoints, and when it empties the log', async () => {
    for (const mode of ['passive', 'restart', 'truncate', 'full']) {
      const database = new DatabaseSync(path, { timeout: 1_000 });
      database.exec(`pragma wal_checkpoint(${mode})`);
      database.close();
      await record(`AFTER ${mode}`);
    }
    expect(faults).toEqual([]);
  });

  test('when the log grows far beyond a checkpoint, beside readers, and after an erasure', async () => {
    const reader = new DatabaseSync(path, { readOnly: true });
    for (let round = 0; round < 4; round++) {
      reader.exec('begin');
      reader.prepare('select count(*) from entries').get();
      for (let index = 0; index < 60; index++) {
        const batch = Array.from({ length: 50 }, (_, at) => submission(`customer ${at}`, `STATUS ${round} ${index}`));
        await journal.append(batch);
      }
      reader.exec('commit');
    }
    await journal.erase('customer 7', { at: 0, by: 'somebody' });
    await record('AFTER');
    reader.close();
    expect(faults).toEqual([]);
  });

  test('when the log has become large because of a long reader: it shrinks again', async () => {
    const reader = new DatabaseSync(path, { readOnly: true });
    reader.exec('begin');
    reader.prepare('select count(*) from entries').get();
    const message = 'x'.repeat(60_000);
    for (let index = 0; index < 40; index++) {
      await journal.append(
        Array.from({ length: 10 }, (_, at) => submission(`c${at}`, `S ${index}`, { endUserMessage: message + index })),
      );
    }
    expect(journal.logBytes()).toBeGreaterThan(20 * 1024 * 1024);
    reader.close();
    for (let index = 0; index < 3; index++) await record(`AFTER ${index}`);
    expect(journal.logBytes()).toBeLessThanOrEqual(17 * 1024 * 1024);
    expect(faults).toEqual([]);
  });

  test('beside files that are not the journal', async () => {
    appendFileSync(join(folder.path, 'note.txt'), 'note');
    expect(existsSync(`${path}.lock`)).toBe(true);
    await record('AFTER');
    expect(faults).toEqual([]);
  });
});
