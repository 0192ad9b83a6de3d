/** What every store of confirmation tasks has to do. Called with a factory by the test of each store. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../src/journal/journal.ts';
import { submission } from './contract.ts';

/** Runs the contract against stores that `open` makes: empty, and of its own for each test. */
export function confirmationTasksContract(open: () => Promise<Journal>): void {
  let journal: Journal;
  beforeEach(async () => {
    journal = await open();
  });
  afterEach(async () => {
    await journal.close();
  });
  const claim = async (now: number, limit = 10) => journal.confirmationTasks.claim(now, now + 100, limit);
  const names = async (now: number, limit?: number) => (await claim(now, limit)).map(({ customerId }) => customerId);

  test('the urgent go first, then the oldest, and what is claimed is hidden for a while', async () => {
    await journal.confirmationTasks.save({
      added: [
        { customerId: 'b', urgent: false, dueAt: 2 },
        { customerId: 'a', urgent: false, dueAt: 1 },
        { customerId: 'u', urgent: true, dueAt: 3 },
        { customerId: 'later', urgent: true, dueAt: 50 },
      ],
    });
    expect(new Set(await names(3, 2))).toEqual(new Set(['u', 'a']));
    expect(await names(3)).toEqual(['b']);
    expect(await names(3)).toEqual([]);
    expect(new Set(await names(103))).toEqual(new Set(['u', 'a', 'b', 'later']));
  });

  test('a task that is added again becomes more urgent and is due sooner, never less', async () => {
    await journal.confirmationTasks.save({ added: [{ customerId: 'a', urgent: false, dueAt: 9 }] });
    await journal.confirmationTasks.save({ added: [{ customerId: 'a', urgent: true, dueAt: 5 }] });
    await journal.confirmationTasks.save({ added: [{ customerId: 'a', urgent: false, dueAt: 20 }] });
    expect(await journal.confirmationTasks.backlog()).toEqual({ count: 1, oldestDueAt: 5 });
    expect(await claim(5)).toEqual([{ customerId: 'a', urgent: true, attempts: 0 }]);
  });

  test('settled tasks are gone, postponed ones come back with their attempts', async () => {
    await journal.confirmationTasks.save({
      added: ['a', 'b'].map((customerId) => ({ customerId, urgent: true, dueAt: 1 })),
    });
    await claim(1);
    await journal.confirmationTasks.save({ settled: ['a'], postponed: [{ customerId: 'b', attempts: 3, dueAt: 50 }] });
    expect(await claim(49)).toEqual([]);
    expect(await claim(50)).toEqual([{ customerId: 'b', urgent: true, attempts: 3 }]);
    await journal.confirmationTasks.save({ settled: ['b'] });
    expect(await journal.confirmationTasks.backlog()).toEqual({ count: 0, oldestDueAt: null });
  });

  test('remembers the position up to which updates were considered', async () => {
    expect(await journal.confirmationTasks.progress()).toBeNull();
    await journal.confirmationTasks.save({ progress: { position: 7, aliveAt: 1_700_000_000_000 } });
    await journal.confirmationTasks.save({ progress: { position: 8, aliveAt: 1_700_000_000_001 } });
    expect(await journal.confirmationTasks.progress()).toEqual({ position: 8, aliveAt: 1_700_000_000_001 });
  });

  test('a sweep covers all customers in parts, and adds tasks for those whose confirmation is missing or old', async () => {
    const api = (customerId: string, status: string | null, receivedAt: number) => {
      const { report, circumstances } = submission(customerId, status);
      return { report, circumstances: { ...circumstances, source: 'API', receivedAt } as const };
    };
    await journal.append([
      submission('never', 'FULL_USER'),
      api('old pending', 'KYC_PENDING', 10),
      api('new pending', 'KYC_PENDING', 30),
      api('old full', 'FULL_USER', 10),
      api('old null', null, 10),
    ]);
    const sweep = async (after: number, statuses: (string | null)[] | null) =>
      journal.confirmationTasks.sweep({ after, limit: 2, statuses, confirmedBefore: 20, dueAt: 1 });
    const first = await sweep(0, ['KYC_PENDING', null]);
    expect(first).toBe(2);
    expect(new Set(await names(1))).toEqual(new Set(['never', 'old pending']));
    const second = await sweep(first ?? 0, ['KYC_PENDING', null]);
    expect(await sweep(second ?? 0, ['KYC_PENDING', null])).toBeNull();
    expect(await names(1)).toEqual(['old null']);
    await sweep(3, null);
    expect(await names(1)).toEqual(['old full']);
  });
}
