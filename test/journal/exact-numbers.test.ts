/** Unknown fields keep every digit from the callback on: in both stores, through a move, and when a dead letter is replayed. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createReplay } from '../../src/admin/replay.ts';
import { csvCell } from '../../src/cli/export.ts';
import { parseExactJson } from '../../src/domain/exact-json.ts';
import { CommitQueue } from '../../src/journal/commit-queue.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { moveJournal } from '../../src/journal/move.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { callbackHash, hashDigest } from '../../src/xgateway/callback-hash.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';

const EXTRA = '{"amount":12345678901234567890,"rate":1.10,"__proto__":{"big":1e400,"list":[-0,[2.0]]}}';
const extra = parseExactJson(EXTRA) as Record<string, unknown>;
const extraOf = async (journal: Journal, customerId: string) =>
  JSON.stringify((await journal.customer(customerId))?.latest.extra);

test('an update reads as it was written, in SQLite, after a move, and in Postgres', async () => {
  using folder = temporaryFolder();
  const [path, url] = [`${folder.path}/kyc.db`, await freshDatabase()];
  const sqlite = openSqliteJournal(path);
  const [applied] = await sqlite.append([submission('c', 'CREATED', { extra })]);
  expect(JSON.stringify(applied?.outcome === 'applied' && applied.update.extra)).toBe(EXTRA);
  expect(await extraOf(sqlite, 'c')).toBe(EXTRA);
  expect(JSON.stringify((await sqlite.entriesAfter(0, 1))[0]?.extra)).toBe(EXTRA);
  await sqlite.deadLetters.keep(
    ['a', 'b'].map((customerId) => ({
      category: 'GENUINE' as const,
      reason: 'NOT_UNDERSTOOD' as const,
      problems: [],
      customerId,
      body: EXTRA,
      hashDigest: null,
      receivedAt: 1,
    })),
  );
  await sqlite.close();

  await moveJournal(path, url);
  const postgres = await openPostgresJournal(url);
  try {
    expect(await extraOf(postgres, 'c')).toBe(EXTRA);
    await postgres.append([submission('d', 'CREATED', { extra })]);
    expect(await extraOf(postgres, 'd')).toBe(EXTRA);
    expect(
      (await postgres.deadLetters.list({ category: null, before: null, limit: 9 })).map(({ body }) => body),
    ).toEqual([EXTRA, EXTRA]);
    // What is counted came along once.
    expect(await postgres.deadLetters.counts()).toEqual({ GENUINE: 2, REFUSED: 0 });
    await postgres.append([submission('c', 'FULL_USER'), submission('d', 'FULL_USER')]);
  } finally {
    await postgres.close();
  }
  const schema = (await query(url, "select schemaname from pg_tables where tablename = 'status_counts'"))[0];
  const rows = await query(url, `select status from "${String(schema?.['schemaname'])}".status_counts`);
  expect(rows).toEqual([{ status: '"FULL_USER"' }]);
});

test('a replayed dead letter makes an update with the same digits', async () => {
  using folder = temporaryFolder();
  const journal = openSqliteJournal(`${folder.path}/kyc.db`);
  const said = `{"callbackType":"kyc","customerId":"c","status":"CREATED",${EXTRA.slice(1)}`;
  await journal.deadLetters.keep([
    {
      category: 'REFUSED',
      reason: 'NOT_GENUINE',
      problems: [],
      customerId: 'c',
      body: said,
      hashDigest: hashDigest(callbackHash('c', 'key')),
      receivedAt: 1,
    },
    // What is not kept whole, or is no JSON object, can't be replayed.
    {
      category: 'REFUSED',
      reason: 'NOT_JSON',
      problems: [],
      customerId: null,
      body: '"x"',
      hashDigest: null,
      receivedAt: 1,
    },
  ]);
  const { deadLetters } = journal;
  const queue = new CommitQueue(journal);
  const replay = createReplay({ queue, deadLetters, secrets: { current: 'key' }, requireConfirmation: false });
  expect((await replay([1, 2])).map(({ outcome }) => outcome)).toEqual(['APPLIED', 'STILL_REFUSED']);
  expect(await extraOf(journal, 'c')).toBe(EXTRA);
  expect(csvCell((await journal.customer('c'))?.latest.extra)).toBe(`"${EXTRA.replaceAll('"', '""')}"`);
  await journal.close();
});

test('a journal of the release before counts what it holds, and drops the rows of statuses that nobody has', async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/kyc.db`;
  const journal = openSqliteJournal(path);
  await journal.append([submission('c', 'A')]);
  const deadLetter = { problems: [], customerId: 'c', hashDigest: null, receivedAt: 1 } as const;
  await journal.deadLetters.keep([
    { ...deadLetter, category: 'GENUINE', reason: 'NOT_UNDERSTOOD', body: '{}' },
    { ...deadLetter, category: 'REFUSED', reason: 'NOT_GENUINE', body: '{"a":1}' },
  ]);
  await journal.close();
  {
    // As 0003 left it.
    using database = new DatabaseSync(path);
    database.exec(`drop trigger dead_letter_added; drop trigger dead_letter_removed; drop trigger status_unused;
      drop table dead_letter_totals; drop index dead_letters_by_customer;
      alter table dead_letters drop column sender; alter table dead_letters drop column request_id;
      alter table dead_letters drop column priority;
      create index dead_letters_by_customer on dead_letters (customer_id, id);
      drop table consumers; drop table consumer_retries; drop table consumer_dead_letters;
      delete from journal_facts where name = 'identity_digest';
      insert into status_counts values ('"GONE"', 0); pragma user_version = 3`);
  }
  const upgraded = openSqliteJournal(path);
  expect(await upgraded.deadLetters.counts()).toEqual({ GENUINE: 1, REFUSED: 1 });
  expect(await upgraded.deadLetters.list({ category: null, before: null, limit: 9 })).toHaveLength(2);
  await upgraded.close();
  using database = new DatabaseSync(path);
  expect(database.prepare('select status from status_counts').all()).toMatchObject([{ status: '"A"' }]);
});
