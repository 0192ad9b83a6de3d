/** What every dead-letter store has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LetterLimits, NewLetter } from '../../src/journal/dead-letters.ts';
import type { Journal } from '../../src/journal/journal.ts';

/** Shelves that a test can fill. */
const LIMITS: LetterLimits = { genuine: 3, refused: 3, refusedBytes: 100 };

/** A letter with this body. */
export function letter(shelf: NewLetter['shelf'], body: string, said: Partial<NewLetter> = {}): NewLetter {
  const reason = shelf === 'GENUINE' ? 'NOT_UNDERSTOOD' : 'NOT_GENUINE';
  return { shelf, reason, problems: [], customerId: 'c', body, hashDigest: null, receivedAt: 1_000, ...said };
}

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function deadLettersContract(open: (limits: LetterLimits) => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open(LIMITS);
  });
  afterEach(async () => {
    await journal.close();
  });
  const keep = async (...letters: NewLetter[]) => journal.letters.keep(letters);
  const listed = async (shelf: NewLetter['shelf'] | null = null, before: number | null = null, limit = 10) =>
    journal.letters.list({ shelf, before, limit });
  const bodies = async (shelf: NewLetter['shelf'] | null = null) => (await listed(shelf)).map(({ body }) => body);

  test('keeps a letter as it was given, and lists the latest first', async () => {
    const first = letter('REFUSED', '{"a":"\\u0000\\ud800 \u2028 кириллица"}', {
      customerId: null,
      problems: ['status: expected string'],
      hashDigest: new Uint8Array(32).fill(7),
    });
    expect(await keep(first, letter('GENUINE', '{}'))).toEqual([true, true]);
    const [latest, earlier] = await listed();
    expect(latest).toMatchObject({ shelf: 'GENUINE', customerId: 'c', hashDigest: null, count: 1 });
    expect({ ...earlier, hashDigest: [...(earlier?.hashDigest ?? [])] }).toEqual({
      ...first,
      hashDigest: [...(first.hashDigest ?? [])],
      id: earlier?.id,
      lastSeenAt: 1_000,
      count: 1,
    });
    expect(await listed('REFUSED')).toHaveLength(1);
    expect(await listed(null, latest?.id, 1)).toMatchObject([{ body: first.body }]);
    expect(await journal.letters.counts()).toEqual({ GENUINE: 1, REFUSED: 1 });
  });

  test('a refused body that comes again is counted, also in one batch; another hash is another letter', async () => {
    const again = letter('REFUSED', '{"a":1}', { receivedAt: 2_000 });
    await keep(letter('REFUSED', '{"a":1}'), letter('REFUSED', '{"b":1}'), again);
    await keep({ ...again, hashDigest: new Uint8Array(32) });
    expect(await listed()).toMatchObject([
      { count: 1 },
      { body: '{"b":1}' },
      { count: 2, lastSeenAt: 2_000, receivedAt: 1_000 },
    ]);
  });

  test('a genuine body that comes again is counted only while nothing about the customer came in between', async () => {
    await keep(letter('GENUINE', '1'), letter('GENUINE', '1'), letter('GENUINE', 'x', { customerId: 'd' }));
    await keep(letter('GENUINE', '1'), letter('GENUINE', '2'));
    expect(await keep(letter('GENUINE', '1'))).toEqual([false]);
    await journal.letters.discard((await listed()).filter(({ body }) => body === 'x').map(({ id }) => id));
    expect(await keep(letter('GENUINE', '1'))).toEqual([true]);
    expect((await listed()).map(({ body, count }) => [body, count])).toEqual([
      ['1', 1],
      ['2', 1],
      ['1', 3],
    ]);
  });

  test('a full shelf of genuine letters takes no more and evicts none, but still counts', async () => {
    await keep(...['1', '2', '3'].map((body) => letter('GENUINE', body)));
    expect(await keep(letter('GENUINE', '4'), letter('GENUINE', '3'))).toEqual([false, true]);
    expect(await bodies()).toEqual(['3', '2', '1']);
  });

  test('on the shelf of the refused the oldest make room, by number and by bytes', async () => {
    await keep(...['1', '2', '3', '4'].map((body) => letter('REFUSED', body)), letter('GENUINE', 'g'));
    expect(await bodies('REFUSED')).toEqual(['4', '3', '2']);
    await keep(letter('REFUSED', 'x'.repeat(98)));
    expect((await bodies('REFUSED')).map(({ length }) => length)).toEqual([98, 1, 1]);
    expect(await bodies('GENUINE')).toEqual(['g']);
  });

  test('finds the earliest first, and discards what is there', async () => {
    await keep(letter('GENUINE', '1'), letter('REFUSED', '2'));
    const ids = (await listed()).map(({ id }) => id);
    expect((await journal.letters.find([...ids, 999])).map(({ body }) => body)).toEqual(['1', '2']);
    expect([...(await journal.letters.discard([...ids, 999]))].sort()).toEqual([...ids].sort());
    expect(await journal.letters.discard(ids)).toEqual([]);
    expect(await listed()).toEqual([]);
  });
}
