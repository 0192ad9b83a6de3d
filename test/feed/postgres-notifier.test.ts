import { PubSub } from 'graphql-subscriptions';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Feed } from '../../src/feed/feed.ts';
import { PostgresNotifier, type PostgresNotifierOptions } from '../../src/feed/postgres-notifier.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { submission } from '../journal/contract.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { type TcpProxy, tcpProxy, through } from '../support/tcp-proxy.ts';

let url: string;
let proxy: TcpProxy;
const stack: (() => unknown)[] = [];
beforeEach(async () => {
  url = await freshDatabase();
  proxy = await tcpProxy(Number(new URL(url).port));
});
afterEach(async () => {
  for (const release of stack.splice(0).reverse()) await release();
  await proxy[Symbol.asyncDispose]();
});

function notifier(from = url, options: PostgresNotifierOptions = {}): PostgresNotifier {
  const notifying = new PostgresNotifier(from, options);
  stack.push(() => notifying.close());
  return notifying;
}

/** The notifications of a topic, as they arrive. */
async function heard(notifying: PostgresNotifier, topic = 'kyc'): Promise<unknown[]> {
  const received: unknown[] = [];
  await notifying.subscribe(topic, (notification) => received.push(notification));
  // One null at the beginning: read the journal.
  expect(received).toEqual([null]);
  return received;
}

describe('the Postgres notifier', () => {
  test('reaches every instance, on its own topic only', async () => {
    const [one, two] = [notifier(), notifier()];
    const [first, second, other] = [await heard(one), await heard(two), [] as unknown[]];
    await two.subscribe('other "topic"', (notification) => other.push(notification));
    await one.publish('kyc', 17);
    await one.publish('other "topic"', { any: 'JSON' });
    await vi.waitFor(() => expect([first, second, other]).toEqual([[null, 17], [null, 17], [{ any: 'JSON' }]]));
    two.unsubscribe(1);
    await one.publish('kyc', 18);
    await vi.waitFor(() => expect(first).toEqual([null, 17, 18]));
    expect(second).toEqual([null, 17]);
  });

  test('500 publications at once become a few notifications, the last of them among these', async () => {
    const notifying = notifier();
    const received = await heard(notifying);
    await Promise.all(Array.from({ length: 500 }, (_, index) => notifying.publish('kyc', index)));
    await vi.waitFor(() => expect(received.at(-1)).toBe(499));
    expect(received.length).toBeLessThan(10);
  });

  test('text that is no JSON arrives as null', async () => {
    const received = await heard(notifier());
    await query(url, "select pg_notify('kyc', 'not JSON')");
    await vi.waitFor(() => expect(received).toEqual([null, null]));
  });

  test('reconnects after its connection was cut, and sends null', async () => {
    const notifying = notifier(through(proxy, url));
    const received = await heard(notifying);
    proxy.cut();
    await vi.waitFor(() => expect(received).toEqual([null, null]), 5_000);
    await notifierOfAnother().publish('kyc', 3);
    await vi.waitFor(() => expect(received.at(-1)).toBe(3));
  });

  test('detects a half-open connection by its heartbeat', async () => {
    const notifying = notifier(through(proxy, url), { heartbeatMs: 50, answerMs: 300 });
    const received = await heard(notifying);
    proxy.freeze();
    await expect(notifying.publish('kyc', 1)).rejects.toThrow();
    await vi.waitFor(() => expect(received.slice(0, 2)).toEqual([null, null]), 5_000);
    // On a busy machine an answer may take longer than the little time it is given here.
    await vi.waitFor(() => notifying.publish('kyc', 2), 10_000);
    await vi.waitFor(() => expect(received).toContain(2));
  });

  test('reconnects also while it publishes all the time', async () => {
    const notifying = notifier(through(proxy, url));
    const received = await heard(notifying);
    const publishing = setInterval(() => void notifying.publish('kyc', 1).catch(() => {}), 1);
    proxy.cut();
    await vi.waitFor(() => expect(received.filter((notification) => notification === null)).toHaveLength(2), 3_000);
    expect(notifying.connected).toBe(true);
    clearInterval(publishing);
  });

  test('starts without its server, and closes while it tries', async () => {
    const notifying = new PostgresNotifier(url.replace(/:\d+\//, ':1/'));
    await notifying.subscribe('kyc', () => {});
    expect(notifying.connected).toBe(false);
    await expect(notifying.publish('kyc', 1)).rejects.toThrow(/not connected/);
    await notifying.close();
  });

  /** One that is connected by the time it is returned. */
  function notifierOfAnother() {
    const other = notifier();
    return {
      publish: async (topic: string, notification: unknown) =>
        heard(other, topic).then(() => other.publish(topic, notification)),
    };
  }
});

describe('feeds of two instances', () => {
  let one: Journal;
  let two: Journal;
  beforeEach(async () => {
    one = await openPostgresJournal(url);
    two = await openPostgresJournal(`${through(proxy, url)}?statement_timeout=300&connect_timeout=300`);
    stack.push(
      () => one.close(),
      () => two.close(),
    );
  });

  async function start(feed: Feed): Promise<Feed> {
    stack.push(() => feed.stop());
    await feed.start();
    return feed;
  }

  async function append(feed: Feed, journal: Journal, status: string): Promise<void> {
    const outcomes = await journal.append([submission('a', status)]);
    feed.committed(outcomes.flatMap((outcome) => (outcome.outcome === 'applied' ? [outcome.update] : [])));
  }

  const noPoll = { pollMs: 2 ** 30 };

  // What an owner would bring for Redis or NATS has the same interface: here the stock in-process one, shared by two feeds.
  const engines = {
    PostgresNotifier: () => [notifier(), notifier()],
    'another PubSubEngine': () => Array(2).fill(new PubSub()),
  };
  test.each(Object.entries(engines))('%s carries a commit of one to a subscriber of the other', async (_name, make) => {
    const [left, right] = make();
    const [sender, receiver] = [await start(new Feed(one, left, noPoll)), await start(new Feed(two, right, noPoll))];
    const cursor = receiver.followCustomer('a', 0);
    for (const status of ['CREATED', 'KYC_PENDING', 'FULL_USER']) {
      const pushed = cursor.next();
      await append(sender, one, status);
      expect((await pushed).value).toMatchObject({ status });
    }
  });

  test('a subscriber outlives an outage of the journal, and misses nothing', async () => {
    const sender = await start(new Feed(one, notifier()));
    const receiver = await start(new Feed(two, notifier(), { pollMs: 50 }));
    const [mine, all] = [receiver.followCustomer('a', null), receiver.followAll(0, () => true)];
    const pulls = [mine.next(), all.next()];
    // Every connection hangs, and so does every new one.
    proxy.freeze();
    proxy.judge = () => 'freeze';
    await append(sender, one, 'CREATED');
    await expect(two.head()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    proxy.judge = () => 'pass';
    for (const pull of pulls) expect((await pull).value).toMatchObject({ status: 'CREATED' });
    const next = [mine.next(), all.next()];
    await append(sender, one, 'FULL_USER');
    for (const pull of next) expect((await pull).value).toMatchObject({ status: 'FULL_USER' });
  });
});
