import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import { Tail } from '../../src/feed/tail.ts';

/** The digest of the entry at a position, as a number. */
const mark = (position: number) => 1_000 + position;
const digest = (position: number) => Buffer.from(mark(position).toString(16).padStart(12, '0'), 'hex');
const update = (position: number, endUserMessage: string | null = null) =>
  ({
    position,
    digest: digest(position),
    customerId: 'c',
    endUserMessage,
    missingDocuments: [],
    rejectLabels: [],
    extra: null,
  }) as unknown as KycUpdate;
const push = (tail: Tail, one: KycUpdate) => tail.push(one, mark(one.position - 1));
const after = (tail: Tail, position: number, limit: number) => tail.after(position, mark(position), limit);
const positions = (updates: readonly KycUpdate[] | null) => updates?.map(({ position }) => position) ?? null;

test('reports what it does not hold: before its first, and after its last', () => {
  const tail = new Tail();
  expect(after(tail, 0, 10)).toBeNull();
  for (const position of [5, 6, 7]) push(tail, update(position));
  expect(positions(after(tail, 3, 10))).toBeNull();
  expect(positions(after(tail, 4, 2))).toEqual([5, 6]);
  expect(positions(after(tail, 7, 10))).toBeNull();
  expect(positions(after(tail, 99, 10))).toBeNull();
});

test('knows nothing of another chain: neither inside it nor before its first update', () => {
  const tail = new Tail();
  for (const position of [5, 6, 7]) push(tail, update(position));
  expect(positions(tail.after(4, mark(4) + 1, 10))).toBeNull();
  expect(positions(tail.after(5, mark(5) + 1, 10))).toBeNull();
  tail.clear();
  tail.push(update(5), null);
  expect(positions(tail.after(4, mark(4), 10))).toBeNull();
});

test('a gap begins a new tail', () => {
  const tail = new Tail();
  for (const position of [1, 2, 9]) push(tail, update(position));
  expect(positions(after(tail, 1, 10))).toBeNull();
  expect(positions(after(tail, 8, 10))).toEqual([9]);
});

test('one update larger than the bound leaves nothing', () => {
  const tail = new Tail(10_000);
  push(tail, update(1));
  push(tail, update(2, 'x'.repeat(10_000)));
  expect(positions(after(tail, 1, 10))).toBeNull();
  push(tail, update(3));
  expect(positions(after(tail, 2, 10))).toEqual([3]);
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
        push(tail, run.at(-1) as KycUpdate);
      }
      const held = run.filter(({ position }) => after(tail, position - 1, 1) !== null);
      expect(run.slice(run.length - held.length)).toEqual(held);
      // About 600 bytes each and two a character: never more than the bound, and not much less.
      const bytes = (updates: readonly KycUpdate[]) =>
        updates.reduce((sum, { endUserMessage }) => sum + 602 + (endUserMessage?.length ?? 0) * 2, 0);
      expect(bytes(held)).toBeLessThanOrEqual(5_000);
      if (held.length < run.length) expect(bytes(run.slice(-held.length - 1))).toBeGreaterThan(5_000);
      if (held.length > 0) expect(after(tail, (held[0] as KycUpdate).position - 1, 1_000)).toEqual(held);
    }),
  );
});
