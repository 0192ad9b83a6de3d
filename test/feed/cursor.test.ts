/** What a subscriber that stops reading costs. */
import { expect, test } from 'vitest';
import type { KycUpdate } from '../../src/domain/update.ts';
import { type CursorSource, FeedCursor } from '../../src/feed/cursor.ts';
import { updateBytes } from '../../src/feed/update-bytes.ts';

const owner = { onStalled() {}, onUnanchored() {}, onClosed() {} };

function update(position: number, endUserMessage: string): KycUpdate {
  const texts = { customerId: 'c', status: null, processingStatus: null, endUserMessage, extra: null };
  return { position, ...texts, missingDocuments: [], rejectLabels: [] } as unknown as KycUpdate;
}

/** A source with endless updates of a size, which records how many are asked for. */
function endless(bytes: number) {
  const limits: number[] = [];
  let position = 0;
  const source: CursorSource = {
    customerId: null,
    isAnchored: true,
    compare: () => 'ahead',
    advance(one) {
      position = one.position;
      return true;
    },
    async read(limit) {
      limits.push(limit);
      const updates = Array.from({ length: limit }, (_, index) => update(position + 1 + index, 'x'.repeat(bytes / 2)));
      return updates;
    },
  };
  return { source, limits, cursor: new FeedCursor(source, owner) };
}

test.each([
  ['small updates are read sixteen at a time', 100, 16],
  ['large ones one by one, once it is known that they are', 128 * 1024, 1],
  ['those between in as many as fit into 64 KiB', 20 * 1024, 3],
])('%s', async (_name, bytes, expected) => {
  const { cursor, limits } = endless(bytes);
  for (let position = 1; position <= 100; position++) expect((await cursor.next()).value?.position).toBe(position);
  expect(limits[0]).toBe(16);
  // It tries more again from time to time, and never keeps more than fit.
  expect(limits.slice(1).toSorted((left, right) => left - right)[Math.floor(limits.length / 4)]).toBeGreaterThanOrEqual(
    expected,
  );
  expect(limits.length).toBeGreaterThanOrEqual(Math.floor(100 / expected));
});

test('the size of an update counts every text that a sender chooses', () => {
  const plain = updateBytes(update(1, ''));
  const long = 'x'.repeat(1_000);
  for (const field of ['customerId', 'status', 'processingStatus', 'previousStatus', 'endUserMessage'])
    expect(updateBytes({ ...update(1, ''), [field]: long })).toBeGreaterThan(plain + 1_900);
  for (const field of ['missingDocuments', 'rejectLabels'])
    expect(updateBytes({ ...update(1, ''), [field]: [long] })).toBeGreaterThan(plain + 1_900);
  expect(updateBytes({ ...update(1, ''), extra: { field: long } })).toBeGreaterThan(plain + 1_900);
});
