/** Which refused callbacks are written while more arrive than can be written. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DeadLetterQueue } from '../../src/callback/dead-letter-queue.ts';
import { RefusedBatch } from '../../src/callback/refused-batch.ts';
import type { NewDeadLetter } from '../../src/journal/dead-letters.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let journal: Journal;
let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
  journal = openSqliteJournal(`${folder.path}/kyc.db`);
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

let received = 0;
function refused(customerId: string, sender: string, said: Partial<NewDeadLetter> = {}): NewDeadLetter {
  const body = JSON.stringify({ customerId, number: received++ });
  const common = { category: 'REFUSED', reason: 'NOT_GENUINE', problems: [], hashDigest: null, receivedAt: 1 } as const;
  return { ...common, customerId, sender, body, ...said };
}

async function flooded(batches: number): Promise<{ queue: DeadLetterQueue; dropped: () => number }> {
  const circumstances = { source: 'CALLBACK', receivedAt: 1_000, requireConfirmation: false } as const;
  await journal.append([{ report: { customerId: 'known', status: 'CREATED' }, circumstances }]);
  let dropped = 0;
  const queue = new DeadLetterQueue(journal.deadLetters, { onDropped: (count) => (dropped += count) });
  for (let batch = 0; batch < batches; batch++) {
    for (let index = 0; index < 1_500; index++) queue.refuse(refused(`unknown ${batch} ${index}`, 'flood'));
    await queue.flush();
  }
  return { queue, dropped: () => dropped };
}
const kept = async () =>
  (await journal.deadLetters.list({ category: 'REFUSED', before: null, limit: 2_000 })).map(
    ({ customerId }) => customerId,
  );

test.each<[string, NewDeadLetter]>([
  ['about a known customer', refused('known', 'flood')],
  ['about a known customer from a sender with many more', refused('known', 'flood', { sender: 'other' })],
  ['from an allowed address', refused('allowed', 'flood', { isAllowedSender: true })],
  ['from another sender', refused('quiet', 'other')],
])('in a full batch, a refused callback %s displaces one of the flood', async (_name, newcomer) => {
  const { queue, dropped } = await flooded(3);
  const before = dropped();
  for (let index = 0; index < 400; index++) queue.refuse(refused(`unknown ${index}`, 'flood'));
  queue.refuse(newcomer);
  for (let index = 400; index < 800; index++) queue.refuse(refused(`unknown ${index}`, 'flood'));
  await queue.flush();
  expect(dropped() - before).toBeGreaterThan(500);
  expect(await kept()).toContain(newcomer.customerId);
});

test('every refused callback of a flood is written or counted as dropped', async () => {
  const { queue, dropped } = await flooded(1);
  await queue.settled();
  expect((await kept()).length + dropped()).toBe(1_500);
});

test('a batch that fits is written without looking customers up; one customer does not displace the others', () => {
  const batch = new RefusedBatch(3);
  for (const customerId of ['a', 'b', 'c']) batch.add(refused(customerId, 's'));
  expect(batch.contestedCustomers()).toEqual([]);
  for (let more = 0; more < 5; more++) batch.add(refused('a', 's'));
  expect(batch.contestedCustomers()).toEqual(['a', 'b', 'c']);
  expect(batch.trim(new Set())).toBe(5);
  expect(batch.deadLetters().map(({ customerId }) => customerId)).toEqual(['b', 'c', 'a']);
});

const genuine = (customerId: string, said: Partial<NewDeadLetter> = {}) =>
  refused(customerId, 's', { category: 'GENUINE', reason: 'NOT_UNDERSTOOD', ...said });

test('one genuine dead letter that cannot be written never fails the others in its batch', async () => {
  const queue = new DeadLetterQueue(journal.deadLetters);
  const bad = genuine('b', { body: null as never });
  const results = await Promise.allSettled([genuine('a'), bad, genuine('c')].map((one) => queue.keep(one)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('at most 1,000 genuine dead letters wait: one more is refused, and the others are kept', async () => {
  const queue = new DeadLetterQueue(journal.deadLetters);
  const waiting = Array.from({ length: 1_000 }, (_, index) => queue.keep(genuine(`c ${index}`)));
  await expect(queue.keep(genuine('one more'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  expect((await Promise.all(waiting)).every(Boolean)).toBe(true);
});

test('a batch holds at most 1,000 beyond its capacity, and 4 MiB', () => {
  const many = new RefusedBatch(50);
  for (let index = 0; index < 3_000; index++) many.add(refused(`c ${index}`, 's'));
  expect(many.size).toBe(1_050);
  const large = new RefusedBatch(1_000);
  for (let index = 0; index < 1_000; index++)
    large.add(refused(`c ${index}`, 's', { body: `${index}`.padEnd(16_384) }));
  expect(large.size).toBe(256);
});

test('one commit takes at most 128 KiB of refused callbacks, in their order, or one that is larger', async () => {
  const parts: number[][] = [];
  const store = {
    ...journal.deadLetters,
    keep: (batch: readonly NewDeadLetter[]) => {
      parts.push(batch.map(({ body }) => body.length));
      return batch.map(() => true);
    },
  };
  const queue = new DeadLetterQueue(store);
  const sizes = [...Array(20).fill(16_000), 200_000, ...Array(150).fill(10)];
  for (const [index, size] of sizes.entries()) {
    queue.refuse(refused(`c${index}`, 's', { body: String(index).padEnd(size, 'x') }));
  }
  await queue.settled();
  expect(parts.flat()).toEqual(sizes);
  for (const part of parts) {
    expect(part.length).toBeLessThanOrEqual(100);
    if (part.length > 1) expect(part.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(128 * 1024);
  }
  expect(parts.length).toBe(6);
});
