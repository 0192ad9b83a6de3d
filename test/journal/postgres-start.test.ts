/** What a start on Postgres says when it fails, what it waits for, and where a new journal goes. Real servers. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { migrateJournal, moveJournalToSchema, openJournal, openReader } from '../../src/journal/open.ts';
import { backfillAttention } from '../../src/journal/postgres/attention-backfill.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { backfillStandings } from '../../src/journal/postgres/standing-backfill.ts';
import { createDatabase, freshDatabase, query } from '../support/postgres.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { submission } from './contract.ts';

let url: string;
beforeEach(async () => {
  url = await freshDatabase();
});

function changed(change: (url: URL) => void, from = url): string {
  const made = new URL(from);
  change(made);
  return made.href;
}

/** Why a start fails. */
async function failure(of: string): Promise<string> {
  const journal = await openPostgresJournal(of, undefined, { waitMs: 0 }).catch((error: Error) => error);
  if (!(journal instanceof Error)) {
    await journal.close();
    throw new Error('It should not have started.');
  }
  expect(journal.message).not.toContain(new URL(of).password || 'nothing');
  expect(journal.message).not.toContain('hunter2');
  return journal.message;
}

describe('a start that fails names the target, the cause and what to do', () => {
  const target = () => `postgres://${new URL(url).host}${new URL(url).pathname}`;

  test('a wrong password', async () => {
    const message = await failure(changed((one) => (one.password = 'hunter2')));
    expect(message).toContain(
      `Cannot open the journal at ${target()}: password authentication failed for user "postgres"`,
    );
    expect(message).toMatch(/Check the user and the password in DATABASE_URL/);
  });

  test('no password', async () => {
    expect(await failure(changed((one) => (one.password = '')))).toMatch(/wants a password and DATABASE_URL has none/);
  });

  test('no such database', async () => {
    const message = await failure(changed((one) => (one.pathname = '/nothing_here')));
    expect(message).toMatch(/\/nothing_here: database "nothing_here" does not exist\. Create the database/);
  });

  test('an unknown host', async () => {
    const message = await failure(changed((one) => (one.hostname = 'no-such-host.invalid')));
    expect(message).toMatch(/the host is unknown .*Correct the host in DATABASE_URL/);
  });

  test('nothing that listens', async () => {
    const message = await failure(changed((one) => (one.port = '1')));
    expect(message).toMatch(/127\.0\.0\.1:1\/.*nothing accepts connections there \(ECONNREFUSED\)\. Start Postgres/);
  });

  test('a server that never answers', async () => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    expect(await failure(`${changed((one) => (one.port = String(port)))}?connect_timeout=300`)).toMatch(/firewall/);
    silent.close();
  });

  test('a server without TLS', async () => {
    expect(await failure(`${url}?sslmode=verify-full`)).toMatch(/SSL connections\. Check sslmode/);
  });

  test('a user who may not make the schema', async () => {
    await query(
      url,
      "do $$ begin create role poor login password 'poor'; exception when duplicate_object then null; end $$",
    );
    const message = await failure(changed((one) => Object.assign(one, { username: 'poor', password: 'poor' })));
    expect(message).toMatch(/permission denied for database .*Grant the right/);
  });

  test('a database that is not UTF-8', async () => {
    const name = `latin_${new URL(url).pathname.slice(-12)}`;
    await query(url, `create database ${name} encoding 'LATIN1' template template0`);
    const message = await failure(changed((one) => (one.pathname = name)));
    expect(message).toMatch(/has the encoding LATIN1.*encoding 'UTF8'/);
  });

  test('a schema of an impossible name', async () => {
    for (const name of ['Kyc', 'a"b', 'pg_temp', 'information_schema', '1a', "x'; drop"]) {
      expect(await failure(`${url}?schema=${encodeURIComponent(name)}`)).toMatch(/DATABASE_URL: schema must be a name/);
    }
  });
});

