import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import { Tail } from '../../src/feed/tail.ts';

const update = (position: number, endUserMessage: string | null = null) =>
  ({
    position,
    customerId: 'c',
    endUserMessage,
    missingDocuments: [],
    rejectLabels: [],
    extra: null,
  }) as unknown as KycUpdate;
const positions = (updates: readonly KycUpdate[] | null) => updates?.map(({ position }) => position) ?? null;

test('knows what it does not hold: before its first, and after its last', () => {
  const tail = new Tail();
  expect(tail.after(0, 10)).toBeNull();
  for (const position of [5, 6, 7]) tail.push(update(position));
  expect(positions(tail.after(3, 10))).toBeNull();
  expect(positions(tail.after(4, 2))).toEqual([5, 6]);
  expect(positions(tail.after(7, 10))).toBeNull();
  expect(positions(tail.after(99, 10))).toBeNull();
});

test('a gap begins a new tail', () => {
  const tail = new Tail();
  for (const position of [1, 2, 9]) tail.push(update(position));
  expect(positions(tail.after(1, 10))).toBeNull();
  expect(positions(tail.after(8, 10))).toEqual([9]);
});

test('one update larger than the bound leaves nothing', () => {
  const tail = new Tail(10_000);
  tail.push(update(1));
  tail.push(update(2, 'x'.repeat(10_000)));
  expect(positions(tail.after(1, 10))).toBeNull();
  tail.push(update(3));
  expect(positions(tail.after(2, 10))).toEqual([3]);
});

test('holds the last that fit, whatever is pushed', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3), fc.nat(500)), { maxLength: 200 }), (steps) => {
      const tail = new Tail(5_000);
      let run: KycUpdate[] = [];
      let last = 0;
      for (const [skipped, length] of steps) {
        if (skipped > 0) run = [];
        last += 1 + skipped;
        run.push(update(last, 'x'.repeat(length)));
        tail.push(run.at(-1) as KycUpdate);
      }
      const held = run.filter(({ position }) => tail.after(position - 1, 1) !== null);
      expect(run.slice(run.length - held.length)).toEqual(held);
      // About 600 bytes each and two a character: never more than the bound, and not much less.
      const bytes = (updates: readonly KycUpdate[]) =>
        updates.reduce((sum, { endUserMessage }) => sum + 602 + (endUserMessage?.length ?? 0) * 2, 0);
      expect(bytes(held)).toBeLessThanOrEqual(5_000);
      if (held.length < run.length) expect(bytes(run.slice(-held.length - 1))).toBeGreaterThan(5_000);
      if (held.length > 0) expect(tail.after((held[0] as KycUpdate).position - 1, 1_000)).toEqual(held);
    }),
  );
});
