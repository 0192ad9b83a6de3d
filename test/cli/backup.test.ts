/** Backups on a schedule, and exports that continue: as real processes, beside a server that writes. */
import { mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';
import { run } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let database: string;
let journal: ReturnType<typeof openSqliteJournal>;
beforeEach(async () => {
  folder = temporaryFolder();
  database = join(folder.path, 'kyc.db');
  journal = openSqliteJournal(database);
  await journal.append([submission('ana', 'CREATED'), submission('bob', 'CREATED')]);
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

const kyc = (...words: string[]) => run(words, folder.path, { DATABASE_URL: `sqlite:${database}` });
const NAME = /^kyc-\d{8}T\d{9}Z\.db$/;

function backups(): string[] {
  return readdirSync(join(folder.path, 'backups')).sort();
}

function makeFolder(...files: string[]): string {
  const path = join(folder.path, 'backups');
  mkdirSync(path);
  for (const file of files) writeFileSync(join(path, file), '');
  return path;
}

test('--to writes a verified backup named by time, which only its owner reads, and which can be served', async () => {
  const path = makeFolder();
  const { code, stdout } = await kyc('backup', '--to', path, '--verify');
  expect([code, stdout]).toEqual([0, expect.stringMatching(/position 2, and every digest in it holds\.\n$/)]);
  const [name = '', ...others] = backups();
  expect([name, others]).toEqual([expect.stringMatching(NAME), []]);
  expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  const restored = openSqliteJournal(join(path, name));
  expect((await restored.head()).position).toBe(2);
  await restored.close();
});

test('--keep removes the oldest of its own files and what killed runs left, and nothing else', async () => {
  const old = ['kyc-20200101T000000000Z.db', 'kyc-20210101T000000000Z.db', 'kyc-20220101T000000000Z.db'];
  const left = 'kyc-20230101T000000000Z.db.unverified.partial';
  const foreign = ['kyc.db', 'kyc-20200101T000000000Z.db.gz', 'notes.txt', 'kyc-2020.db'];
  const path = makeFolder(...old, ...foreign, left, 'kyc-20240101T000000000Z.db.unverified');
  utimesSync(join(path, left), 0, 0);
  const { code, stdout } = await kyc('backup', '--to', path, '--keep', '2');
  expect([code, stdout]).toEqual([0, expect.stringContaining('Removed 2 older backups.')]);
  const now = backups();
  expect(now).toEqual(expect.arrayContaining([...foreign, String(old[2]), 'kyc-20240101T000000000Z.db.unverified']));
  expect(now.filter((name) => NAME.test(name))).toHaveLength(2);
  expect(now).not.toContain(left);
});

test('with a clock that went back, the new backup stays', async () => {
  const future = ['kyc-29990101T000000000Z.db', 'kyc-29990102T000000000Z.db'];
  makeFolder(...future);
  expect((await kyc('backup', '--to', 'backups', '--keep', '1')).code).toBe(0);
  const [name, ...others] = backups();
  expect([others, future]).toEqual([[], expect.not.arrayContaining([name])]);
});

test('a copy that fails verification is removed, the older ones stay, and the exit code is 1', async () => {
  const older = 'kyc-20200101T000000000Z.db';
  makeFolder(older);
  const tampering = new DatabaseSync(database);
  tampering.exec("update entries set content = replace(content, 'CREATED', 'FULL_USER') where position = 1");
  tampering.close();
  const { code, stderr } = await kyc('backup', '--to', 'backups', '--keep', '1', '--verify');
  expect([code, stderr]).toEqual([1, expect.stringMatching(/failed verification.*older ones were kept/)]);
  expect(backups()).toEqual([older]);
});

test('a missing folder, a file in its place, and options that conflict are refused', async () => {
  writeFileSync(join(folder.path, 'file'), '');
  for (const words of [
    ['--to', 'nowhere'],
    ['--to', 'file'],
    ['--keep', '7'],
    ['copy.db', '--verify'],
    ['--to', '.', '--keep', '0'],
    ['--to', '.', 'copy.db'],
  ]) {
    expect([words, await kyc('backup', ...words)]).toEqual([words, expect.objectContaining({ code: 2 })]);
  }
  expect(readdirSync(folder.path).filter((name) => name.startsWith('kyc-'))).toEqual([]);
});

const lines = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).position);

test('an export names the cursor to continue from, and --since continues without a gap or a repeat', async () => {
  const first = await kyc('export');
  const [, cursor = ''] = /--since (k1\.\S+)/.exec(first.stderr) ?? [];
  expect([first.code, lines(first.stdout)]).toEqual([0, [1, 2]]);
  expect((await kyc('export', '--since', cursor)).stdout).toBe('');
  await journal.append([submission('ana', 'KYC_NEEDED'), submission('carl', 'CREATED')]);
  expect(lines((await kyc('export', '--since', cursor)).stdout)).toEqual([3, 4]);
  expect(lines((await kyc('export', '--since', cursor, '--customer', 'ana')).stdout)).toEqual([3]);
  expect((await kyc('export', '--since', cursor, '--format', 'csv')).stdout.split('\r\n')).toHaveLength(4);
});

test('--since takes a date, by the time of recording; other text, and cursors of another journal, are refused', async () => {
  expect(lines((await kyc('export', '--since', '1970-01-01')).stdout)).toEqual([1, 2]);
  expect(lines((await kyc('export', '--since', '2999-01-01T00:00:00+02:00')).stdout)).toEqual([]);
  for (const text of ['yesterday', '2026-13-01', '2026-11-24T07:00', '5', '']) {
    expect([text, (await kyc('export', '--since', text)).code]).toEqual([text, 2]);
  }
  const other = openSqliteJournal(join(folder.path, 'other.db'));
  await other.append([submission('x', 'CREATED')]);
  const foreign = other.cursors.encode(await other.head());
  await other.close();
  expect(await kyc('export', '--since', foreign)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('without --since'),
  });
});
