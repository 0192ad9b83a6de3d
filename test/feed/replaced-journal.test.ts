/** A backup is restored over the database of a running feed, on a real Postgres: the same name, an earlier state. */
import { PubSub } from 'graphql-subscriptions';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import type { FeedCursor } from '../../src/feed/cursor.ts';
import { Feed, type JournalReplacement } from '../../src/feed/feed.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { submission } from '../journal/contract.ts';
import { freshDatabase, query } from '../support/postgres.ts';

let url: string;
let admin: string;
let name: string;
let journal: Journal;
let feed: Feed;
let replacements: JournalReplacement[];
let counter = 0;
const stack: (() => unknown)[] = [];
beforeEach(async () => {
  url = await freshDatabase();
  name = new URL(url).pathname.slice(1);
  admin = Object.assign(new URL(url), { pathname: '/postgres' }).href;
  journal = await openPostgresJournal(url);
  stack.push(() => journal.close());
});
afterEach(async () => {
  for (const release of stack.splice(0).reverse()) await release();
});

async function start(): Promise<void> {
  replacements = [];
  feed = new Feed(journal, new PubSub(), {
    pollMs: 20,
    observer: { replaced: (replacement) => replacements.push(replacement) },
  });
  stack.push(() => feed.stop());
  await feed.start();
}

/** Runs statements about the database while nobody is connected to it. */
async function offline(...statements: string[]): Promise<void> {
  await query(admin, `alter database ${name} allow_connections false`);
  await query(admin, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  for (const statement of statements) await query(admin, statement);
  await query(admin, `alter database ${name} allow_connections true`);
}

const backUp = () => offline(`create database ${name}_backup template ${name}`);
const restore = () => offline(`drop database ${name}`, `alter database ${name}_backup rename to ${name}`);

/** Appends one update for each customer. `own`: the feed gets them as its own commits. */
async function append(customers: readonly string[], own = true): Promise<void> {
  // The pool may still hold connections that were terminated.
  await expect.poll(() => Promise.resolve(journal.head()).then(Boolean, () => false)).toBe(true);
  for (const customer of customers) {
    const [outcome] = await journal.append([submission(customer, `STATUS ${counter++}`)]);
    if (own && outcome?.outcome === 'applied') feed.committed([outcome.update]);
  }
}

async function take(cursor: FeedCursor, count: number): Promise<KycUpdate[]> {
  const taken: KycUpdate[] = [];
  while (taken.length < count) taken.push((await cursor.next()).value as KycUpdate);
  return taken;
}

const everything = () => true;
const positions = (updates: readonly KycUpdate[]) => updates.map(({ position }) => position);
const unknown = expect.objectContaining({ code: 'CURSOR_UNKNOWN' });

describe.each([
  ['lower', 0],
  ['equal', 3],
  ['higher', 6],
] as const)('a restored backup whose head is then %s', (_head, commits) => {
  test.each([true, false])(
    'ends every cursor whose content is gone, and no other; commits are our own: %s',
    async (own) => {
      await start();
      await append(['a', 'b', 'a', 'c', 'gone', 'd']);
      await journal.erase('gone', { at: 0, by: 'a test' });
      const erased = { position: 5, digest: (await journal.digestAt(5)) as Uint8Array };
      const backedUp = (await journal.head()).position;
      await backUp();
      await append(['a', 'b', 'e']);

      const [all, filtered, stalled] = [0, 0, 0].map(() => feed.followAll(0, everything)) as [
        FeedCursor,
        FeedCursor,
        FeedCursor,
      ];
      const none = feed.followAll(0, () => false).next();
      const readAhead = feed.followAll(0, everything);
      const atErased = feed.followAll(erased, everything);
      const [lost, kept, neverHeard] = ['a', 'c', 'new'].map((customer) => feed.followCustomer(customer, null)) as [
        FeedCursor,
        FeedCursor,
        FeedCursor,
      ];
      const caughtUp = [1, 2, 3, 4, 6, 8, 9, 10];
      for (const cursor of [all, filtered, stalled]) expect(positions(await take(cursor, 8))).toEqual(caughtUp);
      expect(positions([...(await take(readAhead, 1)), ...(await take(lost, 1)), ...(await take(kept, 1))])).toEqual([
        1, 8, 4,
      ]);
      const pending = [all.next(), lost.next(), none].map((pull) => pull.catch((error: unknown) => error));
      const [next, first] = [kept.next(), neverHeard.next()];
      await expect.poll(() => feed.position).toBe(10);

      await restore();
      await append(['x', 'y', 'c', 'new', 'z', 'z'].slice(0, commits), own);
      await expect.poll(() => replacements.length).toBe(1);
      for (const pull of pending) expect(await pull).toEqual(unknown);
      // Also one that pulls only now: it had been told nothing since.
      expect(await stalled.next().catch((error: unknown) => error)).toEqual(unknown);
      expect(await filtered.next().catch((error: unknown) => error)).toEqual(unknown);

      await append(['x', 'c', 'new', 'last']);
      const { position } = await journal.head();
      const held = [2, 3, 4, 6, ...Array.from({ length: position - backedUp }, (_, index) => backedUp + 1 + index)];
      expect(positions(await take(readAhead, held.length))).toEqual(held);
      expect(positions(await take(atErased, held.length - 3))).toEqual(held.slice(3));
      expect((await next).value).toMatchObject({ customerId: 'c', revision: 2 });
      expect((await first).value).toMatchObject({ customerId: 'new', revision: 1 });
      expect(replacements).toHaveLength(1);
    },
  );
});

test('two empty journals are told apart by their seeds', async () => {
  await start();
  const [all, mine] = [feed.followAll(null, everything).next(), feed.followCustomer('a', null).next()];
  const ended = all.catch((error: unknown) => error);
  await query(url, `update journal_facts set value = sha256('another') where name = 'seed'`);
  expect(await ended).toEqual(unknown);
  await append(['a']);
  expect((await mine).value).toMatchObject({ revision: 1 });
});

test.each([true, false])(
  'where nobody is subscribed it is noticed as well, once; commits are our own: %s',
  async (own) => {
    await start();
    await append(['a', 'b']);
    await backUp();
    await append(['c', 'd', 'e'], own);
    await expect.poll(() => feed.position).toBe(5);
    await restore();
    await append(['x', 'y', 'z', 'z'], own);
    await expect.poll(() => replacements.length).toBe(1);
    await expect.poll(() => feed.position).toBe(6);
    expect(positions(await take(feed.followAll(0, everything), 6))).toEqual([1, 2, 3, 4, 5, 6]);
    expect(replacements).toHaveLength(1);
  },
);

test('erasures, and restarts of the connection, are no replacement', async () => {
  await start();
  await append(['a', 'gone', 'a', 'gone']);
  const [all, mine] = [feed.followAll(0, everything), feed.followCustomer('a', null)];
  expect([...positions(await take(all, 4)), ...positions(await take(mine, 1))]).toEqual([1, 2, 3, 4, 3]);
  const pulls = [all.next(), mine.next()];
  await journal.erase('gone', { at: 0, by: 'a test' });
  await offline();
  await append(['b', 'a'], false);
  expect((await pulls[0])?.value).toMatchObject({ position: 6 });
  expect((await pulls[1])?.value).toMatchObject({ position: 7, revision: 3 });
  expect(replacements).toEqual([]);
});
