import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { moveJournal } from '../../src/journal/move.ts';
import { migrateJournal } from '../../src/journal/open.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { run } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';
import { deadLetter, everythingIn, fill } from './everything.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let url: string;
beforeEach(async () => {
  folder = temporaryFolder();
  path = `${folder.path}/kyc.db`;
  url = await freshDatabase();
});
afterEach(() => folder[Symbol.dispose]());

test('everything is moved, and clients and servers continue from it', async () => {
  const source = openSqliteJournal(path);
  await fill(source);
  const before = await everythingIn(source);
  await source.close();

  const progress: number[] = [];
  const moved = await moveJournal(path, url, ({ rows, of }) => progress.push(rows / of));
  expect(moved).toMatchObject({ position: 2_506, rows: { entries: 2_506, customers: 904, dead_letters: 1 } });
  expect(progress.at(-1)).toBe(1);

  const target = await openPostgresJournal(url);
  const after = await everythingIn(target);
  expect(after).toEqual(before);
  expect(await verifyChain(target, () => {})).toMatchObject({ state: 'holds', erased: 3 });
  // What was known is known, what is new follows, and no ID is given twice.
  expect(await target.append([submission('c6', 'STATUS 1806'), submission('c6', 'NEW')])).toMatchObject([
    { outcome: 'unchanged', revision: 3 },
    { outcome: 'applied', update: { revision: 4, position: 2_507 } },
  ]);
  await target.deadLetters.keep([deadLetter('c9', '{}')]);
  expect((await target.deadLetters.list({ category: null, before: null, limit: 1 }))[0]?.id).toBe(4);
  await target.close();
});

test('a journal that is in use, on either side, is not moved', async () => {
  const source = openSqliteJournal(path);
  await source.append([submission('a', 'CREATED')]);
  await expect(moveJournal(path, url)).rejects.toThrow(/Another process/);
  await source.close();

  const target = await openPostgresJournal(url);
  await target.head();
  await expect(moveJournal(path, url)).rejects.toThrow(/A server is connected/);
  await target.append([submission('b', 'CREATED')]);
  await target.close();
  await expect.poll(() => moveJournal(path, url).catch(String)).toMatch(/has entries already/);
  expect(await query(url, 'select customer_id from entries')).toEqual([{ customer_id: 'b' }]);
});

test('a move that fails leaves nothing, and can be tried again', async () => {
  const source = openSqliteJournal(path);
  await fill(source);
  await source.close();
  await migrateJournal(url);
  await query(url, "alter table customers add constraint no_c7 check (customer_id <> 'c7')");
  const facts = await query(url, 'select * from journal_facts order by name');
  await expect(moveJournal(path, url)).rejects.toThrow(/no_c7/);
  expect(await query(url, 'select * from journal_facts order by name')).toEqual(facts);
  expect(await query(url, 'select count(*)::int from entries')).toEqual([{ count: 0 }]);
  await query(url, 'alter table customers drop constraint no_c7');
  expect(await moveJournal(path, url)).toMatchObject({ position: 2_506 });
});

test('the commands', async () => {
  const env = { DATABASE_URL: url };
  expect((await run(['migrate'], folder.path, env)).stdout).toMatch(/^Applied 0001-journal\.sql\./);
  expect((await run(['migrate'], folder.path, env)).stdout).toBe('Up to date.\n');
  const file = { DATABASE_URL: `sqlite:${path}` };
  expect((await run(['migrate'], folder.path, file)).stdout).toMatch(/^Applied 0001-journal\.sql\./);
  expect((await run(['migrate'], folder.path, file)).stdout).toBe('Up to date.\n');
  expect(await run(['move', `${folder.path}/none.db`], folder.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no journal at'),
  });
  expect((await run(['move'], folder.path, env)).code).toBe(2);
  expect((await run(['move', path], folder.path, file)).stderr).toMatch(/Set DATABASE_URL to the Postgres/);
  const moved = await run(['move', path], folder.path, env);
  expect([moved.code, moved.stdout]).toEqual([0, expect.stringContaining('Moved up to position 0')]);
});