describe('a Postgres that is starting', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  test('is waited for, with one line in the log', async () => {
    const place = await createDatabase(server.url('postgres'));
    await server.stop();
    const lines: unknown[] = [];
    const quiet = () => {};
    const log = { info: quiet, error: quiet, fatal: quiet, warn: (...line: unknown[]) => lines.push(line) } as never;
    const opening = openJournal(place, { log });
    await expect.poll(() => lines.length).toBe(1);
    expect(JSON.stringify(lines)).toMatch(/Waiting for Postgres to accept connections/);
    expect(JSON.stringify(lines)).not.toContain('password');
    await server.start();
    const journal = await opening;
    expect(journal.facts).toMatchObject({ isNew: true, position: 0 });
    await journal.close();
    expect(lines).toHaveLength(1);
  });
});

const schemas = async () =>
  (await query(url, "select schemaname from pg_tables where tablename = 'entries' order by 1")).map(
    (row) => row['schemaname'],
  );

/** A journal as an earlier release made it: in `public`. */
async function journalInPublic(): Promise<void> {
  const journal = await openPostgresJournal(`${url}?schema=public`);
  await journal.append([submission('c', 'CREATED')]);
  await journal.close();
}

test('the migration that lists customers by their standing reads it from the entries', async () => {
  const journal = await openJournal(url);
  await journal.append([
    submission('c', 'CREATED', { extra: { text: '\u0000 \ud800' } }),
    ...['FULL_USER', 'KYC_PENDING'].map((status) => submission('revoked', status)),
  ]);
  await query(url, 'update customers set standing = 0, changed_at = 0');
  const client = new Client(url);
  await client.connect();
  await backfillStandings(client);
  await client.end();
  const list = { statuses: null, changedAfter: 0, before: null, limit: 9, changedFrom: 1 };
  const found = await journal.customers({ ...list, standings: ['REVERSED'] });
  expect(found.map(({ latest }) => latest.customerId)).toEqual(['revoked']);
  expect(await journal.customers(list)).toHaveLength(2);
  await journal.close();
});

test('the migration that lists what waits for a person reads it from the entries', async () => {
  const journal = await openJournal(url);
  await journal.append(
    ['FULL_USER', 'KYC_PENDING', 'FULL_USER', 'ODD'].map((status) =>
      submission('a', status, { endUserMessage: '\u0000' }),
    ),
  );
  await journal.append([
    submission('b', 'CREATED'),
    submission('b', 'SOFT_KYC_FAILED', { rejectLabels: ['\u0000 \ud800'] }),
  ]);
  const rows = () => query(url, 'select position, customer_id, flags from attention_items order by position');
  const counts = () => query(url, 'select * from daily_statistics order by day, metric, key');
  const before = [await rows(), await counts()];
  await query(url, 'delete from attention_items; delete from daily_statistics');
  const client = new Client(url);
  await client.connect();
  await client.query('begin');
  await backfillAttention(client);
  await client.query('commit');
  await client.end();
  expect([await rows(), await counts()]).toEqual(before);
  expect(await query(url, 'select position::integer from attention_items where is_open = 1')).toEqual([
    { position: 4 },
  ]);
  expect(await verifyChain(journal, () => {})).toMatchObject({ state: 'holds' });
  await journal.close();
});

