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

  test('in the category of refused dead letters the oldest are evicted, by number and by bytes', async () => {
    await keep(...['1', '2', '3', '4'].map((body) => deadLetter('REFUSED', body)), deadLetter('GENUINE', 'g'));
    expect(await bodies('REFUSED')).toEqual(['4', '3', '2']);
    await keep(deadLetter('REFUSED', 'x'.repeat(98)));
    expect((await bodies('REFUSED')).map(({ length }) => length)).toEqual([98, 1, 1]);
    expect(await bodies('GENUINE')).toEqual(['g']);
  });

  test('a customer has a limit of genuine dead letters; other customers are not affected', async () => {
    await journal.close();
    journal = await open({ ...LIMITS, genuinePerCustomer: 2 });
    await keep(deadLetter('GENUINE', '1'), deadLetter('GENUINE', '2'));
    const of = (customerId: string, body: string) => deadLetter('GENUINE', body, { customerId });
    expect(await keep(of('c', '3'), of('c', '2'), of('d', '3'))).toEqual([false, true, true]);
    expect(await bodies()).toEqual(['3', '2', '1']);
  });

  test('a sender who holds most makes room, whatever is newer', async () => {
    const of = (sender: string, body: string) => deadLetter('REFUSED', body, { sender, customerId: body });
    await keep(of('a', '1'), of('b', '2'), of('b', '3'), of('b', '4'));
    expect(await bodies()).toEqual(['4', '3', '1']);
    await keep(of('b', '5'), of('c', '6'));
    expect((await listed()).map(({ sender }) => sender).toSorted()).toEqual(['a', 'b', 'c']);
  });

  test('a known customer, or an allowed address, is displaced last', async () => {
    const circumstances = { source: 'CALLBACK', receivedAt: 1_000, requireConfirmation: false } as const;
    await journal.append([{ report: { customerId: 'known', status: 'CREATED' }, circumstances }]);
    const of = (body: string, said: Partial<NewDeadLetter>) =>
      deadLetter('REFUSED', body, { customerId: body, ...said });
    await keep(of('1', { customerId: 'known' }), of('2', { isAllowedSender: true }), of('3', {}));
    await keep(of('4', {}), of('5', {}));
    expect(await bodies()).toEqual(['5', '2', '1']);
    expect([...(await journal.deadLetters.knownAmong(['1', 'known', 'KNOWN', '2']))]).toEqual(['known']);
    expect((await journal.deadLetters.knownAmong([])).size).toBe(0);
  });

  test('repetitions that were counted before are counted once, and what is counted is exact after every change', async () => {
    const again = { count: 5, lastSeenAt: 3_000, requestId: 'r-1' };
    await keep(deadLetter('REFUSED', '1', again), deadLetter('REFUSED', '1', { count: 2, lastSeenAt: 4_000 }));
    await keep(deadLetter('GENUINE', '2'), deadLetter('REFUSED', '1'));
    const [genuine, refused] = await listed();
    expect(refused).toMatchObject({ count: 8, receivedAt: 1_000, requestId: 'r-1' });
    expect(await journal.deadLetters.counts()).toEqual({ GENUINE: 1, REFUSED: 1 });
    await journal.deadLetters.discard([genuine?.id ?? 0]);
    expect(await journal.deadLetters.counts()).toEqual({ GENUINE: 0, REFUSED: 1 });
    await journal.erase('c', { at: 5_000, by: 'test' });
    expect(await journal.deadLetters.counts()).toEqual({ GENUINE: 0, REFUSED: 0 });
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
