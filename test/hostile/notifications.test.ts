/** What a foreign publisher may say on the notifier's topic: none of it makes the feed miss, repeat or spin. */
import { PubSub } from 'graphql-subscriptions';
import { expect, test } from 'vitest';
import { Feed, NOTIFIER_TOPIC } from '../../src/feed/feed.ts';
import type { Journal } from '../../src/journal/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Counts how often a journal is read. */
function counting(journal: Journal) {
  const reads = { count: 0 };
  const counted = Object.create(journal) as Journal;
  for (const method of ['head', 'entriesAfter', 'digestAt'] as const) {
    Object.defineProperty(counted, method, {
      value: (...given: never[]) => {
        reads.count++;
        return (journal[method] as (...given: never[]) => unknown)(...given);
      },
    });
  }
  return { counted, reads };
}

test.each([
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e308,
  Number.MAX_SAFE_INTEGER,
  1.5,
  -1,
  '9',
  'x'.repeat(60_000),
  null,
  undefined,
  {},
  [1e9],
  () => 1,
])('ten thousand notifications that say %o cost a few reads, and the next update comes as ever', async (hint) => {
  using folder = temporaryFolder();
  const journal = openSqliteJournal(`${folder.path}/kyc.db`);
  const { counted, reads } = counting(journal);
  const notifier = new PubSub();
  const feed = new Feed(counted, notifier, { pollMs: 2 ** 30 });
  await feed.start();
  const cursor = feed.followAll(null, () => true);
  const first = cursor.next();
  reads.count = 0;
  for (let wave = 0; wave < 10; wave++) {
    for (let count = 0; count < 1_000; count++) await notifier.publish(NOTIFIER_TOPIC, hint);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(reads.count).toBeLessThan(300);
  const [outcome] = await journal.append([submission('a', 'CREATED')]);
  feed.committed(outcome?.outcome === 'applied' ? [outcome.update] : []);
  expect((await first).value).toMatchObject({ position: 1 });
  // Another instance's commit is found by its notification, not only by the poll.
  const second = cursor.next();
  await journal.append([submission('a', 'FULL_USER')]);
  await notifier.publish(NOTIFIER_TOPIC, 2);
  expect((await second).value).toMatchObject({ position: 2 });
  feed.stop();
  await journal.close();
});
