import { chmodSync } from 'node:fs';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chainDigest } from '../../src/journal/entry.ts';
import type { Journal, Submission } from '../../src/journal/journal.ts';
import { loadMigrations } from '../../src/journal/migrate.ts';
import { appendBatch } from '../../src/journal/postgres/append.ts';
import { openPostgres, type PostgresDatabase } from '../../src/journal/postgres/connection.ts';
import { openPostgresJournal, openPostgresReader } from '../../src/journal/postgres/journal.ts';
import { READ, WRITE } from '../../src/journal/postgres/statements.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { attentionContract } from './attention-contract.ts';
import { confirmationTasksContract } from './confirmation-tasks-contract.ts';
import { consumersContract } from './consumers-contract.ts';
import { journalContract, submission } from './contract.ts';
import { deadLettersContract } from './dead-letters-contract.ts';

let url: string;
const opened: Journal[] = [];
const open = async (from = url): Promise<Journal> => {
  const journal = await openPostgresJournal(from);
  opened.push(journal);
  return journal;
};
beforeEach(async () => {
  url = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((journal) => journal.close()));
});

describe('the contract', () => journalContract(async () => openPostgresJournal(url)));
describe('dead letters', () =>
  deadLettersContract(async (limits) => openPostgresJournal(await freshDatabase(), limits)));
describe('consumers', () =>
  consumersContract(async (consumerLimits) =>
    openPostgresJournal(await freshDatabase(), undefined, { consumerLimits }),
  ));
describe('confirmation tasks', () => confirmationTasksContract(async () => openPostgresJournal(await freshDatabase())));
describe('what waits for a person', () => attentionContract(async () => openPostgresJournal(await freshDatabase())));

/** Fails unless the journal is what the promises say: no gap in positions or revisions, and a digest chain that holds. */
async function expectSound(journal: Journal): Promise<number> {
  const contents = await query(url, 'select position, content, digest from entries order by position');
  let digest = journal.seed;
  for (const [index, row] of contents.entries()) {
    expect(Number(row['position'])).toBe(index + 1);
    digest = chainDigest(digest, String(row['content']));
    expect(digest).toEqual(row['digest']);
  }
  const revisions = new Map<string, number>();
  for (const entry of await journal.entriesAfter(0, contents.length)) {
    expect(entry.revision).toBe((revisions.get(entry.customerId) ?? 0) + 1);
    revisions.set(entry.customerId, entry.revision);
  }
  return contents.length;
}

/** Tells each session that writes something else than we do, as another who shares it through a pooler may. */
async function tellWriters({ writers }: PostgresDatabase, text: string): Promise<void> {
  const sessions = await Promise.all([writers.connect(), writers.connect()]);
  for (const session of sessions) {
    await session.query(text);
    session.release();
  }
}

/** Runs work that takes the lock, one after the other, while somebody else holds it: all of it has read before any may write. */
async function atTheLock<const Work extends readonly (() => unknown)[]>(
  work: Work,
): Promise<{ [Index in keyof Work]: Awaited<ReturnType<Work[Index]>> }> {
  const holder = new Client(url);
  await holder.connect();
  await holder.query('begin; select pg_advisory_xact_lock(7106300)');
  const waiting = "select count(*)::int from pg_locks where locktype = 'advisory' and not granted";
  const started: unknown[] = [];
  for (const one of work) {
    started.push(one());
    await expect.poll(() => query(url, waiting)).toEqual([{ count: started.length }]);
  }
  await holder.query('commit');
  await holder.end();
  return (await Promise.all(started)) as never;
}