describe('a new journal', () => {
  test('has a schema of its own, beside tables of the same names', async () => {
    for (const name of ['customers', 'entries', 'dead_letters'])
      await query(url, `create table public.${name} (id integer)`);
    const journal = await openJournal(url);
    await journal.append([submission('c', 'CREATED'), submission('d', 'CREATED')]);
    expect(journal.facts.description).toMatch(/^postgres:\/\/127\.0\.0\.1:\d+\/\w+ \(schema xgateway_kyc\)$/);
    expect(await schemas()).toEqual(['public', 'xgateway_kyc']);
    expect(await query(url, 'select * from public.entries')).toEqual([]);
    await journal.close();
    const again = await openJournal(url);
    expect(again.facts).toMatchObject({ isNew: false, position: 2 });
    await again.close();
  });

  test('goes where the URL says', async () => {
    const journal = await openJournal(`${url}?schema=merchant_kyc`);
    await journal.append([submission('c', 'CREATED')]);
    expect(await schemas()).toEqual(['merchant_kyc']);
    await journal.close();
  });

  test('beside another one, as a typo in schema= makes it, is a warning that names both; in production also that it is new', async () => {
    await (await openJournal(url)).close();
    const warned: [object, string][] = [];
    const log = { info() {}, error() {}, fatal() {}, warn: (...line: [object, string]) => void warned.push(line) };
    const made = await openJournal(`${url}?schema=xgateway_kcy`, { log: log as never, production: true });
    expect(made.facts).toMatchObject({ isNew: true, position: 0 });
    await made.close();
    expect(warned).toEqual([
      [{ schema: 'xgateway_kcy', others: ['xgateway_kyc'] }, expect.stringMatching(/correct schema= in DATABASE_URL/)],
      [
        { journal: expect.stringContaining('(schema xgateway_kcy)') },
        expect.stringMatching(/Made a new, empty journal/),
      ],
    ]);
    warned.length = 0;
    await (await openJournal(`${url}?schema=xgateway_kcy`, { log: log as never, production: true })).close();
    expect(warned).toEqual([]);
  });

  test('is not disturbed by functions and tables that come first in the search path', async () => {
    await (await openJournal(url)).close();
    await query(
      url,
      'create schema postgres; create table postgres.entries (position bigint); create table postgres.customers (x int)',
    );
    const journal = await openJournal(url);
    await journal.append([submission('c', 'CREATED')]);
    await journal.append([submission('c', 'PENDING'), submission('d', 'CREATED')]);
    expect((await journal.head()).position).toBe(3);
    await journal.close();
  });
});

describe('a journal in public', () => {
  beforeEach(journalInPublic);

  test('stays there', async () => {
    const journal = await openJournal(url);
    expect(journal.facts).toMatchObject({ isNew: false, position: 1 });
    await journal.append([submission('c', 'PENDING')]);
    await journal.close();
    expect(await schemas()).toEqual(['public']);
  });

  test('is not left behind by a URL that names another schema', async () => {
    expect(await failure(`${url}?schema=elsewhere`)).toMatch(/is in the schema public.*migrate --schema elsewhere/);
    expect(await schemas()).toEqual(['public']);
  });

  test.each(['xgateway_kyc', 'elsewhere'])(
    'is moved to %s by migrate --schema, with instances stopped',
    async (schema) => {
      const journal = await openJournal(url);
      await expect(moveJournalToSchema(url, schema)).rejects.toThrow(/A server is connected to .*Stop every instance/);
      await journal.close();
      expect(await moveJournalToSchema(url, schema)).toBe('public');
      expect(await moveJournalToSchema(url, schema)).toBeNull();
      expect(await schemas()).toEqual([schema]);
      if (schema !== 'xgateway_kyc') {
        expect(await failure(url)).toMatch(
          new RegExp(`is in the schema ${schema}\\. Add schema=${schema} to DATABASE_URL`),
        );
        expect(await schemas()).toEqual([schema]);
      }
      const place = schema === 'xgateway_kyc' ? url : `${url}?schema=${schema}`;
      expect(await migrateJournal(place)).toEqual([]);
      const moved = await openJournal(place);
      await moved.append([submission('c', 'PENDING'), submission('d', 'CREATED')]);
      await moved.append([submission('d', 'PENDING')]);
      expect((await moved.head()).position).toBe(4);
      const reader = await openReader(place);
      expect(await verifyChain(reader, () => {})).toMatchObject({ state: 'holds' });
      await reader.close();
      await moved.close();
    },
  );
});

