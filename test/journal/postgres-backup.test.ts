import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { moveJournal } from '../../src/journal/move.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { backUpPostgres } from '../../src/journal/postgres-backup.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { run } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';
import { deadLetter, everythingIn, fill } from './everything.ts';

let folder: ReturnType<typeof temporaryFolder>;
let url: string;
let copy: string;
beforeEach(async () => {
  folder = temporaryFolder();
  copy = `${folder.path}/copy.db`;
  url = await freshDatabase();
});
afterEach(() => folder[Symbol.dispose]());

test('everything is in the copy, which is served as it is, and moved back into an empty Postgres', async () => {
  const source = await openPostgresJournal(url);
  await fill(source);
  const before = await everythingIn(source);
  const progress: number[] = [];
  expect(await backUpPostgres(url, copy, ({ rows, of }) => progress.push(rows / of))).toBe(2_506);
  expect(progress.at(-1)).toBe(1);
  expect([statSync(copy).mode & 0o777, readdirSync(folder.path)]).toEqual([0o600, ['copy.db']]);
  // The source goes on.
  await source.append([submission('later', 'CREATED')]);
  await source.close();

  const restored = await freshDatabase();
  expect(await moveJournal(copy, restored)).toMatchObject({ position: 2_506, rows: { dead_letters: 1 } });
  const target = await openPostgresJournal(restored);
  expect(await everythingIn(target)).toEqual(before);
  expect(await verifyChain(target, () => {})).toMatchObject({ state: 'holds', erased: 3 });
  await target.close();

  const served = openSqliteJournal(copy);
  expect(await everythingIn(served)).toEqual(before);
  expect(await verifyChain(served, () => {})).toMatchObject({ state: 'holds', erased: 3 });
  // No ID is given twice.
  await served.deadLetters.keep([deadLetter('c9', '{}')]);
  expect((await served.deadLetters.list({ category: null, before: null, limit: 1 }))[0]?.id).toBe(4);
  await served.close();
});

test('a copy is of one moment while an instance writes', async () => {
  const source = await openPostgresJournal(url);
  let isDone = false;
  const writing = (async () => {
    for (let index = 0; !isDone; index++) {
      await source.append(Array.from({ length: 50 }, (_, one) => submission(`c${one}`, `STATUS ${index}`)));
    }
  })();
  await expect.poll(async () => (await source.head()).position).toBeGreaterThan(500);
  for (const name of ['a', 'b', 'c']) {
    const file = `${folder.path}/${name}.db`;
    const position = await backUpPostgres(url, file);
    const made = openSqliteJournal(file);
    expect(await verifyChain(made, () => {})).toMatchObject({ state: 'holds', head: { position } });
    await made.close();
  }
  isDone = true;
  await writing;
  await source.close();
});

test('no journal, another schema version, and a database that ends on the way: an error that says so, and no file', async () => {
  await expect(backUpPostgres(url, copy)).rejects.toThrow(/There is no journal in postgres:/);
  const source = await openPostgresJournal(url);
  await source.append([submission('a', 'CREATED')]);
  await source.close();
  await query(url, 'delete from journal_schema where version = (select max(version) from journal_schema)');
  await expect(backUpPostgres(url, copy)).rejects.toThrow(/has schema version \d+, and this release copies only \d+\./);
  await query(url, 'insert into journal_schema select max(version) + 1 from journal_schema');
  const cut = backUpPostgres(url, copy, () => {
    throw new Error('cut');
  });
  await expect(cut).rejects.toThrow('cut');
  await expect(backUpPostgres(url, `${folder.path}/none/copy.db`)).rejects.toThrow(
    /none does not exist\. Make it first/,
  );
  expect(existsSync(copy) || readdirSync(folder.path).length > 0).toBe(false);
});

test('the command: a schedule with --to, --keep and --verify, as for SQLite', async () => {
  const source = await openPostgresJournal(url);
  await source.append([submission('ana', 'CREATED'), submission('bob', 'CREATED')]);
  const kyc = (...words: string[]) => run(words, folder.path, { DATABASE_URL: url });
  writeFileSync(`${folder.path}/kyc-20200101T000000000Z.db`, '');
  const { code, stdout } = await kyc('backup', '--to', '.', '--keep', '1', '--verify');
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/position 2, and every digest in it holds\. Removed 1 older backup\.\n$/),
  ]);
  const [name = '', ...others] = readdirSync(folder.path);
  expect([name, others]).toEqual([expect.stringMatching(/^kyc-\d{8}T\d{9}Z\.db$/), []]);
  await query(url, "update entries set content = replace(content, 'CREATED', 'FULL_USER') where position = 1");
  expect(await kyc('backup', '--to', '.', '--keep', '1', '--verify')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/failed verification.*older ones were kept/),
  });
  expect(readdirSync(folder.path)).toEqual([name]);
  await source.close();
});