describe('several instances', () => {
  test('racing over the same customers record each change once, in one order', async () => {
    const journals = await Promise.all([open(), open(), open()]);
    const reports = Array.from({ length: 40 }, (_, index) => submission(`c${index % 4}`, `STATUS ${index}`));
    const outcomes = await Promise.all(
      journals.map(async (journal) => {
        const mine = [];
        for (const report of reports) mine.push(...(await journal.append([report])));
        return mine;
      }),
    );
    const applied = outcomes.flat().filter(({ outcome }) => outcome === 'applied').length;
    expect(await expectSound(journals[0] as Journal)).toBe(applied);
    expect(applied).toBeGreaterThanOrEqual(reports.length);
  });

  test('the same report everywhere at once makes one update', async () => {
    const journals = await Promise.all([open(), open(), open()]);
    const outcomes = await Promise.all(journals.map((journal) => journal.append([submission('c', 'CREATED')])));
    expect(outcomes.flat().filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
  });

  test('a batch that was decided on what another instance has changed since is decided again', async () => {
    const [one, two] = [await open(), await open()];
    // Both have read that nobody knows these customers, and wait for the lock.
    const outcomes = await atTheLock([
      () => one.append([submission('same', 'CREATED'), submission('other', 'FIRST')]),
      () => two.append([submission('same', 'CREATED'), submission('other', 'SECOND')]),
    ]);
    expect(outcomes.map(([same]) => same?.outcome).toSorted()).toEqual(['applied', 'unchanged']);
    expect(await expectSound(one)).toBe(3);
    expect((await one.customer('other'))?.latest.revision).toBe(2);
  });

  test.each(['nobody knows', 'is known'])('so is one report alone, about a customer who %s', async (state) => {
    const [one, two] = [await open(), await open()];
    if (state === 'is known') await one.append([submission('c', 'CREATED')]);
    const before = await expectSound(one);
    const outcomes = await atTheLock([
      () => one.append([submission('c', 'ONGOING')]),
      () => two.append([submission('c', 'REJECTED')]),
    ]);
    expect(outcomes.flat().map(({ outcome }) => outcome)).toEqual(['applied', 'applied']);
    expect(await expectSound(one)).toBe(before + 2);
    expect(await one.statusCounts()).toEqual(new Map([['REJECTED', 1]]));
  });

  test('so is a single report, about a customer who is erased before its turn', async () => {
    const [one, two] = [await open(), await open()];
    await one.append([submission('c', 'CREATED')]);
    const [, outcomes] = await atTheLock([
      () => one.erase('c', { at: 1, by: 'test' }),
      () => two.append([submission('c', 'ONGOING')]),
    ]);
    expect(outcomes).toMatchObject([{ outcome: 'applied', update: { revision: 1, position: 3 } }]);
    expect(await one.statusCounts()).toEqual(new Map([['ONGOING', 1]]));
  });

  test('a reader never sees a gap', async () => {
    const journals = await Promise.all([open(), open()]);
    const reader = await openPostgresReader(url);
    opened.push(reader);
    const writing = Promise.all(
      journals.map(async (journal, instance) => {
        for (let batch = 0; batch < 30; batch++) {
          await journal.append([1, 2, 3].map((item) => submission(`${instance} ${batch} ${item}`, 'CREATED')));
        }
      }),
    );
    let position = 0;
    while (position < 180) {
      for (const entry of await reader.entriesAfter(position, 50)) expect(entry.position).toBe(++position);
    }
    await writing;
  });
});

test('reports that are appended one by one leave the rows that they leave in one batch', async () => {
  const confirmed = (customer: string, receivedAt: number): Submission => ({
    ...submission(customer, 'FULL_USER'),
    circumstances: { source: 'API', receivedAt, requireConfirmation: false },
  });
  const reports = [
    submission('new', 'CREATED'),
    submission('new', 'ONGOING'),
    confirmed('new', 2),
    submission('new', 'REJECTED'),
    confirmed('asked about', 3),
    submission('confirmed later', 'CREATED'),
    confirmed('confirmed later', 4),
  ];
  const rows = async (batches: readonly (typeof reports)[]) => {
    url = await freshDatabase();
    const journal = await open();
    for (const batch of batches) await journal.append(batch);
    await expectSound(journal);
    const counts = await query(url, 'select * from status_counts where customers > 0 order by status');
    return [...(await query(url, 'select * from customers order by customer_id')), ...counts];
  };
  expect(await rows(reports.map((report) => [report]))).toEqual(await rows([reports]));
});

describe('plans', () => {
  test('a batch is not planned anew each time', async () => {
    const { seed } = await open();
    const database = openPostgres(url);
    for (let batch = 0; batch < 9; batch++)
      await appendBatch(database.writers, seed, [submission('c', `STATUS ${batch}`)]);
    const prepared = 'select name, custom_plans, generic_plans from pg_prepared_statements order by name';
    const { rows } = await database.writers.query(prepared);
    await database.close();
    // The first five times Postgres looks what a plan of its own would be worth.
    expect(rows).toEqual(['kyc_append', 'kyc_load'].map((name) => ({ name, custom_plans: 5, generic_plans: 4 })));
  });

  test('made on empty tables, still use an index on large ones', async () => {
    await (await open()).append(['a', 'b', 'c'].map((customer) => submission(customer, 'CREATED')));
    await query(url, 'analyze customers, entries');
    const database = openPostgres(url);
    // Before 16 Postgres cannot explain a plan without its parameters' values.
    const { rows: versions } = await database.readers.query(
      "select current_setting('server_version_num')::int as number",
    );
    if (versions[0].number < 160_000) return database.close();
    for (const { text } of [WRITE.load, READ.customer, READ.customers, READ.customersByStanding]) {
      const { rows } = await database.readers.query(`explain (generic_plan, format json) ${text}`);
      const scans = scansIn(rows[0]['QUERY PLAN'][0].Plan);
      expect(scans.map((scan) => scan['Relation Name']).sort(), text).toEqual(['customers', 'entries']);
      for (const scan of scans) expect(scan, text).toHaveProperty(['Index Cond']);
    }
    await database.close();
  });
});

interface Plan {
  readonly Plans?: readonly Plan[];
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
}

/** The parts of a plan that read a table. */
function scansIn(plan: Plan): Plan[] {
  const inside = (plan.Plans ?? []).flatMap(scansIn);
  return plan['Relation Name'] === undefined ? inside : [plan, ...inside];
}

describe('opening', () => {
  test('twenty instances at once make one schema', async () => {
    const journals = await Promise.all(Array.from({ length: 20 }, () => open(`${url}?pool_size=1`)));
    expect(new Set(journals.map(({ seed }) => Buffer.from(seed).toString('hex'))).size).toBe(1);
    expect(await query(url, 'select version from journal_schema order by version')).toEqual(
      loadMigrations('postgres').map(({ version }) => ({ version })),
    );
  });

  test('through a Unix socket, for a Postgres on the same machine', async () => {
    using folder = temporaryFolder();
    // Postgres may run as somebody else.
    chmodSync(folder.path, 0o777);
    await using server = await startPostgres({
      settings: [`unix_socket_directories=${folder.path}`, 'listen_addresses='],
    });
    const { port } = server;
    const journal = await open(`postgres://postgres:password@localhost:${port}/postgres?host=${folder.path}`);
    await journal.append([submission('c', 'CREATED')]);
    expect((await journal.customer('c'))?.latest.status).toBe('CREATED');
    await opened.pop()?.close();
  });

  test('a newer schema is refused, a missing one has no readers', async () => {
    await expect(openPostgresReader(url)).rejects.toThrow(/no journal in postgres:\/\/127/);
    await open();
    await query(url, 'insert into journal_schema (version) values (99)');
    await expect(openPostgresJournal(url)).rejects.toThrow(/schema version 99/);
    await expect(openPostgresReader(url)).rejects.toThrow(/schema version 99/);
  });

  test('a reader cannot write', async () => {
    await open();
    const reader = await openPostgresReader(url);
    opened.push(reader);
    await expect(reader.append([submission('a', 'CREATED')])).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    await expect(reader.checkWritable()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  });

  test('an unreachable server is unavailable, and the message holds no password', async () => {
    const nowhere = url.replace(/:\d+\//, ':1/');
    const failure = await openPostgresJournal(nowhere).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(String(failure)).not.toContain('password');
  });

  test('the URL sets the session, and durability is not left to the server', async () => {
    await query(url, `alter database ${new URL(url).pathname.slice(1)} set synchronous_commit = off`);
    const database = openPostgres(`${url}?lock_timeout=1234&application_name=merchant`);
    const show = async (setting: string) => (await database.writers.query(`show ${setting}`)).rows[0]?.[setting];
    expect(await show('synchronous_commit')).toBe('on');
    expect(await show('lock_timeout')).toBe('1234ms');
    expect(await show('application_name')).toBe('merchant writer');
    await database.close();
    expect(() => openPostgres(`${url}?pool_size=many`)).toThrow(/pool_size/);
  });
});

test.each(['read committed', 'serializable'])(
  'a session that a pooler gave us, at %s: in order and on disk',
  async (level) => {
    const { seed } = await open();
    await query(url, 'create table durable (setting text)');
    await query(
      url,
      `create function note() returns trigger language plpgsql as
      'begin insert into durable values (current_setting(''synchronous_commit'')); return null; end'`,
    );
    // Deferred: it runs when the transaction commits.
    await query(
      url,
      'create constraint trigger noted after insert on entries initially deferred for each row execute function note()',
    );
    const database = openPostgres(url);
    await tellWriters(database, `set default_transaction_isolation = '${level}'; set synchronous_commit = off`);
    const lanes = Array.from({ length: 2 }, async (_, lane) => {
      for (let step = 0; step < 10; step++) {
        await appendBatch(database.writers, seed, [submission('a', `STATUS ${lane} ${step}`)]);
      }
    });
    await Promise.all(lanes);
    await database.close();
    expect(await query(url, 'select setting, count(*)::int from durable group by setting')).toEqual([
      { setting: 'on', count: 20 },
    ]);
    expect(await expectSound(await open())).toBe(20);
  },
);

describe('a connection lost around the commit', () => {
  let proxy: TcpProxy;
  let journal: Journal;
  beforeEach(async () => {
    proxy = await tcpProxy(Number(new URL(url).port));
    journal = await open(`${through(proxy, url)}?idle_in_transaction_session_timeout=300&statement_timeout=1000`);
    await journal.append([submission('a', 'CREATED')]);
  });
  afterEach(() => proxy[Symbol.asyncDispose]());

  /** Lets `fate` befall the bytes of the statement that commits a batch, once. */
  function atCommit(fate: 'freeze' | 'cut' | 'cut after', statement = 'kyc_append'): void {
    proxy.judge = (chunk) => {
      if (!chunk.includes(statement)) return 'pass';
      proxy.judge = () => 'pass';
      return fate;
    };
  }

  test('after it was sent: found in the journal, and acknowledged', async () => {
    atCommit('cut after');
    expect(await journal.append([submission('a', 'FULL_USER')])).toMatchObject([
      { outcome: 'applied', update: { revision: 2 } },
    ]);
    expect(await expectSound(journal)).toBe(2);
  });

  test.each(['cut', 'freeze'] as const)(
    'before it was sent (%s): not acknowledged, and a retry applies it',
    async (fate) => {
      atCommit(fate);
      await expect(journal.append([submission('a', 'FULL_USER')])).rejects.toMatchObject({
        code: 'JOURNAL_UNAVAILABLE',
      });
      expect(await journal.append([submission('a', 'FULL_USER')])).toMatchObject([{ outcome: 'applied' }]);
      expect(await expectSound(journal)).toBe(2);
    },
  );

  test('at the commit of a batch that was decided with the lock held: found in the journal, and acknowledged', async () => {
    const { seed } = await open();
    const database = openPostgres(through(proxy, url));
    // At a stricter level every batch takes that way.
    await tellWriters(database, "set default_transaction_isolation = 'serializable'");
    atCommit('cut after', 'kyc_commit');
    expect(await appendBatch(database.writers, seed, [submission('a', 'FULL_USER')])).toMatchObject([
      { outcome: 'applied', update: { revision: 2 } },
    ]);
    await database.close();
    expect(await expectSound(journal)).toBe(2);
  });

  test('a batch that waits too long for its turn is not acknowledged, and does not wait again', async () => {
    const holder = openPostgres(url);
    const client = await holder.writers.connect();
    await client.query('begin; select pg_advisory_xact_lock(7106300)');
    const impatient = await open(`${through(proxy, url)}?lock_timeout=200`);
    let asksAgain = false;
    proxy.judge = (chunk) => {
      asksAgain ||= chunk.includes('kyc_lock');
      return 'pass';
    };
    await expect(impatient.append([submission('b', 'CREATED')])).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(asksAgain).toBe(false);
    await client.query('rollback');
    client.release();
    await holder.close();
    expect(await impatient.append([submission('b', 'CREATED')])).toMatchObject([{ outcome: 'applied' }]);
  });

  test('a connection that falls silent while it is being opened is given up like any other', async () => {
    const { seed } = await open();
    const database = openPostgres(`${through(proxy, url)}?statement_timeout=100`);
    atCommit('freeze', 'set synchronous_commit');
    const batch = [submission('b', 'CREATED')];
    await expect(appendBatch(database.writers, seed, batch)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(await appendBatch(database.writers, seed, batch)).toMatchObject([{ outcome: 'applied' }]);
    await database.close();
  });

  test('a rollback that is not answered ends every connection: they are half open', async () => {
    const { seed } = await open();
    const holder = new Client(url);
    await holder.connect();
    await holder.query('begin; select pg_advisory_xact_lock(7106300)');
    const database = openPostgres(`${through(proxy, url)}?lock_timeout=200&statement_timeout=300`);
    await database.readers.query('select 1');
    proxy.judge = (chunk) => {
      if (chunk.includes('rollback')) proxy.freeze();
      return 'pass';
    };
    await expect(appendBatch(database.writers, seed, [submission('b', 'CREATED')])).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
    });
    expect(database.readers.totalCount).toBe(1);
    await expect.poll(() => database.readers.totalCount, { timeout: 5_000 }).toBe(0);
    await holder.end();
    await database.close();
  });

  test('an instance that falls silent with the lock delays the others only until its transaction is ended', async () => {
    const silent = openPostgres(`${url}?idle_in_transaction_session_timeout=300`);
    const client = await silent.writers.connect();
    await client.query('begin; select pg_advisory_xact_lock(7106300)');
    expect(await journal.append([submission('b', 'CREATED')])).toMatchObject([{ outcome: 'applied' }]);
    await expect(client.query('commit')).rejects.toThrow();
    client.release(true);
    await silent.close();
    expect(await expectSound(journal)).toBe(2);
  });
});
