/** What every store of open items, pending decisions and daily counts has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import { FLAG_SETS } from '../../src/domain/attention.ts';
import { dayOf, LABELS_PER_DAY, METRIC } from '../../src/domain/statistics.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { PendingDecision } from '../../src/journal/pending-decisions.ts';
import { submission } from './contract.ts';

const [REVERSAL, UNRECOGNIZED, LATE] = [1, 2, 4];
const AT = 1_700_000_000_000;
const DAY = dayOf(AT);
// A database folds or refuses some of these characters.
const ODD = '\u0000 \ud800 "quoted"';

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function attentionContract(open: () => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open();
  });
  afterEach(async () => {
    await journal.close();
  });
  const append = async (
    ...said: (readonly [customerId: string, status: string | null, labels?: readonly string[]])[]
  ) =>
    journal.append(
      said.map(([customerId, status, rejectLabels]) =>
        submission(customerId, status, rejectLabels === undefined ? {} : { rejectLabels }),
      ),
    );
  const flagged = async (after = 0, limit = 10) => {
    const rows = await Promise.all(FLAG_SETS.map(async (flags) => journal.attention.flaggedAfter(flags, after, limit)));
    return rows.flat().map(({ update: { customerId, revision }, flags }) => [customerId, revision, flags]);
  };
  const expectSound = async () => expect(await verifyChain(journal, () => {})).toMatchObject({ state: 'holds' });

  describe('updates that wait', () => {
    test('are reversals, unrecognised statuses and possibly late updates', async () => {
      await append(['a', 'FULL_USER'], ['a', 'SOFT_KYC_FAILED'], ['b', 'FULL_USER'], ['b', 'NEW_STATUS']);
      await append(['c', 'KYC_PENDING'], ['c', 'KYC_NEEDED'], ['d', 'FULL_USER']);
      expect(await flagged()).toEqual([
        ['b', 2, REVERSAL + UNRECOGNIZED],
        ['c', 2, LATE],
        ['a', 2, REVERSAL + LATE],
      ]);
      await expectSound();
    });

    test('are written with one callback as with many', async () => {
      await append(['a', 'FULL_USER']);
      await append(['a', 'HARD_KYC_FAILED']);
      expect(await flagged()).toEqual([['a', 2, REVERSAL]]);
      expect(await flagged(2)).toEqual([]);
    });

    test('what a person recorded does not wait', async () => {
      await append(['a', 'FULL_USER']);
      const staff = { source: 'STAFF', receivedAt: AT, requireConfirmation: false, decision: { by: 'jane' } } as const;
      await journal.append([{ report: { customerId: 'a', status: 'HARD_KYC_FAILED' }, circumstances: staff }]);
      expect(await flagged()).toEqual([]);
      await expectSound();
    });

    test('leave when they are acknowledged, once, and say who did', async () => {
      await append(['a', 'FULL_USER'], ['a', 'HARD_KYC_FAILED'], ['b', 'ODD']);
      const acknowledgement = { by: ODD, reason: ODD, evidenceUrl: 'https://shop.example', at: 5 };
      const only = { customerId: 'a', from: 2, to: 2 };
      expect(await journal.attention.acknowledge(only, acknowledgement)).toBe(1);
      expect(await journal.attention.acknowledge(only, { by: 'other', at: 6 })).toBe(0);
      expect(await journal.attention.acknowledge({ customerId: 'other', from: 0, to: 9 }, acknowledgement)).toBe(0);
      expect(await flagged()).toEqual([['b', 1, UNRECOGNIZED]]);
      const states = await journal.attention.states([1, 2, 3, 99]);
      expect(states.get(2)).toEqual({ isOpen: false, acknowledgement });
      expect(states.get(3)).toEqual({ isOpen: true, acknowledgement: null });
      expect(states.size).toBe(2);
      await expectSound();
    });

    test('are counted up to a limit', async () => {
      await append(['a', 'ODD'], ['b', 'ODD'], ['c', 'ODD'], ['d', 'FULL_USER']);
      const { flagged: counts, inDoubt } = await journal.attention.counts(2);
      expect(counts.get(UNRECOGNIZED)).toBe(2);
      expect(counts.get(REVERSAL)).toBe(0);
      expect(inDoubt).toBe(0);
    });

    test('customers in doubt are listed by their latest update', async () => {
      await append(['a', 'FULL_USER'], ['b', 'FULL_USER'], ['a', 'CREATED'], ['b', 'CREATED']);
      await append(['b', 'FULL_USER'], ['a', 'FULL_USER']);
      const names = async (after: number, limit: number) =>
        (await journal.attention.inDoubtAfter(after, limit)).map(({ customerId }) => customerId);
      expect(await names(0, 9)).toEqual(['b', 'a']);
      expect(await names(0, 1)).toEqual(['b']);
      expect(await names(5, 9)).toEqual(['a']);
      expect((await journal.attention.counts(9)).inDoubt).toBe(2);
    });

    test('are erased with their customer', async () => {
      await append(['a', 'ODD'], ['b', 'ODD']);
      await journal.erase('a', { at: AT, by: 'jane' });
      expect(await flagged()).toEqual([['b', 1, UNRECOGNIZED]]);
      expect(await journal.attention.states([1])).toEqual(new Map());
      await expectSound();
    });
  });

  describe('pending decisions', () => {
    const decision = (by: string, revision = 1): PendingDecision => ({
      customerId: 'a',
      revision,
      status: 'FULL_USER',
      by,
      subject: by,
      reason: ODD,
      at: AT,
    });
    beforeEach(() => append(['a', 'FULL_USER'], ['b', 'FULL_USER']));

    test('the first is kept, and the second finds it', async () => {
      expect(await journal.pendingDecisions.propose(decision(ODD))).toEqual(decision(ODD));
      expect(await journal.pendingDecisions.propose(decision('john'))).toEqual(decision(ODD));
      expect(await journal.pendingDecisions.find('a')).toEqual(decision(ODD));
      expect(await journal.pendingDecisions.find('b')).toBeNull();
      const [listed] = await journal.pendingDecisions.after(0, 9);
      expect(listed?.decision).toEqual(decision(ODD));
      expect(listed?.update.position).toBe(1);
      expect((await journal.attention.counts(9)).pending).toEqual([{ isInDoubt: false, flags: 0 }]);
    });

    test('of two that are added at once, one is there for the other', async () => {
      const proposed = await Promise.all(
        ['jane', 'john'].map(async (by) => journal.pendingDecisions.propose(decision(by))),
      );
      expect(new Set(proposed.map((one) => one?.by)).size).toBe(1);
    });

    test('one of many who take it gets it', async () => {
      await journal.pendingDecisions.propose(decision('jane'));
      const taken = await Promise.all([1, 2, 3].map(async () => journal.pendingDecisions.take(decision('jane'))));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(await journal.pendingDecisions.find('a')).toBeNull();
    });

    test('lapse with the revision, and are replaced by a later one only', async () => {
      await journal.pendingDecisions.propose(decision('jane'));
      await append(['a', 'CREATED']);
      expect(await journal.pendingDecisions.find('a')).toBeNull();
      expect(await journal.pendingDecisions.after(0, 9)).toEqual([]);
      expect((await journal.attention.counts(9)).pending).toEqual([]);
      expect(await journal.pendingDecisions.propose(decision('john', 2))).toEqual(decision('john', 2));
      expect(await journal.pendingDecisions.propose(decision('late', 1))).toEqual(decision('john', 2));
    });

    test('those that have lapsed are deleted with the next one, and no other', async () => {
      const names = Array.from({ length: 5 }, (_, index) => `n${index}`);
      await append(...names.map((name) => [name, 'FULL_USER'] as const));
      for (const customerId of names) await journal.pendingDecisions.propose({ ...decision('jane'), customerId });
      await append(['n0', 'CREATED'], ['n1', 'CREATED']);
      await journal.pendingDecisions.propose(decision('jane'));
      const left = await journal.pendingDecisions.after(0, 9);
      expect(left.map(({ decision: { customerId } }) => customerId)).toEqual(['a', 'n2', 'n3', 'n4']);
      expect(await journal.pendingDecisions.take({ ...decision('jane'), customerId: 'n0' })).toBe(false);
    });

    test('are erased with their customer', async () => {
      await journal.pendingDecisions.propose(decision('jane'));
      await journal.erase('a', { at: AT, by: 'jane' });
      await append(['a', 'FULL_USER']);
      expect(await journal.pendingDecisions.find('a')).toBeNull();
    });

    test('none is added for a customer that the journal does not have', async () => {
      expect(await journal.pendingDecisions.propose({ ...decision('jane'), customerId: 'nobody' })).toBeNull();
      await append(['nobody', 'FULL_USER']);
      expect(await journal.pendingDecisions.find('nobody')).toBeNull();
    });

    test('none is left by proposals that race an erasure, and none of them blocks another', async () => {
      const names = ['a', 'b', 'c', 'd'];
      const proposals = (revision: number) =>
        names.map(async (customerId) =>
          journal.pendingDecisions.propose({ ...decision('jane', revision), customerId }),
        );
      for (let round = 0; round < 20; round++) {
        await append(...names.map((name) => [name, 'FULL_USER'] as const));
        const updates = round % 2 === 0 ? [append(...names.map((name) => [name, 'KYC_PENDING'] as const))] : [];
        const erasures = names.map(async (name) => journal.erase(name, { at: AT, by: 'jane' }));
        await Promise.all([...proposals(1), ...updates, ...proposals(2), ...erasures, ...proposals(1)]);
        for (const name of names) {
          if ((await journal.customer(name)) !== null) continue;
          // At each revision that was proposed: what was left would be pending again.
          for (const status of ['FULL_USER', 'CREATED']) {
            await append([name, status]);
            expect(await journal.pendingDecisions.find(name)).toBeNull();
          }
        }
        await Promise.all(names.map(async (name) => journal.erase(name, { at: AT, by: 'jane' })));
      }
    });
  });

  describe('daily counts', () => {
    const counts = async () =>
      Object.fromEntries(
        (await journal.statistics.between(DAY, DAY + 1)).map(({ metric, key, count }) => [`${metric} ${key}`, count]),
      );

    test('count who got and who left a status, and the time to the first FULL_USER', async () => {
      await append(['a', 'CREATED'], ['b', 'CREATED'], ['c', 'FULL_USER']);
      await append(['a', 'FULL_USER']);
      await append(['a', 'SOFT_KYC_FAILED'], ['a', 'FULL_USER']);
      const { moved, duration } = METRIC;
      expect(await counts()).toEqual({
        [`${moved} >CREATED`]: 2,
        [`${moved} >FULL_USER`]: 1,
        [`${moved} CREATED>FULL_USER`]: 1,
        [`${moved} FULL_USER>SOFT_KYC_FAILED`]: 1,
        [`${moved} SOFT_KYC_FAILED>FULL_USER`]: 1,
        [`${duration} 0`]: 1,
      });
      expect(await journal.statistics.between(DAY + 1, DAY + 9)).toEqual([]);
      expect(await journal.statistics.movesSince(DAY)).toContainEqual({ key: '>CREATED', count: 2 });
      expect(await journal.statistics.movesSince(DAY + 1)).toEqual([]);
    });

    test('count each reason to reject once an update, and not again when it is repeated', async () => {
      await append(['a', 'SOFT_KYC_FAILED', ['BAD', ODD]]);
      await append(['a', 'SOFT_KYC_FAILED', ['BAD', 'NEW']], ['b', 'KYC_PENDING', ['BAD']]);
      const { rejected } = METRIC;
      expect(await counts()).toMatchObject({ [`${rejected} "BAD"`]: 1, [`${rejected} "NEW"`]: 1 });
      expect(await counts()).toMatchObject({ [`${rejected} ${JSON.stringify(ODD)}`]: 1 });
    });

    test('a flood of different reasons is counted under no name', async () => {
      for (let batch = 0; batch < 6; batch++) {
        await append(
          ...Array.from({ length: 5 }, (_, customer) => {
            const labels = Array.from({ length: 12 }, (_, label) => `L${batch}-${customer}-${label}`);
            return [`c${batch}-${customer}`, 'SOFT_KYC_FAILED', labels] as const;
          }),
        );
      }
      const labels = (await journal.statistics.between(DAY, DAY + 1)).filter(
        ({ metric }) => metric === METRIC.rejected,
      );
      expect(labels.length).toBeLessThanOrEqual(LABELS_PER_DAY + 51);
      expect(labels.reduce((sum, { count }) => sum + count, 0)).toBe(300);
      expect(labels.find(({ key }) => key === '')?.count).toBeGreaterThan(40);
    });

    test('an erased customer has left their status', async () => {
      await append(['a', 'CREATED'], ['b', 'CREATED']);
      await journal.erase('a', { at: AT, by: 'jane' });
      expect(await counts()).toEqual({ [`${METRIC.moved} >CREATED`]: 2, [`${METRIC.moved} CREATED>`]: 1 });
      await expectSound();
    });
  });
}
