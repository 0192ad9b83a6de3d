import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { PubSub } from 'graphql-subscriptions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import type { FeedCursor } from '../../src/feed/cursor.ts';
import { Feed } from '../../src/feed/feed.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';

let folder: string;
let journal: Journal;
let notifier: PubSub;
let feed: Feed;
let counter = 0;
const open = async () => {
  folder = mkdtempSync(join(tmpdir(), 'kyc-'));
  journal = openSqliteJournal(join(folder, 'kyc.db'));
  notifier = new PubSub();
  // No poll, and a tail of a few updates: updates have to come from notifications, and from every other source as well.
  feed = new Feed(journal, notifier, { pollMs: 2 ** 30, tailBytes: 3_000 });
  await feed.start();
};
const shut = async () => {
  feed.stop();
  await journal.close();
  rmSync(folder, { recursive: true, force: true });
};
beforeEach(open);
afterEach(shut);

/** Appends one update for each customer; `own`: the feed gets them as its own commits. */
async function append(customers: readonly string[], own = true): Promise<void> {
  const outcomes = await journal.append(customers.map((customer) => submission(customer, `STATUS ${counter++}`)));
  const updates = outcomes.flatMap((outcome) => (outcome.outcome === 'applied' ? [outcome.update] : []));
  if (own) feed.committed(updates);
}

async function take(cursor: FeedCursor, count: number): Promise<KycUpdate[]> {
  const taken: KycUpdate[] = [];
  while (taken.length < count) {
    const { value } = await cursor.next();
    if (value === undefined) break;
    taken.push(value);
  }
  return taken;
}

const everything = () => true;

describe('a customer', () => {
  test('the latest update at once, then each new one', async () => {
    await append(['a', 'a', 'b']);
    const cursor = feed.followCustomer('a', null);
    expect((await take(cursor, 1)).map(({ revision }) => revision)).toEqual([2]);
    const next = take(cursor, 2);
    await append(['b', 'a', 'a']);
    expect((await next).map(({ revision }) => revision)).toEqual([3, 4]);
  });

  test('nothing at once for an unknown customer, then the first update', async () => {
    const first = take(feed.followCustomer('a', null), 1);
    await append(['b', 'a']);
    expect((await first)[0]?.revision).toBe(1);
  });

  test('every later update after a revision', async () => {
    await append(['a', 'a', 'a']);
    expect((await take(feed.followCustomer('a', 1), 2)).map(({ revision }) => revision)).toEqual([2, 3]);
  });
});

test('a notifier that throws, or returns nothing, does not disturb a commit', async () => {
  for (const publish of [() => expect.unreachable(), () => undefined as never]) {
    notifier.publish = publish;
    const next = take(feed.followAll(null, everything), 1);
    await append(['a']);
    expect(await next).toHaveLength(1);
  }
});

