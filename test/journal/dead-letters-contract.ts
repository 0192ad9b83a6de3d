/** What every dead-letter store has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeadLetterLimits, NewDeadLetter } from '../../src/journal/dead-letters.ts';
import type { Journal } from '../../src/journal/journal.ts';

/** Categories that a test can fill. */
const LIMITS: DeadLetterLimits = { genuinePerCustomer: 3, genuine: 3, refused: 3, refusedBytes: 100 };

/** A dead letter with this body. */
export function deadLetter(
  category: NewDeadLetter['category'],
  body: string,
  said: Partial<NewDeadLetter> = {},
): NewDeadLetter {
  const reason = category === 'GENUINE' ? 'NOT_UNDERSTOOD' : 'NOT_GENUINE';
  return { category, reason, problems: [], customerId: 'c', body, hashDigest: null, receivedAt: 1_000, ...said };
}

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function deadLettersContract(open: (limits: DeadLetterLimits) => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open(LIMITS);
  });
  afterEach(async () => {
    await journal.close();
  });
  const keep = async (...deadLetters: NewDeadLetter[]) => journal.deadLetters.keep(deadLetters);
  const listed = async (category: NewDeadLetter['category'] | null = null, before: number | null = null, limit = 10) =>
    journal.deadLetters.list({ category, before, limit });
  const bodies = async (category: NewDeadLetter['category'] | null = null) =>
    (await listed(category)).map(({ body }) => body);

  test('keeps a dead letter as it was given, and lists the latest first', async () => {
    const first = deadLetter('REFUSED', '{"a":"\\u0000\\ud800 \u2028 кириллица"}', {
      customerId: null,
      problems: ['status: expected string'],
      hashDigest: new Uint8Array(32).fill(7),
    });
    expect(await keep(first, deadLetter('GENUINE', '{}'))).toEqual([true, true]);
    const [latest, earlier] = await listed();
    expect(latest).toMatchObject({ category: 'GENUINE', customerId: 'c', hashDigest: null, count: 1 });
    expect({ ...earlier, hashDigest: [...(earlier?.hashDigest ?? [])] }).toEqual({
      ...first,
      hashDigest: [...(first.hashDigest ?? [])],
      id: earlier?.id,
      lastSeenAt: 1_000,
      count: 1,
    });
    expect(await listed('REFUSED')).toHaveLength(1);
    expect(await listed(null, latest?.id, 1)).toMatchObject([{ body: first.body }]);
    expect(await journal.deadLetters.counts()).toEqual({ GENUINE: 1, REFUSED: 1 });
  });

  test('a refused body that comes again is counted, also in one batch; another hash is another dead letter', async () => {
    const again = deadLetter('REFUSED', '{"a":1}', { receivedAt: 2_000 });
    await keep(deadLetter('REFUSED', '{"a":1}'), deadLetter('REFUSED', '{"b":1}'), again);
    await keep({ ...again, hashDigest: new Uint8Array(32) });
    expect(await listed()).toMatchObject([
      { count: 1 },
      { body: '{"b":1}' },
      { count: 2, lastSeenAt: 2_000, receivedAt: 1_000 },
    ]);
  });

  test('a genuine body that comes again is counted only while nothing about the customer came in between', async () => {
    await keep(deadLetter('GENUINE', '1'), deadLetter('GENUINE', '1'), deadLetter('GENUINE', 'x', { customerId: 'd' }));
    await keep(deadLetter('GENUINE', '1'), deadLetter('GENUINE', '2'));
    expect(await keep(deadLetter('GENUINE', '1'))).toEqual([false]);
    await journal.deadLetters.discard((await listed()).filter(({ body }) => body === 'x').map(({ id }) => id));
    expect(await keep(deadLetter('GENUINE', '1'))).toEqual([true]);
    expect((await listed()).map(({ body, count }) => [body, count])).toEqual([
      ['1', 1],
      ['2', 1],
      ['1', 3],
    ]);
  });

  test('a full category of genuine dead letters takes no more and evicts none, but still counts', async () => {
    await keep(...['1', '2', '3'].map((body) => deadLetter('GENUINE', body)));
    expect(await keep(deadLetter('GENUINE', '4'), deadLetter('GENUINE', '3'))).toEqual([false, true]);
    expect(await bodies()).toEqual(['3', '2', '1']);
  });

  test('on the category of the refused the oldest make room, by number and by bytes', async () => {
    await keep(...['1', '2', '3', '4'].map((body) => deadLetter('REFUSED', body)), deadLetter('GENUINE', 'g'));
    expect(await bodies('REFUSED')).toEqual(['4', '3', '2']);
    await keep(deadLetter('REFUSED', 'x'.repeat(98)));
    expect((await bodies('REFUSED')).map(({ length }) => length)).toEqual([98, 1, 1]);
    expect(await bodies('GENUINE')).toEqual(['g']);
  });

  test('finds the earliest first, and discards what is there', async () => {
    await keep(deadLetter('GENUINE', '1'), deadLetter('REFUSED', '2'));
    const ids = (await listed()).map(({ id }) => id);
    expect((await journal.deadLetters.find([...ids, 999])).map(({ body }) => body)).toEqual(['1', '2']);
    expect([...(await journal.deadLetters.discard([...ids, 999]))].sort()).toEqual([...ids].sort());
    expect(await journal.deadLetters.discard(ids)).toEqual([]);
    expect(await listed()).toEqual([]);
  });
}
