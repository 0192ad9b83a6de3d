/** The approximate memory of an update: the feed's bounds are in bytes, not in updates. */
import type { KycUpdate } from '../domain/update.ts';

/** An update's object, digest and fixed fields. */
const FIXED_BYTES = 600;
const LIST_ITEM_BYTES = 32;

/** The estimated size of an update in memory, in bytes. */
export function updateBytes(update: KycUpdate): number {
  const { customerId, status, processingStatus, previousStatus, endUserMessage, extra } = update;
  // Two bytes for each character, the worst case.
  let characters = customerId.length;
  for (const text of [status, processingStatus, previousStatus, endUserMessage]) characters += text?.length ?? 0;
  let items = 0;
  for (const list of [update.missingDocuments, update.rejectLabels]) {
    items += list.length;
    for (const item of list) characters += item.length;
  }
  if (extra !== null) characters += JSON.stringify(extra).length;
  return FIXED_BYTES + items * LIST_ITEM_BYTES + characters * 2;
}

/** How many of these updates fit into `bytes`, one at least. */
export function countWithin(updates: readonly KycUpdate[], bytes: number): number {
  let sum = 0;
  for (const [index, update] of updates.entries()) {
    sum += updateBytes(update);
    if (sum > bytes && index > 0) return index;
  }
  return updates.length;
}