describe('all customers', () => {
  test('a filtered subscriber that reads the whole journal does not block the event loop', async () => {
    for (let batch = 0; batch < 20; batch++) await append(Array.from({ length: 100 }, () => 'a'));
    await append(['b']);
    let turns = 0;
    const count = () => {
      turns++;
      immediate = setImmediate(count);
    };
    let immediate = setImmediate(count);
    const [wanted] = await take(
      feed.followAll(0, ({ customerId }) => customerId === 'b'),
      1,
    );
    clearImmediate(immediate);
    expect(wanted?.position).toBe(2_001);
    expect(turns).toBeGreaterThanOrEqual(20);
  });

  test('read-ahead updates of a customer who is erased are not delivered', async () => {
    await append(['a', 'gone', 'b']);
    const cursor = feed.followAll(0, everything);
    expect((await take(cursor, 1)).map(({ customerId }) => customerId)).toEqual(['a']);
    await journal.erase('gone', { at: 0, by: 'a test' });
    feed.invalidate('gone');
    await append(['c']);
    expect((await take(cursor, 2)).map(({ customerId }) => customerId)).toEqual(['b', 'c']);
  });

  test('updates of a customer that are being read during the erasure are not delivered', async () => {
    await append(['a', 'gone', 'b']);
    // Answers late with the state at the time of the request, as a database on the network does.
    const [found, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow = Object.create(journal, {
      entriesAfter: {
        async value(position: number, limit: number) {
          const entries = await journal.entriesAfter(position, limit);
          found.resolve();
          await answered.promise;
          return entries;
        },
      },
    }) as Journal;
    const other = new Feed(slow, notifier);
    await other.start();
    const taken = take(other.followAll(0, everything), 2);
    await found.promise;
    await journal.erase('gone', { at: 0, by: 'a test' });
    other.invalidate('gone');
    answered.resolve();
    expect((await taken).map(({ customerId }) => customerId)).toEqual(['a', 'b']);
    other.stop();
  });

  test.each(['the notification of the erasure', 'the next update'])(
    'read-ahead updates of a customer whom another instance erased are not delivered: %s',
    async (news) => {
      await append(['a', 'gone', 'b']);
      const cursor = feed.followAll(0, everything);
      expect((await take(cursor, 1)).map(({ customerId }) => customerId)).toEqual(['a']);
      await journal.erase('gone', { at: 0, by: 'a test' });
      if (news === 'the next update') await append(['c'], false);
      const { position } = await journal.head();
      await notifier.publish('xgateway-kyc', position);
      await expect.poll(() => feed.position).toBe(position);
      expect((await take(cursor, 1)).map(({ customerId }) => customerId)).toEqual(['b']);
      // Nor to a later subscriber: the recent tail was cleared as well.
      expect((await take(feed.followAll(0, everything), 2)).map(({ customerId }) => customerId)).toEqual(['a', 'b']);
    },
  );

  test('from now on, or from a position', async () => {
    await append(['a', 'b']);
    const fromNow = take(feed.followAll(null, everything), 1);
    const fromStart = take(feed.followAll(0, everything), 3);
    await append(['c']);
    expect((await fromNow).map(({ position }) => position)).toEqual([3]);
    expect((await fromStart).map(({ position }) => position)).toEqual([1, 2, 3]);
  });

  test('a lost notification is made up for by the next one', async () => {
    const all = take(feed.followAll(null, everything), 2);
    await append(['a'], false);
    await append(['b']);
    expect((await all).map(({ position }) => position)).toEqual([1, 2]);
  });

  test("another instance's notification is enough", async () => {
    const all = take(feed.followAll(null, everything), 1);
    await append(['a'], false);
    await notifier.publish('xgateway-kyc', 1);
    expect(await all).toHaveLength(1);
  });
});

test('without any notification, the poll finds what other instances committed', async () => {
  feed.stop();
  feed = new Feed(journal, notifier, { pollMs: 20 });
  await feed.start();
  const [all, mine] = [take(feed.followAll(null, everything), 1), take(feed.followCustomer('a', 0), 1)];
  await append(['a'], false);
  expect(await all).toHaveLength(1);
  expect(await mine).toHaveLength(1);
});

test('while nobody is subscribed, one read of the head serves many notifications', async () => {
  const heads = vi.spyOn(journal, 'head');
  for (let position = 1; position <= 50; position++) {
    await append([`c${position}`], false);
    await notifier.publish('xgateway-kyc', position);
  }
  await vi.waitFor(() => expect(feed.position).toBe(50));
  expect(heads.mock.calls.length).toBeLessThan(10);
  // A subscriber that comes before the last notifications were handled still gets what they announced.
  await append(['a'], false);
  await notifier.publish('xgateway-kyc', 51);
  const next = take(feed.followAll(50, everything), 1);
  expect((await next)[0]?.position).toBe(51);
});

test('a subscriber that starts after a commit of ours was acknowledged does not get it, although notifications were pending', async () => {
  await append(['theirs'], false);
  await notifier.publish('xgateway-kyc', 1);
  await append(['ours']);
  const next = take(feed.followAll(null, everything), 1);
  await append(['later']);
  expect((await next)[0]?.customerId).toBe('later');
});

test('closing ends a pending pull', async () => {
  const cursor = feed.followAll(null, everything);
  const pull = cursor.next();
  cursor.close();
  expect(await pull).toEqual({ done: true, value: undefined });
});

test('any interleaving of appends, lost notifications, pulls and reconnects delivers exactly the journal', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('append' as const),
      customers: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }),
      own: fc.boolean(),
    }),
    fc.record({ do: fc.constant('pull' as const) }),
    fc.record({ do: fc.constant('notify' as const), says: fc.oneof(fc.nat(40), fc.constant(null)) }),
    fc.record({ do: fc.constant('reconnect' as const) }),
    fc.record({ do: fc.constant('leave' as const) }),
    fc.record({ do: fc.constant('restart' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await shut();
      await open();
      const seen = { all: 0, revision: 0 };
      let all = feed.followAll(0, everything);
      let mine = feed.followCustomer('a', 0);
      let isAway = false;
      const leave = () => {
        all.close();
        mine.close();
        isAway = true;
      };
      const reconnect = () => {
        leave();
        isAway = false;
        all = feed.followAll(seen.all, everything);
        mine = feed.followCustomer('a', seen.revision);
      };
      const pull = async () => {
        if (isAway) reconnect();
        const head = (await journal.head()).position;
        if (seen.all < head) expect((await take(all, 1))[0]?.position).toBe(++seen.all);
        const revision = (await journal.customer('a'))?.latest.revision ?? 0;
        if (seen.revision < revision) expect((await take(mine, 1))[0]?.revision).toBe(++seen.revision);
      };
      for (const one of steps) {
        if (one.do === 'append') await append(one.customers, one.own);
        else if (one.do === 'reconnect') reconnect();
        else if (one.do === 'leave') leave();
        else if (one.do === 'notify') await notifier.publish('xgateway-kyc', one.says);
        else if (one.do === 'restart') {
          feed.stop();
          feed = new Feed(journal, notifier, { pollMs: 2 ** 30, tailBytes: 3_000 });
          await feed.start();
          reconnect();
        } else {
          // A notification stands for the poll that makes up for a lost one.
          await notifier.publish('xgateway-kyc', (await journal.head()).position);
          await pull();
        }
      }
      await append(['a', 'b']);
      while (seen.all < (await journal.head()).position) await pull();
    }),
    { numRuns: 60 },
  );
});

