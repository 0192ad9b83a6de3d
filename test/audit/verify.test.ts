/** What `verify` finds when what is served is not what the entries say, in both stores. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openJournal, openReader } from '../../src/journal/open.ts';
import { submission } from '../journal/contract.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

interface Store {
  readonly url: string;
  tamper(sql: string): Promise<void>;
}

async function sqlite(folder: string): Promise<Store> {
  const path = join(folder, 'kyc.db');
  return {
    url: `sqlite:${path}`,
    async tamper(sql) {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
    },
  };
}

async function postgres(): Promise<Store> {
  const url = await freshDatabase();
  return {
    url,
    async tamper(sql) {
      await query(url, sql);
    },
  };
}

async function fill(journal: Journal): Promise<void> {
  for (const status of ['CREATED', 'KYC_PENDING', 'HARD_KYC_FAILED'])
    await journal.append([submission('rejected', status)]);
  for (const status of ['CREATED', 'KYC_PENDING', 'FULL_USER']) await journal.append([submission('approved', status)]);
  await journal.append([submission('third', null)]);
  const letter = { problems: [], hashDigest: null, receivedAt: 1_000 } as const;
  await journal.deadLetters.keep([
    { ...letter, category: 'GENUINE', reason: 'NOT_UNDERSTOOD', customerId: 'third', body: '{"a":1}' },
    { ...letter, category: 'REFUSED', reason: 'NOT_GENUINE', customerId: 'x', body: '{}' },
  ]);
}

async function verify(url: string) {
  const reader = await openReader(url);
  try {
    return await verifyChain(reader, () => {});
  } finally {
    await reader.close();
  }
}

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder[Symbol.dispose]());

describe.each(['sqlite', 'postgres'] as const)('%s', (kind) => {
  let store: Store;
  beforeEach(async () => {
    store = kind === 'sqlite' ? await sqlite(folder.path) : await postgres();
    const journal = await openJournal(store.url);
    await fill(journal);
    await journal.close();
    expect(await verify(store.url)).toMatchObject({ state: 'holds', head: { position: 7 } });
  });

  const swap = `update customers set position = -1 where customer_id = 'approved';
    update customers set position = 6 where customer_id = 'rejected';
    update customers set position = 3 where customer_id = 'approved'`;

  test.each([
    ['the positions of two customers were swapped', swap, /served in its place/],
    ['the row of a customer was deleted', "delete from customers where customer_id = 'approved'", /row is missing/],
    [
      'a row was added',
      "insert into customers select 'nobody', 2, status, 0, null, fingerprints from customers where customer_id = 'third'",
      /without any entry/,
    ],
    [
      'the status of a row was changed',
      `update customers set status = '"FULL_USER"' where customer_id = 'third'`,
      /another status/,
    ],
    [
      'a customer was listed as verified',
      "update customers set standing = 1 where customer_id = 'third'",
      /listed as verified/,
    ],
    [
      'the time of a last change was changed',
      "update customers set changed_at = changed_at + 1 where customer_id = 'third'",
      /time of the last change/,
    ],
    [
      'the fingerprints of a row were emptied',
      "update customers set fingerprints = EMPTY where customer_id = 'third'",
      /fingerprints/,
    ],
    [
      'the fingerprints of two rows were exchanged',
      "update customers set fingerprints = (select fingerprints from customers where customer_id = 'approved') where customer_id = 'rejected'",
      /fingerprints/,
    ],
    [
      'the time of a first sight was changed',
      "update customers set first_seen_at = first_seen_at - 1 where customer_id = 'third'",
      /first seen/,
    ],
    [
      'a confirmation was dated into the past',
      "update customers set confirmed_at = 1 where customer_id = 'approved'",
      /confirmed/,
    ],
    [
      'a count was changed',
      'update status_counts set customers = customers + 1 where status = \'"FULL_USER"\'',
      /the count of customers with the status "FULL_USER" is 2, but there are 1/,
    ],
    [
      'a count was deleted',
      "delete from status_counts where status = 'null'",
      /the count of customers with the status null is 0/,
    ],
    [
      'a count was invented',
      'insert into status_counts values (\'"NONSENSE"\', 3)',
      /the count of customers with the status "NONSENSE" is 3/,
    ],
    [
      'the count of genuine dead letters was changed',
      "update dead_letter_totals set count = 100000 where category = 'GENUINE'",
      /the totals say 100000 genuine dead letters of 7 bytes, but there are 1 of 7 bytes/,
    ],
    [
      'the bytes of refused dead letters were changed',
      "update dead_letter_totals set bytes = -5 where category = 'REFUSED'",
      /the totals say 1 refused dead letter of -5 bytes, but there are 1 of 2 bytes/,
    ],
    [
      'the totals of a category were deleted',
      "delete from dead_letter_totals where category = 'GENUINE'",
      /the totals say 0 genuine dead letters of 0 bytes, but there are 1/,
    ],
  ])('%s', async (_name, sql, reason) => {
    const columns = sql.replace(
      'insert into customers select',
      'insert into customers (customer_id, position, status, first_seen_at, confirmed_at, fingerprints) select',
    );
    await store.tamper(columns.replace('EMPTY', kind === 'sqlite' ? "x''" : "''::bytea"));
    const found = await verify(store.url);
    expect(found).toMatchObject({ state: 'broken', reason: expect.stringMatching(reason) });
  });

  const structure: readonly (readonly [string, string, string, RegExp])[] = [
    ['both', 'an index was dropped', 'drop index entries_by_customer', /the index entries_by_customer is missing/],
    [
      'both',
      'an index was dropped that only lists',
      'drop index customers_by_status',
      /the index customers_by_status is missing/,
    ],
    [
      'both',
      'a status without customers was listed',
      'insert into status_counts values (\'"NONSENSE"\', 0)',
      /the status "NONSENSE" is listed with 0 customers/,
    ],
    [
      'both',
      'the digest over the identity was deleted',
      "delete from journal_facts where name = 'identity_digest'",
      /the fact identity_digest is missing/,
    ],
    ['sqlite', 'a trigger was dropped', 'drop trigger status_unused', /the trigger status_unused is missing/],
    [
      'sqlite',
      'a trigger was changed',
      'drop trigger dead_letter_added; create trigger dead_letter_added after insert on dead_letters begin select 1; end',
      /the trigger dead_letter_added was changed/,
    ],
    [
      'sqlite',
      'an index was made anew with other columns',
      'drop index customers_by_status; create index customers_by_status on customers (status)',
      /the index customers_by_status was changed/,
    ],
    [
      'postgres',
      'a trigger was dropped',
      'drop trigger status_unused on status_counts',
      /the trigger status_unused is missing/,
    ],
    [
      'postgres',
      'a trigger was disabled',
      'alter table dead_letters disable trigger dead_letters_counted',
      /the trigger dead_letters_counted is disabled/,
    ],
    [
      'postgres',
      'a function was replaced',
      'create or replace function status_unused() returns trigger language plpgsql as $$ begin return null; end $$',
      /the function status_unused was changed/,
    ],
    ['postgres', 'a function was dropped', 'drop function append_entries', /the function append_entries is missing/],
    [
      'postgres',
      'a primary key was dropped',
      'alter table customers drop constraint customers_pkey',
      /the primary key of customers is missing/,
    ],
  ];
  test.each(structure.filter(([where]) => where === 'both' || where === kind))(
    '%s: %s',
    async (_where, _name, sql, reason) => {
      await store.tamper(sql);
      expect(await verify(store.url)).toMatchObject({ state: 'broken', reason: expect.stringMatching(reason) });
    },
  );

  test.each(['journal_id', 'cursor_key', 'seed'])(
    'a changed %s opens nothing: neither a server nor a check',
    async (fact) => {
      const value = kind === 'sqlite' ? "x'00112233445566778899aabbccddeeff'" : "'\\x00112233445566778899aabbccddeeff'";
      await store.tamper(`update journal_facts set value = ${value} where name = '${fact}'`);
      const changed = /ID, its cursor key or its digest seed was changed/;
      await expect(openJournal(store.url)).rejects.toThrow(changed);
      await expect(verify(store.url)).rejects.toThrow(changed);
    },
  );

  test('it holds after the wall clock was a week ahead, and after it was set back', async () => {
    const journal = await openJournal(store.url);
    const now = Date.now();
    const record = (
      customerId: string,
      status: string,
      receivedAt: number,
      source: 'CALLBACK' | 'API' = 'CALLBACK',
    ) => {
      const given = submission(customerId, status);
      return journal.append([{ ...given, circumstances: { ...given.circumstances, receivedAt, source } }]);
    };
    await record('early', 'FULL_USER', now + 7 * 86_400_000);
    await record('ahead', 'FULL_USER', now + 7 * 86_400_000);
    await record('ahead', 'FULL_USER', now + 7 * 86_400_000, 'API');
    expect(await verify(store.url)).toMatchObject({ state: 'holds' });
    await record('set back', 'CREATED', now);
    await record('early', 'FULL_USER', now, 'API');
    expect(await verify(store.url)).toMatchObject({ state: 'holds' });
    await store.tamper("update customers set confirmed_at = 1 where customer_id = 'early'");
    expect(await verify(store.url)).toMatchObject({
      state: 'broken',
      reason: expect.stringMatching(/confirmed was changed/),
    });
    await journal.close();
  });

  test('a row that leads to another customer is not served', async () => {
    await store.tamper(swap);
    const journal = await openJournal(store.url);
    for (const customerId of ['rejected', 'approved']) {
      await expect((async () => journal.customer(customerId))()).rejects.toThrow(/a customer it is not about/);
      await expect((async () => journal.append([submission(customerId, 'NEXT')]))()).rejects.toThrow(/not about/);
    }
    const list = { statuses: null, changedAfter: 0, before: null, limit: 9 };
    await expect((async () => journal.customers(list))()).rejects.toThrow(/not about/);
    expect((await journal.customer('third'))?.latest.status).toBeNull();
    await journal.close();
  });

  test('it holds beside a server that records, and erases', async () => {
    const journal = await openJournal(store.url);
    let isOver = false;
    const recording = (async () => {
      for (let step = 0; !isOver; step++) {
        await journal.append(
          Array.from({ length: 5 }, (_, at) => submission(`c${(step + at) % 20}`, `STATUS ${step}`)),
        );
        if (step % 10 === 9) await journal.erase(`c${step % 20}`, { at: 0, by: 'somebody' });
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    for (let round = 0; round < 5; round++) expect(await verify(store.url)).toMatchObject({ state: 'holds' });
    isOver = true;
    await recording;
    await journal.close();
    expect(await verify(store.url)).toMatchObject({ state: 'holds' });
  });

  test('a long history is erased in slices, others go on, and an interrupted erasure is finished at the next start', async () => {
    const journal = await openJournal(store.url);
    for (let step = 0; step < 30; step++) {
      await journal.append(Array.from({ length: 100 }, (_, at) => submission('long', `STATUS ${step} ${at}`)));
    }
    const order: string[] = [];
    const erasing = (async () => journal.erase('long', { at: 5, by: 'compliance' }))().then((outcome) => {
      order.push('erased');
      return outcome;
    });
    await journal.append([submission('other', 'CREATED')]);
    order.push('recorded');
    expect(await erasing).toMatchObject({ updates: 3_000 });
    expect(order).toEqual(['recorded', 'erased']);
    expect(await verify(store.url)).toMatchObject({ state: 'holds', erased: 3_000 });
    expect(await journal.pendingErasures()).toEqual([]);

    for (let step = 0; step < 30; step++) {
      await journal.append(Array.from({ length: 100 }, (_, at) => submission('long', `STATUS ${step} ${at}`)));
    }
    // Closed between two slices, as a crash would end it.
    const interrupted = (async () => journal.erase('long', { at: 6, by: 'compliance' }))().catch(
      (error: unknown) => error,
    );
    await expect.poll(async () => (await journal.pendingErasures()).length, { interval: 1 }).toBe(1);
    await journal.close();
    expect(await interrupted).toBeInstanceOf(Error);
    expect(await verify(store.url)).toMatchObject({ state: 'holds' });
    const again = await openJournal(store.url);
    expect(await again.pendingErasures()).toEqual([]);
    expect(await again.customer('long')).toBeNull();
    expect(await again.updatesAfter('long', 0, 9)).toEqual([]);
    await again.close();
    expect(await verify(store.url)).toMatchObject({ state: 'holds', erased: 6_000 });
  });
});

test('a flipped bit in an index that shortens a history is found', async () => {
  const path = join(folder.path, 'kyc.db');
  const journal = await openJournal(`sqlite:${path}`);
  await journal.append(Array.from({ length: 30 }, (_, at) => submission('the customer', `STATUS ${at}`)));
  await journal.close();
  const bytes = readFileSync(path);
  // In the index, a record holds the ID and the revision; the table's records go on with the content.
  let flipped = 0;
  for (let at = bytes.indexOf('the customer\x11'); at > 0; at = bytes.indexOf('the customer\x11', at + 1)) {
    if (bytes[at + 'the customer'.length + 1] !== 0x11 || flipped > 0) continue;
    bytes[at] = (bytes[at] as number) ^ 1;
    flipped++;
  }
  expect(flipped).toBe(1);
  writeFileSync(path, bytes);
  expect(await verify(`sqlite:${path}`)).toMatchObject({ state: 'broken' });
});

test('a journal of the schema before is read and checked without being changed', async () => {
  const path = join(folder.path, 'kyc.db');
  const journal = await openJournal(`sqlite:${path}`);
  await fill(journal);
  await journal.close();
  const database = new DatabaseSync(path);
  database.exec('drop table dead_letters; drop table confirmation_tasks; pragma user_version = 1');
  database.exec('drop index customers_by_status; create index customers_by_status on customers (status, position)');
  database.close();
  expect(await verify(`sqlite:${path}`)).toMatchObject({ state: 'holds', head: { position: 7 } });
});
