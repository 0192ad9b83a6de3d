/** What every store of consumers has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ConsumerLimits, ConsumerRecord } from '../../src/journal/consumers.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { submission } from './contract.ts';

/** A store that a test can fill. */
const LIMITS: ConsumerLimits = { consumers: 3, deadLetters: 2 };
const NAME = 'risk-engine';

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function consumersContract(open: (limits: ConsumerLimits) => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open(LIMITS);
    await journal.append(['a', 'b', 'c', 'd'].map((customerId) => submission(customerId, 'CREATED')));
  });
  afterEach(async () => {
    await journal.close();
  });

  const start = () => ({ position: 0, digest: journal.seed });
  const found = async (): Promise<ConsumerRecord> => (await journal.consumers.find(NAME)) as ConsumerRecord;
  const acquired = async (holder = 'x'): Promise<ConsumerRecord> => {
    await journal.consumers.create(NAME, start());
    return (await journal.consumers.acquire(await found(), holder)) as ConsumerRecord;
  };
  const retry = (position: number, attempts = 1) => {
    const customerId = 'abcd'[position - 1] ?? '';
    return { position, customerId, attempts, isReplayed: false };
  };
  const deadLetter = (position: number) => {
    const { isReplayed: _, ...of } = retry(position, 10);
    return { ...of, error: 'refused', failedAt: 1_000 };
  };
  const retries = async () =>
    (await journal.consumers.retries(NAME, 0, 10)).map(({ position, attempts }) => [position, attempts]);
  const deadLetters = () => journal.consumers.deadLetters({ consumer: NAME, before: null, limit: 10 });

  test('a consumer is made once, up to a limit, and listed by name', async () => {
    const { consumers } = journal;
    expect(await consumers.create(NAME, start())).toBe('created');
    expect(await consumers.create(NAME, await journal.head())).toBe('exists');
    expect(await found()).toMatchObject({ place: { position: 0 }, state: 'RUNNING', holder: null, retries: 0 });
    expect((await found()).place.digest).toEqual(journal.seed);
    await consumers.create('b', start());
    await consumers.create('a', start());
    expect(await consumers.create('c', start())).toBe('full');
    expect(await consumers.create('a', start())).toBe('exists');
    expect((await consumers.list()).map(({ name }) => name)).toEqual(['a', 'b', NAME]);
    expect(await consumers.find('c')).toBeNull();
  });

  test('a lease is taken by one of those who saw the same, and its fence grows', async () => {
    const first = await acquired();
    expect(first).toMatchObject({ holder: 'x', beats: 0 });
    const [one, other] = await Promise.all([
      journal.consumers.acquire(first, 'y'),
      journal.consumers.acquire(first, 'z'),
    ]);
    expect([one, other].filter((lease) => lease !== null)).toHaveLength(1);
    expect((await found()).fence).toBeGreaterThan(first.fence);
  });

  test('a holder that sends beats keeps its lease, and writes with an old fence are refused', async () => {
    const first = await acquired();
    expect(await journal.consumers.save(first, {})).toEqual({ state: 'RUNNING', changes: 0, isFull: false });
    expect(await journal.consumers.acquire(first, 'y')).toBeNull();
    const second = await journal.consumers.acquire(await found(), 'y');
    const late = { place: await journal.head(), retries: [retry(1)], deadLetters: [deadLetter(2)] };
    expect(await journal.consumers.save(first, late)).toBeNull();
    await journal.consumers.release(first, 'late');
    expect(await found()).toMatchObject({ ...second, place: { position: 0 }, holder: 'y', state: 'RUNNING' });
    expect([await retries(), await deadLetters()]).toEqual([[], []]);
  });

  test('a place, retries and dead letters are written together', async () => {
    const lease = await acquired();
    const place = await journal.head();
    await journal.consumers.save(lease, { place, retries: [retry(1), retry(2, 0), retry(3)] });
    await journal.consumers.save(lease, { retries: [retry(1, 2)], finished: [2], deadLetters: [deadLetter(3)] });
    expect(await retries()).toEqual([[1, 2]]);
    expect(await deadLetters()).toEqual([{ id: expect.any(Number), consumer: NAME, ...deadLetter(3) }]);
    const { place: kept, ...rest } = await found();
    expect([kept.position, kept.digest]).toEqual([place.position, place.digest]);
    expect(rest).toMatchObject({ retries: 1, deadLetters: 1 });
    expect(await journal.consumers.retries(NAME, 1, 10)).toEqual([]);
  });

  test('a change that is written twice is stored once', async () => {
    const lease = await acquired();
    const changes = { retries: [retry(1)], deadLetters: [deadLetter(2)] };
    await journal.consumers.save(lease, changes);
    await journal.consumers.save(lease, changes);
    expect([await retries(), (await deadLetters()).length]).toEqual([[[1, 1]], 1]);
  });

  test('without room for dead letters they stay retries', async () => {
    const lease = await acquired();
    const full = await journal.consumers.save(lease, { deadLetters: [1, 2, 3].map(deadLetter) });
    expect(full).toMatchObject({ isFull: true });
    expect([await retries(), await deadLetters()]).toEqual([[1, 2, 3].map((position) => [position, 10]), []]);
  });

  test('an error stops a consumer until it is resumed', async () => {
    const lease = await acquired();
    await journal.consumers.release(lease, `bad\0 ${'x'.repeat(1_000)}\ud800`);
    const stopped = await found();
    expect(stopped).toMatchObject({ state: 'STOPPED', holder: null, error: expect.stringMatching(/^bad\ufffd x+$/) });
    expect(stopped.error).toHaveLength(500);
    expect(await journal.consumers.acquire(stopped, 'y')).toBeNull();
    expect(await journal.consumers.setState(NAME, 'RUNNING')).toMatchObject({ state: 'RUNNING', error: null });
    expect(await journal.consumers.acquire(await found(), 'y')).not.toBeNull();
    expect(await journal.consumers.setState('nobody', 'PAUSED')).toBeNull();
  });

  test('a holder learns that its consumer was paused', async () => {
    const lease = await acquired();
    await journal.consumers.setState(NAME, 'PAUSED');
    expect(await journal.consumers.save(lease, {})).toMatchObject({ state: 'PAUSED', changes: 1 });
    await journal.consumers.release(lease);
    expect(await journal.consumers.acquire(await found(), 'y')).toBeNull();
  });

  test('a reset puts it elsewhere, without its retries, and revokes the lease', async () => {
    const lease = await acquired();
    await journal.consumers.save(lease, { place: await journal.head(), retries: [retry(1)] });
    expect(await journal.consumers.reset(NAME, start())).toMatchObject({ place: { position: 0 }, retries: 0 });
    expect(await journal.consumers.save(lease, { place: await journal.head() })).toBeNull();
    expect((await found()).place.position).toBe(0);
    expect(await journal.consumers.reset('nobody', start())).toBeNull();
  });

  test('the earliest failed update can be skipped: it becomes a dead letter', async () => {
    const lease = await acquired();
    expect(await journal.consumers.skip(NAME, { error: 'skipped', failedAt: 5 })).toBeNull();
    await journal.consumers.save(lease, { retries: [retry(1, 0), retry(2, 3), retry(3)] });
    const skipped = await journal.consumers.skip(NAME, { error: 'skipped', failedAt: 5 });
    expect(skipped).toMatchObject({ position: 2, customerId: 'b', attempts: 3, error: 'skipped', failedAt: 5 });
    expect(await retries()).toEqual([
      [1, 0],
      [3, 1],
    ]);
    expect(await journal.consumers.save(lease, {})).toBeNull();
  });

  test('dead letters are listed latest first, replayed and discarded', async () => {
    const lease = await acquired();
    await journal.consumers.save(lease, { deadLetters: [deadLetter(1), deadLetter(2)] });
    const [second, first] = await deadLetters();
    expect([first?.position, second?.position]).toEqual([1, 2]);
    const page = { consumer: NAME, before: second?.id ?? 0, limit: 5 };
    expect(await journal.consumers.deadLetters(page)).toEqual([first]);
    expect(await journal.consumers.replay([first?.id ?? 0, 99])).toEqual([first]);
    expect(await journal.consumers.retries(NAME, 0, 10)).toEqual([{ ...retry(1, 0), isReplayed: true }]);
    expect(await journal.consumers.save(lease, {})).toMatchObject({ changes: 1 });
    expect(await journal.consumers.discard([second?.id ?? 0, second?.id ?? 0, 99])).toEqual([second?.id]);
    expect(await deadLetters()).toEqual([]);
  });

  test('a consumer that is removed leaves nothing', async () => {
    const lease = await acquired();
    await journal.consumers.save(lease, { retries: [retry(1)], deadLetters: [deadLetter(2)] });
    expect([await journal.consumers.remove(NAME), await journal.consumers.remove(NAME)]).toEqual([true, false]);
    expect([await retries(), await deadLetters(), await journal.consumers.list()]).toEqual([[], [], []]);
    expect(await journal.consumers.save(lease, {})).toBeNull();
  });

  test('nothing is kept of a customer who was erased, then or later', async () => {
    const lease = await acquired();
    await journal.consumers.save(lease, { retries: [retry(1), retry(2)], deadLetters: [deadLetter(3)] });
    for (const customerId of ['a', 'c']) await journal.erase(customerId, { at: 1, by: 'x' });
    expect([await retries(), await deadLetters()]).toEqual([[[2, 1]], []]);
    await journal.consumers.save(lease, { retries: [retry(1)], deadLetters: [deadLetter(3), deadLetter(4)] });
    expect(await retries()).toEqual([[2, 1]]);
    expect(await deadLetters()).toMatchObject([{ customerId: 'd' }]);
  });
}
