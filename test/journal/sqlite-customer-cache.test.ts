/** Customers that are read again come from memory, and are never what the file no longer says. Real files throughout. */
import { copyFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { CustomerCache } from '../../src/journal/sqlite/customer-cache.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { eventually } from '../support/eventually.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let journal: Journal;
beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'kyc.db');
  journal = openSqliteJournal(path);
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

/** As the file says; kept from now on. */
async function readTwice(customerId: string) {
  await journal.customer(customerId);
  return journal.customer(customerId);
}

const statusOf = async (customerId: string) => (await journal.customer(customerId))?.latest.status;

test('a customer who is read again is the same object until they change', async () => {
  await journal.append([submission('a', 'CREATED'), submission('b', 'CREATED')]);
  const [a, b] = [await readTwice('a'), await readTwice('b')];
  expect(await journal.customer('a')).toBe(a);
  await journal.append([submission('a', 'FULL_USER')]);
  expect((await journal.customer('a'))?.latest).toMatchObject({ status: 'FULL_USER', revision: 2 });
  expect(await journal.customer('b')).toBe(b);
});

test('a confirmation without a new revision is seen', async () => {
  await journal.append([submission('a', 'FULL_USER')]);
  expect((await readTwice('a'))?.confirmedAt).toBeNull();
  const circumstances = { source: 'API', receivedAt: 1_700_000_000_001, requireConfirmation: false } as const;
  await journal.append([{ report: { customerId: 'a', status: 'FULL_USER' }, circumstances }]);
  expect((await journal.customer('a'))?.confirmedAt).toBe(1_700_000_000_001);
});

test('a batch that fails leaves what was known', async () => {
  await journal.append([submission('a', 'CREATED')]);
  await readTwice('a');
  const impossible = { ...submission('b', 'CREATED'), report: null } as never;
  await expect((async () => journal.append([submission('a', 'FULL_USER'), impossible]))()).rejects.toThrow();
  expect(await statusOf('a')).toBe('CREATED');
});

test('an erased customer is not served', async () => {
  await journal.append(Array.from({ length: 250 }, (_, index) => submission('a', `STATUS ${index}`)));
  expect((await readTwice('a'))?.latest.status).toBe('STATUS 249');
  await journal.erase('a', { at: 1, by: 'tests' });
  expect(await journal.customer('a')).toBeNull();
});

test("another program's commit is seen, although it is against the rules", async () => {
  await journal.append([submission('a', 'CREATED')]);
  expect((await readTwice('a'))?.latest.status).toBe('CREATED');
  const other = new DatabaseSync(path);
  other.exec('update customers set confirmed_at = 42');
  other.close();
  await eventually(async () => (await journal.customer('a'))?.confirmedAt === 42);
});

test('nothing is kept once the file was replaced', async () => {
  await journal.append([submission('a', 'CREATED')]);
  const before = await readTwice('a');
  copyFileSync(path, `${path}.copy`);
  renameSync(`${path}.copy`, path);
  await expect((async () => journal.append([submission('b', 'CREATED')]))()).rejects.toThrow();
  expect(await journal.customer('a')).not.toBe(before);
  expect(await journal.customer('a')).not.toBe(await journal.customer('a'));
});

test('the cache is bounded in customers and in bytes, and keeps no large one', () => {
  using database = new DatabaseSync(':memory:');
  const cache = new CustomerCache(database);
  const record = {} as never;
  const keep = (customerId: string, length: number): void => {
    for (let read = 0; read < 2; read++) cache.keep(customerId, record, length);
  };
  for (let index = 0; index < 5_000; index++) keep(`c${index}`, 300);
  expect(cache.size).toBe(4_000);
  for (let index = 0; index < 5_000; index++) keep(`d${index}`, 10_000);
  expect(cache.size).toBeLessThan(500);
  keep('large', 40_000);
  expect(cache.get('large')).toBeUndefined();
});

/** What a cache holds after `customers` were read in turn, each at most once in a round unless the cache has them. */
function heldAfterReading(customers: number, rounds: number): number {
  using database = new DatabaseSync(':memory:');
  const cache = new CustomerCache(database);
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < customers; index++) {
      const customerId = `customer-${index}`;
      if (cache.get(customerId) === undefined) cache.keep(customerId, {} as never, 300);
    }
  }
  return cache.size;
}

test('a scan of many customers keeps few of them', () => {
  expect(heldAfterReading(10_000, 3)).toBeLessThan(1_000);
});

test('all customers are kept when they are read in turn and the cache has room for them', () => {
  expect(heldAfterReading(1_000, 3)).toBe(1_000);
  expect(heldAfterReading(3_500, 6)).toBeGreaterThan(3_400);
});
