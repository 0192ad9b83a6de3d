/** Long reads in parts: an embedded journal reads synchronously, and callbacks must not wait for a page of 200 large rows. */
import { nextTurn } from '../http/turn.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';

/** Rows of the first part; each further part is twice as large while reading is fast. */
const FIRST_PART = 25;
/** A part that took longer, in milliseconds, is not followed by a larger one. */
const FAST_MS = 1;

/**
 * Reads up to `limit` rows. Between the parts, callbacks that have arrived are read and written.
 * @param read reads up to `limit` rows that come after `last`, or from the beginning when there is none.
 * @param charge called with each part; what it throws ends the read.
 */
export async function readInParts<Row>(
  limit: number,
  read: (last: Row | undefined, limit: number) => MaybePromise<readonly Row[]>,
  charge: (part: readonly Row[]) => void = () => {},
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let size = FIRST_PART; ; ) {
    const turn = nextTurn();
    if (turn !== undefined) await turn;
    const wanted = Math.min(size, limit - rows.length);
    const startedAt = performance.now();
    const pending = read(rows.at(-1), wanted);
    if (performance.now() - startedAt < FAST_MS) size *= 2;
    const part = pending instanceof Promise ? await pending : pending;
    charge(part);
    for (const row of part) rows.push(row);
    if (part.length < wanted || rows.length >= limit) return rows;
  }
}
