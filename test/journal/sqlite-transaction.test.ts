import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
import type { ConsumerRecord } from '../../src/journal/consumers.ts';
import { sqliteConsumers } from '../../src/journal/sqlite/consumers.ts';
import { migrate } from '../../src/journal/sqlite/migrate.ts';
import { syncedSeldom, type Transact } from '../../src/journal/sqlite/transaction.ts';

const FULL = 2;
const NORMAL = 1;

function open() {
  const database = new DatabaseSync(':memory:');
  const level = () => Number(database.prepare('pragma synchronous').get()?.['synchronous']);
  database.exec('pragma synchronous = full');
  const plain: Transact = (work) => work();
  return { level, transact: syncedSeldom(database, plain) };
}

test('of transactions that are synced seldom, one a second is synced', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(10_000);
  const { level, transact } = open();
  const levels = [10_100, 10_900, 11_000, 11_100].map((time) => {
    now.mockReturnValue(time);
    return transact(level);
  });
  now.mockRestore();
  expect(levels).toEqual([NORMAL, NORMAL, FULL, NORMAL]);
});

test('what comes after one is synced, also when it failed', () => {
  const { level, transact } = open();
  const fail = () => {
    throw new Error('no room');
  };
  expect(() => transact(fail)).toThrow('no room');
  expect(level()).toBe(FULL);
});

test('of a consumer only the saving of its place is synced seldom: what hands it over, pauses it or gives it back is synced at once', () => {
  const database = new DatabaseSync(':memory:');
  migrate(database, ':memory:');
  database.exec('pragma synchronous = full');
  const levels: number[] = [];
  const transact: Transact = (work) => {
    levels.push(Number(database.prepare('pragma synchronous').get()?.['synchronous']));
    return work();
  };
  const consumers = sqliteConsumers(database, transact);
  const place = { position: 0, digest: new Uint8Array(32) };
  const levelOf = (work: () => unknown): number | undefined => {
    work();
    return levels.at(-1);
  };
  levelOf(() => consumers.create('c', place));
  const found = consumers.find('c') as ConsumerRecord;
  const lease = consumers.acquire(found, 'me') as ConsumerRecord;
  expect(levelOf(() => consumers.save(lease, { place: { ...place, position: 1 } }))).toBe(NORMAL);
  const synced = [
    () => consumers.setState('c', 'PAUSED'),
    () => consumers.release(lease),
    () => consumers.reset('c', place),
    () => consumers.acquire(consumers.find('c') as ConsumerRecord, 'other'),
  ];
  expect(synced.map(levelOf)).toEqual([FULL, FULL, FULL, FULL]);
});
