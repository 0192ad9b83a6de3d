/** Unknown fields keep every digit from the callback on: in both stores, through a move, and when a dead letter is replayed. */
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { createReplay } from '../../src/admin/replay.ts';
import { parseExactJson } from '../../src/domain/exact-json.ts';
import { CommitQueue } from '../../src/journal/commit-queue.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { loadMigrations } from '../../src/journal/migrate.ts';
import { moveJournal } from '../../src/journal/move.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { csvCell } from '../../src/text/csv.ts';
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

test('a journal of the release before counts and lists what it holds, and drops the rows of statuses that nobody has', async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/kyc.db`;
  const journal = openSqliteJournal(path);
  await journal.append([submission('c', 'A'), submission('v', 'FULL_USER')]);
  const deadLetter = { problems: [], customerId: 'c', hashDigest: null, receivedAt: 1 } as const;
  await journal.deadLetters.keep([
    { ...deadLetter, category: 'GENUINE', reason: 'NOT_UNDERSTOOD', body: '{}' },
    { ...deadLetter, category: 'REFUSED', reason: 'NOT_GENUINE', body: '{"a":1}' },
  ]);
  await journal.close();
  const old = `${folder.path}/old.db`;
  copyInto(old, 3, path);
  const upgraded = openSqliteJournal(old);
  expect(await upgraded.deadLetters.counts()).toEqual({ GENUINE: 1, REFUSED: 1 });
  expect(await upgraded.deadLetters.list({ category: null, before: null, limit: 9 })).toHaveLength(2);
  const list = { statuses: null, changedAfter: 0, before: null, limit: 9, changedTo: 1_700_000_000_001 };
  for (const [standing, id] of [
    ['OTHER', 'c'],
    ['VERIFIED', 'v'],
  ] as const) {
    const found = await upgraded.customers({ ...list, standings: [standing] });
    expect(found.map(({ latest }) => latest.customerId)).toEqual([id]);
  }
  await upgraded.close();
  using database = new DatabaseSync(old);
  expect(database.prepare('select status from status_counts').all()).toMatchObject([
    { status: '"A"' },
    { status: '"FULL_USER"' },
  ]);
});

test('a journal of the release before lists what waits for a person, of each customer the latest update alone', async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/kyc.db`;
  const journal = openSqliteJournal(path);
  await journal.append(['FULL_USER', 'KYC_PENDING', 'FULL_USER', 'ODD'].map((status) => submission('a', status)));
  await journal.append([submission('b', 'CREATED'), submission('b', 'SOFT_KYC_FAILED', { rejectLabels: ['BAD'] })]);
  const counts = await journal.statistics.between(0, 100_000);
  await journal.close();
  const old = `${folder.path}/old.db`;
  copyInto(old, 8, path);
  const upgraded = openSqliteJournal(old);
  expect(await upgraded.statistics.between(0, 100_000)).toEqual(counts);
  const states = await upgraded.attention.states([1, 2, 3, 4, 5, 6]);
  expect([...states].map(([position, { isOpen }]) => [position, isOpen])).toEqual([
    [2, false],
    [4, true],
  ]);
  expect(await upgraded.checks.countedCustomers()).toMatchObject({ value: 2 });
  await upgraded.close();
});

/** Makes a journal with the first migrations only, and copies what they have room for. */
function copyInto(path: string, version: number, from: string): void {
  using database = new DatabaseSync(path);
  database.exec('pragma journal_mode = wal');
  for (const { sql } of loadMigrations('sqlite').slice(0, version)) database.exec(sql);
  database.exec(`attach '${from}' as newer; pragma user_version = ${version}`);
  for (const table of ['journal_facts', 'entries', 'customers', 'status_counts', 'dead_letters']) {
    const columns = database
      .prepare(`pragma table_info(${table})`)
      .all()
      .map(({ name }) => name);
    database.exec(`insert into ${table} (${columns}) select ${columns} from newer.${table}`);
  }
  database.exec(
    `delete from journal_facts where name = 'identity_digest'; insert into status_counts values ('"GONE"', 0)`,
  );
}
