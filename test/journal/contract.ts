/** What every journal has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import type { KycReport } from '../../src/domain/update.ts';
import { chainDigest } from '../../src/journal/entry.ts';
import type { Journal, Submission } from '../../src/journal/journal.ts';
import { deadLetter } from './dead-letters-contract.ts';

/** A report as a callback would bring it. */
export function submission(customerId: string, status: string | null, said: Partial<KycReport> = {}): Submission {
  return {
    report: { customerId, status, ...said },
    circumstances: { source: 'CALLBACK', receivedAt: 1_700_000_000_000, requireConfirmation: false },
  };
}

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function journalContract(open: () => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open();
  });
  afterEach(async () => {
    await journal.close();
  });

  describe('append', () => {
    test('gives positions over all customers and revisions to each', async () => {
      await journal.append([submission('a', 'CREATED'), submission('b', null), submission('a', 'FULL_USER')]);
      const entries = await journal.entriesAfter(0, 10);
      expect(entries.map((entry) => [entry.position, entry.customerId, entry.revision, entry.status])).toEqual([
        [1, 'a', 1, 'CREATED'],
        [2, 'b', 1, null],
        [3, 'a', 2, 'FULL_USER'],
      ]);
    });

    test('answers in order, and what says nothing new leaves no entry', async () => {
      const outcomes = await journal.append([submission('a', 'CREATED'), submission('a', 'CREATED')]);
      expect(outcomes).toMatchObject([{ outcome: 'applied' }, { outcome: 'unchanged', revision: 1 }]);
      expect((await journal.head()).position).toBe(1);
    });

    test('keeps text as it was sent', async () => {
      const extra = { nested: { 'a"b': [1, null, '\u0000', '\ud800'] } };
      await journal.append([submission('кириллица 🦄', 'SOME NEW STATUS', { endUserMessage: "'; drop table", extra })]);
      const customer = await journal.customer('кириллица 🦄');
      expect(customer?.latest).toMatchObject({ status: 'SOME NEW STATUS', endUserMessage: "'; drop table", extra });
    });

    test('finds each customer of a batch by exactly their ID', async () => {
      const ids = [
        '"',
        '\\',
        "'",
        '%',
        '{}',
        'null',
        '1',
        '01',
        '1.0',
        'é',
        'e\u0301',
        '\ufffd',
        '\u2028',
        '🦄',
        'A',
        'a',
        ' a',
      ];
      for (const [before, status] of ['CREATED', 'KYC_PENDING', 'FULL_USER'].entries()) {
        const outcomes = await journal.append(ids.map((id) => submission(id, status)));
        expect(outcomes).toMatchObject(
          ids.map((customerId) => ({ outcome: 'applied', update: { customerId, revision: before + 1, status } })),
        );
      }
    });

    test('leaves nothing of a batch that fails', async () => {
      const impossible = { ...submission('b', 'CREATED'), report: null } as unknown as Submission;
      await expect((async () => journal.append([submission('a', 'CREATED'), impossible]))()).rejects.toThrow();
      expect((await journal.head()).position).toBe(0);
      await journal.append([submission('a', 'CREATED')]);
      expect((await journal.head()).position).toBe(1);
    });
  });

  test('each entry digests its content and the entry before', async () => {
    const seed = await journal.head();
    expect(seed.position).toBe(0);
    await journal.append([submission('a', 'CREATED'), submission('b', 'CREATED')]);
    const [first, second] = await journal.entriesAfter(0, 2);
    expect(first?.digest).toHaveLength(32);
    expect(second?.digest).not.toEqual(first?.digest);
    expect(chainDigest(seed.digest, 'forged')).not.toEqual(first?.digest);
  });

  test('reads one customer in both directions', async () => {
    const statuses = ['CREATED', 'KYC_NEEDED', 'KYC_PENDING', 'FULL_USER'];
    await journal.append([...statuses.map((status) => submission('a', status)), submission('b', 'CREATED')]);
    const revisions = async (updates: Promise<readonly { revision: number }[]>) =>
      (await updates).map(({ revision }) => revision);
    expect(await revisions((async () => journal.updatesAfter('a', 1, 2))())).toEqual([2, 3]);
    expect(await revisions((async () => journal.updatesBefore('a', null, 2))())).toEqual([4, 3]);
    expect(await revisions((async () => journal.updatesBefore('a', 3, 9))())).toEqual([2, 1]);
  });

  test('reads many customers at once, in the order asked, null for those it does not know', async () => {
    await journal.append([submission('a', 'CREATED'), submission('b', null), submission('a', 'FULL_USER')]);
    const asked = ['b', 'unknown', 'a', 'b', "'; drop table", '', '"'];
    const found = await journal.customersByIds(asked);
    expect(found.map((customer) => customer && [customer.latest.customerId, customer.latest.status])).toEqual([
      ['b', null],
      null,
      ['a', 'FULL_USER'],
      ['b', null],
      null,
      null,
      null,
    ]);
    expect(found[2]).toEqual(await journal.customer('a'));
    expect(await journal.customersByIds([])).toEqual([]);
  });

  test('reads updates by customer and revision, in the order asked, null for those it does not know', async () => {
    await journal.append([submission('a', 'CREATED'), submission('b', null), submission('a', 'FULL_USER')]);
    const asked = [
      { customerId: 'a', revision: 2 },
      { customerId: 'b', revision: 2 },
      { customerId: "'; drop table", revision: 1 },
      { customerId: 'b', revision: 1 },
      { customerId: 'a', revision: 2 },
      { customerId: 'a', revision: 0 },
    ];
    const found = await journal.updatesByRevisions(asked);
    expect(found.map((update) => update && [update.customerId, update.revision])).toEqual([
      ['a', 2],
      null,
      null,
      ['b', 1],
      ['a', 2],
      null,
    ]);
    expect(found[0]).toEqual((await journal.customer('a'))?.latest);
    expect(await journal.updatesByRevisions([])).toEqual([]);
  });

  test('lists customers by their last change, with any statuses', async () => {
    await journal.append([
      submission('a', 'CREATED'),
      submission('b', null),
      submission('c', 'X'),
      submission('a', 'Y'),
    ]);
    const list = async (statuses: (string | null)[] | null, before: number | null = null, changedAfter = 0) =>
      (await journal.customers({ statuses, changedAfter, before, limit: 2 })).map(({ latest }) => latest.customerId);
    expect(await list(null)).toEqual(['a', 'c']);
    expect(await list(null, 3)).toEqual(['b']);
    expect(await list(null, null, 3)).toEqual(['a']);
    expect(await list([null, 'X'])).toEqual(['c', 'b']);
    expect(await list([])).toEqual([]);
  });

  test('counts customers by status, also across changes in one batch', async () => {
    await journal.append([
      submission('a', 'CREATED'),
      submission('b', null),
      submission('a', 'X'),
      submission('c', 'X'),
    ]);
    await journal.append([submission('b', 'X')]);
    expect(Object.fromEntries(await journal.statusCounts())).toEqual({ X: 3 });
  });

  test('keeps statuses apart that a database would fold or refuse', async () => {
    const statuses = ['null', 'nul\u0000', '\ud800', '\ud801', '', null];
    await journal.append(statuses.map((status, index) => submission(`c${index}`, status)));
    expect(new Map(await journal.statusCounts())).toEqual(new Map(statuses.map((status) => [status, 1])));
    for (const [index, status] of statuses.entries()) {
      const found = await journal.customers({ statuses: [status], changedAfter: 0, before: null, limit: 9 });
      expect(found.map(({ latest }) => [latest.customerId, latest.status])).toEqual([[`c${index}`, status]]);
    }
  });

  test("the API's agreement moves confirmedAt and leaves no entry", async () => {
    await journal.append([submission('a', 'KYC_PENDING')]);
    const agreement = submission('a', 'KYC_PENDING');
    await journal.append([
      { ...agreement, circumstances: { ...agreement.circumstances, source: 'API', receivedAt: 9 } },
    ]);
    expect(await journal.customer('a')).toMatchObject({ confirmedAt: 9, firstSeenAt: 1_700_000_000_000 });
    expect((await journal.head()).position).toBe(1);
  });

  test('what comes too late leaves no entry', async () => {
    await journal.append([submission('a', 'CREATED'), submission('a', 'KYC_PENDING')]);
    const late = submission('a', 'FULL_USER');
    const answers = [
      { ...late, circumstances: { ...late.circumstances, source: 'API', atRevision: 1 } as const },
      { ...late, circumstances: { ...late.circumstances, source: 'REPLAY', receivedAt: 1 } as const },
    ];
    const superseded = { outcome: 'superseded', revision: 2 };
    expect(await journal.append(answers)).toEqual([superseded, superseded]);
    expect((await journal.head()).position).toBe(2);
  });

  describe('erase', () => {
    const circumstances = { at: 5_000, by: 'compliance' };

    test('leaves nothing of the customer and everything of the others, and is recorded', async () => {
      await journal.append([
        submission('gone', 'CREATED', { endUserMessage: 'private' }),
        submission('other', 'CREATED'),
        submission('gone', 'FULL_USER'),
      ]);
      const deadLetters = [deadLetter('REFUSED', '{"private":1}', { customerId: 'gone' }), deadLetter('REFUSED', '{}')];
      await journal.deadLetters.keep(
        deadLetters.map((one, index) => (index === 0 ? one : { ...one, customerId: 'other' })),
      );
      await journal.confirmationTasks.save({ added: [{ customerId: 'gone', urgent: true, dueAt: 0 }] });
      const digests = [await journal.digestAt(1), await journal.digestAt(3)];
      expect(await journal.erase('gone', circumstances)).toMatchObject({
        updates: 2,
        deadLetters: 1,
        record: { position: 4 },
      });
      expect(await journal.customer('gone')).toBeNull();
      expect(await journal.updatesAfter('gone', 0, 9)).toEqual([]);
      expect((await journal.entriesAfter(0, 9)).map(({ position }) => position)).toEqual([2]);
      expect((await journal.entriesBefore(null, 9)).map(({ position }) => position)).toEqual([2]);
      expect(await journal.entriesBefore(2, 9)).toEqual([]);
      expect([await journal.entry(1), await journal.entry(4)]).toEqual([null, null]);
      expect([await journal.digestAt(1), await journal.digestAt(3)]).toEqual(digests);
      expect(Object.fromEntries(await journal.statusCounts())).toEqual({ CREATED: 1 });
      expect(await journal.deadLetters.counts()).toEqual({ GENUINE: 0, REFUSED: 1 });
      expect(await journal.confirmationTasks.backlog()).toMatchObject({ count: 0 });
      const stored = JSON.stringify(await journal.entryRows(0, 9));
      expect(stored).not.toMatch(/gone|private/);
      expect(stored).toContain('compliance');
      expect(await verifyChain(journal, () => {})).toMatchObject({ state: 'holds', head: { position: 4 } });
    });

    test('a customer who comes back begins anew', async () => {
      await journal.append([submission('a', 'CREATED'), submission('a', 'FULL_USER')]);
      await journal.erase('a', circumstances);
      const [outcome] = await journal.append([submission('a', 'FULL_USER')]);
      expect(outcome).toMatchObject({ update: { revision: 1, position: 4, repeatsRevision: null } });
      await journal.erase('a', circumstances);
      expect(await verifyChain(journal, () => {})).toMatchObject({ state: 'holds' });
    });

    test('erasing an unknown customer records nothing', async () => {
      expect(await journal.erase('nobody', circumstances)).toBeNull();
      expect((await journal.head()).position).toBe(0);
    });
  });

  test('is writable', async () => {
    await expect((async () => journal.checkWritable())()).resolves.toBeUndefined();
  });
}