test('a subscriber that always waits for the next update gets exactly the journal, across reconnects and lost notifications', async () => {
  const step = fc.record({
    do: fc.constantFrom('append', 'reconnect', 'notify'),
    customers: fc.array(fc.constantFrom('a', 'b'), { minLength: 1, maxLength: 4 }),
    own: fc.boolean(),
    /** Turns of the event loop until the next step: how far reads have come by then. */
    turns: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      await shut();
      await open();
      const seen = { positions: [] as number[], revisions: [] as number[] };
      const follow = () => {
        const all = feed.followAll(seen.positions.at(-1) ?? 0, everything);
        const mine = feed.followCustomer('a', seen.revisions.at(-1) ?? 0);
        void (async () => {
          for await (const { position } of all) seen.positions.push(position);
        })();
        void (async () => {
          for await (const { revision } of mine) seen.revisions.push(revision);
        })();
        return () => [all, mine].map((cursor) => cursor.close());
      };
      let leave = follow();
      for (const one of steps) {
        if (one.do === 'append') await append(one.customers, one.own);
        else if (one.do === 'notify') await notifier.publish('xgateway-kyc', one.turns === 0 ? null : counter);
        else {
          leave();
          // Delivered updates have to be recorded before the place is known.
          await new Promise(setImmediate);
          leave = follow();
        }
        for (let turn = 0; turn < one.turns; turn++) await new Promise(setImmediate);
      }
      const { position } = await journal.head();
      const revision = (await journal.customer('a'))?.latest.revision ?? 0;
      await notifier.publish('xgateway-kyc', position);
      await vi.waitFor(() => expect([seen.positions.length, seen.revisions.length]).toEqual([position, revision]), {
        interval: 1,
      });
      expect(seen.positions).toEqual(Array.from({ length: position }, (_, index) => index + 1));
      expect(seen.revisions).toEqual(Array.from({ length: revision }, (_, index) => index + 1));
      leave();
    }),
    { numRuns: 60 },
  );
});
