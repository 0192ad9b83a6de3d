/**
 * How much one operation may read: the cost of an operation counts fields, and an update may hold thousands of documents in one.
 * Sizes are estimates of what the updates take in memory; their part of the answer is about as large.
 */

import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import { updateBytes } from '../feed/update-bytes.ts';

/** The most that the updates of one answer may take, in bytes. Ordinary ones take 700: ten thousand of them pass. */
export const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

const spent = new WeakMap<object, number>();

/**
 * Counts updates that were read for an answer.
 * @param execution an object that belongs to one execution alone: `info.variableValues`.
 * @throws `QUERY_TOO_COMPLEX` beyond `MAX_ANSWER_BYTES`.
 */
export function chargeUpdates(execution: object, updates: readonly KycUpdate[]): void {
  let bytes = spent.get(execution) ?? 0;
  for (const update of updates) bytes += updateBytes(update);
  spent.set(execution, bytes);
  if (bytes <= MAX_ANSWER_BYTES) return;
  throw new KycError(
    'QUERY_TOO_COMPLEX',
    `The answer would be over ${MAX_ANSWER_BYTES / 1024 / 1024} MiB: these updates are large. Ask for fewer at once.`,
  );
}