describe('the database under a running journal', () => {
  let journal: Journal;
  let faults: Error[];
  beforeEach(async () => {
    faults = [];
    journal = await openPostgresJournal(url, undefined, { onFault: (fault) => faults.push(fault) });
    await journal.append([submission('c', 'CREATED')]);
  });
  const close = () => journal.close();

  test('is made anew: the journal is unavailable, and no new one is begun', async () => {
    const name = new URL(url).pathname.slice(1);
    const other = changed((one) => (one.pathname = '/postgres'));
    await query(other, `drop database ${name} with (force)`);
    await query(other, `create database ${name}`);
    const append = async () => journal.append([submission('c', 'PENDING')]);
    await expect.poll(() => append().catch((error: { code: string }) => error.code)).toBe('JOURNAL_UNAVAILABLE');
    await expect((async () => journal.checkWritable())()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(await schemas()).toEqual([]);
    await close();
  });

  test('comes to hold another journal: nothing is recorded any more, for good', async () => {
    await query(url, 'drop schema xgateway_kyc cascade');
    await (await openPostgresJournal(url)).close();
    await expect.poll(() => faults.length, { timeout: 3_000 }).toBe(1);
    expect(String(faults[0])).toMatch(/another journal/);
    await expect(journal.append([submission('c', 'PENDING')])).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    await expect((async () => journal.checkWritable())()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(await query(url, 'select count(*)::int from xgateway_kyc.entries')).toEqual([{ count: 0 }]);
    await close();
  });

  const unavailable = expect.objectContaining({ code: 'JOURNAL_UNAVAILABLE' });
  /** Writing, reading and readiness fail, with one report. */
  async function expectRefusal(found: RegExp): Promise<void> {
    await expect.poll(() => faults.length, { timeout: 3_000 }).toBe(1);
    expect(String(faults[0])).toMatch(found);
    for (const work of [
      () => journal.append([submission('new', 'PENDING')]),
      () => journal.erase('c', { at: 0, by: 'a test' }),
      () => journal.deadLetters.counts(),
      () => journal.customer('c'),
      () => journal.checkWritable(),
    ]) {
      await expect((async () => work())()).rejects.toEqual(unavailable);
    }
    expect(faults).toHaveLength(1);
    await close();
  }

  test.each([
    ['every table is truncated', 'truncate entries, customers, status_counts', /ended at entry 3 and now ends at 0/],
    ['the entries are truncated', 'truncate entries', /ended at entry 3 and now ends at 0/],
    ['the latest entry is deleted', 'delete from entries where position = 3', /ended at entry 3 and now ends at 2/],
    [
      'the latest entry is overwritten',
      "update entries set digest = '\\x00' where position = 3",
      /entry 3 has other content/,
    ],
    ['the facts are deleted', 'delete from journal_facts', /no journal: its facts were deleted/],
  ])('%s: nothing is served or recorded any more, for good', async (_what, statement, found) => {
    await journal.append([submission('c', 'PENDING'), submission('d', 'CREATED')]);
    await query(url, statement);
    await expectRefusal(found);
  });

  test('a commit that comes after the tables were emptied is not acknowledged', async () => {
    await journal.append([submission('c', 'PENDING'), submission('d', 'CREATED')]);
    await query(url, 'truncate entries, customers, status_counts');
    await expect(journal.append([submission('new', 'CREATED')])).rejects.toEqual(unavailable);
    await expectRefusal(/ended at entry 3 and now ends at 1/);
  });

  test.each([
    ['deleted', "delete from customers where customer_id = 'c'"],
    ['changed', "update customers set position = 7 where customer_id = 'c'"],
  ])(
    'the row of one customer is %s: reports on them fail with what to do, others are recorded',
    async (_what, statement) => {
      await journal.append([submission('d', 'CREATED')]);
      await query(url, statement);
      const failed = Promise.resolve(journal.append([submission('c', 'PENDING')]));
      await expect(failed).rejects.toThrow(/contradict each other.*xgateway-kyc verify/);
      expect(await journal.append([submission('d', 'PENDING')])).toMatchObject([{ outcome: 'applied' }]);
      await close();
    },
  );
});
