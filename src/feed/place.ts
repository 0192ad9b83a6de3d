/**
 * Places in the journal as the feed compares them.
 *
 * A position alone does not say which journal it belongs to: after a failover to a lagging replica, or after a restore, the
 * same position holds other content. So a place is a position and the digest there. A cursor keeps of the digest its first 48
 * bits, as a number: a false match is one in 2^48, and a hundred thousand idle subscribers save 30 MB.
 */
import { KycError } from '../errors.ts';
import { digestNumber } from '../journal/entry.ts';
import type { Head, Journal } from '../journal/journal.ts';

/** Whether two digests are equal. */
export function sameDigest(left: Uint8Array, right: Uint8Array): boolean {
  return left === right || Buffer.compare(left, right) === 0;
}

/** Whether the journal still holds what was at this place, also when its content was erased since. */
export async function holdsPlace(journal: Journal, { position, digest }: Head): Promise<boolean> {
  const found = await journal.digestAt(position);
  return found !== null && sameDigest(found, digest);
}

/** The same, for a digest given as its first bytes, as a number. */
export async function holdsMark(journal: Journal, position: number, mark: number): Promise<boolean> {
  const found = await journal.digestAt(position);
  return found !== null && digestNumber(found) === mark;
}

/** The error that ends a cursor whose place is gone. */
export function placeGone(): KycError {
  return new KycError(
    'CURSOR_UNKNOWN',
    'The journal no longer holds what this cursor points at: it was restored or replaced. Start again without the cursor.',
  );
}
