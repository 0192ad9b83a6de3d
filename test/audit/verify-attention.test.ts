/** `verify` compares the list of what waits for a person, and the daily counts, with the entries. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
beforeEach(async () => {
  folder = temporaryFolder();
  path = `${folder.path}/kyc.db`;
  const journal = openSqliteJournal(path);
  const said = ['FULL_USER', 'HARD_KYC_FAILED', 'ODD'].map((status) => submission('a', status));
  await journal.append([...said, submission('b', 'CREATED')]);
  await journal.close();
});
afterEach(() => folder[Symbol.dispose]());

const verifyAfter = async (sql: string) => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  const journal = openSqliteJournal(path);
  try {
    return await verifyChain(journal, () => {});
  } finally {
    await journal.close();
  }
};

test('what was acknowledged is as good as what waits', async () => {
  const sql = `update attention_items set is_open = 0, acknowledgement = '{"by":"jane","at":1}'`;
  expect(await verifyAfter(sql)).toMatchObject({ state: 'holds' });
});

test.each([
  ['a reversal is missing from the list', 'delete from attention_items where position = 2', 2],
  ['an update is on the list for another reason', 'update attention_items set flags = 4 where position = 2', 2],
  [
    'an update is on the list for another customer',
    "update attention_items set customer_id = 'b' where position = 2",
    2,
  ],
  ['an unrecognised status is not said to be one', 'update attention_items set flags = 1 where position = 3', 3],
  ['an ordinary update is on the list', "insert into attention_items values (4, 'b', 1, 1, null)", 4],
  ['the daily counts were changed', 'update daily_statistics set count = count + 1 where metric = 0', null],
])('finds that %s', async (_name, sql, position) => {
  expect(await verifyAfter(sql)).toMatchObject({ state: 'broken', position });
});
