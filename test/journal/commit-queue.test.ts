import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CommitQueue } from '../../src/journal/commit-queue.ts';
import type { Journal, Submission } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from './contract.ts';

let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kyc-'));
  journal = openSqliteJournal(join(folder, 'kyc.db'));
});
afterEach(async () => {
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
});

test('what is submitted in one turn shares one commit', async () => {
  const batches: number[] = [];
  const queue = new CommitQueue(journal, { onCommit: (outcomes) => batches.push(outcomes.length) });
  await Promise.all(Array.from({ length: 50 }, (_, index) => queue.submit(submission(`c${index}`, 'CREATED'))));
  expect(batches).toEqual([50]);
});

test('fifty concurrent reports about one customer make one update', async () => {
  const queue = new CommitQueue(journal);
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => queue.submit(submission('c', 'CREATED'))));
  expect(outcomes.filter(({ outcome }) => outcome === 'applied')).toHaveLength(1);
});

test('one bad item never fails the others in its batch', async () => {
  const queue = new CommitQueue(journal);
  const bad = { ...submission('b', 'CREATED'), report: null } as unknown as Submission;
  const results = await Promise.allSettled(
    [submission('a', 'X'), bad, submission('c', 'X')].map((one) => queue.submit(one)),
  );
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('after a commit that blocked the event loop, timers and sockets get many turns before the next one', async () => {
  const blocked = new Int32Array(new SharedArrayBuffer(4));
  const slow: Journal = {
    ...journal,
    append: (batch) => {
      Atomics.wait(blocked, 0, 0, 400);
      return journal.append(batch);
    },
  };
  const queue = new CommitQueue(slow);
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  const first = queue.submit(submission('a', 'CREATED'));
  await first;
  turn();
  await queue.submit(submission('b', 'CREATED'));
  isOver = true;
  expect(turns).toBeGreaterThan(20);
});

test('a full queue and a closed one refuse', async () => {
  const queue = new CommitQueue(journal, { capacity: 1 });
  const first = queue.submit(submission('a', 'CREATED'));
  await expect(queue.submit(submission('b', 'CREATED'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  await queue.close();
  await expect(first).resolves.toMatchObject({ outcome: 'applied' });
  await expect(queue.submit(submission('b', 'CREATED'))).rejects.toMatchObject({ code: 'SHUTTING_DOWN' });
});
