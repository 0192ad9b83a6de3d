/** Pages and cursors, following the Relay cursor specification. */

import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import { namesDigest, type Place } from '../journal/cursor.ts';
import type { Head, Journal } from '../journal/journal.ts';

/** The cursor before the first update. */
export const EARLIEST = 'earliest';

/** The largest page. */
export const MAX_PAGE = 200;

/** The size of a page that takes `first` or `last`, and is given neither. */
export const DEFAULT_PAGE = 50;

/** The size of a page. Null and absent mean the default; throws `BAD_USER_INPUT` for an invalid one. */
export function pageSize(given: number | null | undefined, byDefault: number, argument = 'first'): number {
  const size = given ?? byDefault;
  if (Number.isInteger(size) && size >= 0 && size <= MAX_PAGE) return size;
  throw new KycError('BAD_USER_INPUT', `"${argument}" must be from 0 to ${MAX_PAGE}.`);
}

/** The page in `items`, of which one more than `size` was read to see whether there is more. */
export function page<Item>(items: readonly Item[], size: number, cursorOf: (item: Item) => string, isFirst: boolean) {
  const nodes = items.slice(0, size);
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node }));
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: items.length > size,
      hasPreviousPage: !isFirst,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The place that a cursor names. Throws `BAD_USER_INPUT` for other text, `CURSOR_UNKNOWN` for another journal's. */
export async function placeOf(journal: Journal, cursor: string): Promise<Head> {
  const place = readCursor(journal, cursor);
  const digest = await journal.digestAt(place.position);
  if (digest !== null && namesDigest(place, digest)) return { position: place.position, digest };
  throw unknownCursor();
}

/** The position that a cursor names. Throws as `placeOf` does. */
export async function positionOf(journal: Journal, cursor: string): Promise<number> {
  return (await placeOf(journal, cursor)).position;
}

/** The update of `customerId` that a cursor names. Another customer's is as unknown as another journal's. */
export async function customerUpdateAt(journal: Journal, cursor: string, customerId: string): Promise<KycUpdate> {
  const place = readCursor(journal, cursor);
  const entry = place.position === 0 ? null : await journal.entry(place.position);
  if (entry !== null && entry.customerId === customerId && namesDigest(place, entry.digest)) return entry;
  throw unknownCursor();
}

function readCursor(journal: Journal, cursor: string): Place {
  const place = journal.cursors.decode(cursor);
  if (place !== null) return place;
  throw new KycError('BAD_USER_INPUT', 'This is not a cursor. Send one that this server gave, or none.');
}

function unknownCursor(): KycError {
  return new KycError(
    'CURSOR_UNKNOWN',
    'The journal does not hold what this cursor points at. Start again without it.',
  );
}
