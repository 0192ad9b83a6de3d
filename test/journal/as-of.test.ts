import { expect, test } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import { customerAsOf } from '../../src/journal/as-of.ts';
import type { CustomerRecord, Journal } from '../../src/journal/journal.ts';

/** A history of which revision r was recorded at second r; it counts what is read of it. */
function historyOf(length: number) {
  const at = (revision: number) =>
    ({ customerId: 'c', revision, receivedAt: 0, recordedAt: revision * 1_000, source: 'CALLBACK' }) as KycUpdate;
  let reads = 0;
  const journal = {
    customer: () =>
      length === 0 ? null : ({ latest: at(length), firstSeenAt: 1_000, confirmedAt: null } as CustomerRecord),
    updatesBefore(_id: string, before: number | null, limit: number) {
      reads++;
      const from = Math.min(length, (before ?? length + 1) - 1);
      return Array.from({ length: Math.max(0, Math.min(limit, from)) }, (_, index) => at(from - index));
    },
  } as Partial<Journal> as Journal;
  return { journal, reads: () => reads };
}

test.each([0, 1, 2, 3, 7, 50, 51])('every moment of a history of %i updates', async (length) => {
  const { journal } = historyOf(length);
  for (let second = 0; second <= length + 1; second++) {
    const known = await customerAsOf(journal, 'c', second * 1_000 + 500);
    expect(known?.latest.revision ?? 0).toBe(Math.min(second, length));
  }
});

test('a million updates take at most 20 reads', async () => {
  const { journal, reads } = historyOf(1_000_000);
  expect((await customerAsOf(journal, 'c', 1_000))?.latest.revision).toBe(1);
  expect(reads()).toBeLessThanOrEqual(20);
});
