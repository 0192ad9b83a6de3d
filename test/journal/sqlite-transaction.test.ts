import { DatabaseSync } from 'node:sqlite';
import { expect, test, vi } from 'vitest';
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
