import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyToList } from '../../../src/console/app/customers.ts';
import type { KycStatus, UpdateFragment } from '../../../src/console/app/generated/operations.ts';
import type { Live, Received } from '../../../src/console/app/live.ts';
import { LivePages, type PageRead, type PagesSource } from '../../../src/console/app/live-pages.ts';
import { Store } from '../../../src/console/app/store.ts';
import { applyToUpdates, type Search } from '../../../src/console/app/updates.ts';

const STATUSES = ['CREATED', 'KYC_PENDING', 'FULL_USER'] as const satisfies readonly KycStatus[];

/** A journal that is read in pages and followed as a stream, as the server has it. */
class Journal {
  readonly entries: UpdateFragment[] = [];

  append(customerId: string, status: KycStatus): UpdateFragment {
    const revision = this.entries.filter((entry) => entry.customerId === customerId).length + 1;
    const cursor = String(this.entries.length);
    const receivedAt = new Date(this.entries.length).toISOString();
    const update = { customerId, status, revision, cursor, receivedAt } as UpdateFragment;
    this.entries.push(update);
    return update;
  }

  updates(before: string | null, last: number) {
    const all = this.entries.slice(0, before === null ? undefined : Number(before)).toReversed();
    const rows = all.slice(0, last);
    const about = { reachedAt: null };
    return { rows, about, hasMore: all.length > last, endCursor: rows.at(-1)?.cursor ?? null };
  }

  customers(statuses: readonly KycStatus[], after: string | null, first: number) {
    const latest = new Map(this.entries.map((entry) => [entry.customerId, entry]));
    const all = [...latest.values()]
      .filter(({ status }) => statuses.length === 0 || statuses.includes(status))
      .filter(({ cursor }) => after === null || Number(cursor) < Number(after))
      .sort((left, right) => Number(right.cursor) - Number(left.cursor));
    const rows = all.slice(0, first);
    return { rows, about: null, hasMore: all.length > first, endCursor: rows.at(-1)?.cursor ?? null };
  }
}

/** The part of the stream that a list looks at, driven by hand. */
function stream() {
  const received = new Store<Received>({ total: 0, recent: [], beginnings: 0 });
  const after = (total: number) => {
    const { recent, total: now } = received.get();
    if (now - total > recent.length) return null;
    return now === total ? [] : recent.slice(total - now);
  };
  const live = { received, after } as unknown as Live;
  const deliver = (updates: readonly UpdateFragment[]): void => {
    const { total, recent, beginnings } = received.get();
    received.set({ total: total + updates.length, recent: [...recent, ...updates], beginnings });
  };
  const begin = (): void => {
    const { total, beginnings } = received.get();
    received.set({ total, recent: [], beginnings: beginnings + 1 });
  };
  return { live, deliver, begin };
}

const isListed =
  (statuses: readonly KycStatus[]) =>
  ({ status }: UpdateFragment): boolean =>
    statuses.length === 0 || statuses.includes(status);

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ customer: fc.nat(7), status: fc.constantFrom(...STATUSES) }) },
  { weight: 2, arbitrary: fc.constant('deliver' as const) },
  { weight: 1, arbitrary: fc.constant('answer' as const) },
  { weight: 1, arbitrary: fc.constant('more' as const) },
  { weight: 1, arbitrary: fc.constant('begin' as const) },
);

type Step = 'deliver' | 'answer' | 'more' | 'begin' | { readonly customer: number; readonly status: KycStatus };

/** Runs `steps` on a list of `journal`, then everything that is still under way; returns the rows. */
async function follow<About>(
  steps: readonly Step[],
  journal: Journal,
  { read, ...source }: { read: (after: string | null) => PageRead<About> } & Omit<PagesSource<About>, 'read'>,
): Promise<readonly UpdateFragment[]> {
  const { live, deliver, begin } = stream();
  // The stream carries what comes after its beginning; null: it has not begun.
  let delivered: number | null = null;
  const answers: (() => void)[] = [];
  const list = new LivePages<About>(live, {
    ...source,
    // The page is as it was when it was asked for, and arrives later.
    read: async (after) => {
      const page = read(after);
      await new Promise<void>((resolve) => answers.push(resolve));
      return page;
    },
  });
  const beginNow = (): void => {
    delivered = journal.entries.length;
    begin();
  };
  const deliverAll = (): void => {
    if (delivered === null) return;
    deliver(journal.entries.slice(delivered));
    delivered = journal.entries.length;
  };
  const answerAll = async (): Promise<void> => {
    for (const answer of answers.splice(0)) answer();
    await Promise.resolve();
    await new Promise(setImmediate);
  };
  const stop = list.start();
  for (const one of steps) {
    if (one === 'deliver') deliverAll();
    else if (one === 'answer') await answerAll();
    else if (one === 'more') void list.more();
    else if (one === 'begin') beginNow();
    else journal.append(`c${one.customer}`, one.status);
  }
  if (delivered === null) beginNow();
  deliverAll();
  await answerAll();
  await answerAll();
  while (list.view.get().hasMore) {
    void list.more();
    await answerAll();
  }
  stop();
  return list.view.get().rows;
}

test('whenever a page is read and whenever the stream delivers, the list ends up as the server has it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.subarray([...STATUSES]), async (steps, statuses) => {
      const journal = new Journal();
      const shown = await follow<null>(steps, journal, {
        read: (after) => journal.customers(statuses, after, 3),
        apply: (view, updates, isHeld) => applyToList(view, updates, isListed(statuses), isHeld),
      });
      const expected = journal.customers(statuses, null, 100).rows;
      expect(shown.map(({ customerId }) => customerId).sort()).toEqual(
        expected.map(({ customerId }) => customerId).sort(),
      );
      expect(new Set(shown.map(({ cursor }) => cursor))).toEqual(new Set(expected.map(({ cursor }) => cursor)));
    }),
    { numRuns: 300 },
  );
});

test('updates end up as the journal has them, in its order, whenever a page is read and the stream delivers', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const journal = new Journal();
      const shown = await follow<Search>(steps, journal, {
        isAboutPage: true,
        read: (before) => journal.updates(before, 3),
        apply: (view, updates, isHeld) => applyToUpdates(view, updates, () => true, isHeld),
      });
      const cursors = (updates: readonly UpdateFragment[]) => updates.map(({ cursor }) => cursor);
      expect(cursors(shown)).toEqual(cursors(journal.entries.toReversed()));
    }),
    { numRuns: 300 },
  );
});

test('a list that is held keeps its order, shows what changed in place, and counts what is held back', () => {
  const journal = new Journal();
  const [a, b] = [journal.append('a', 'CREATED'), journal.append('b', 'CREATED')];
  const view = { rows: [b, a], hasMore: false, endCursor: null, heldBack: 0 };
  const updates = [journal.append('a', 'FULL_USER'), journal.append('c', 'CREATED')];
  expect(applyToList(view, updates, isListed([]), true)).toEqual({ rows: [b, updates[0]], heldBack: 2 });
  expect(applyToList(view, updates, isListed([]), false)).toMatchObject({ rows: [updates[1], updates[0], b] });
});
