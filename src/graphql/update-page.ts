/** Pages of all customers' updates: what the subscription delivers, for clients that pull. */
import type { KycUpdate } from '../domain/update.ts';
import { isSelected, type KycUpdateFilter } from '../domain/update-filter.ts';
import { KycError } from '../errors.ts';
import type { PageSource } from '../feed/backward-source.ts';
import type { Feed } from '../feed/feed.ts';
import { updateBytes } from '../feed/update-bytes.ts';
import { nextTurn } from '../http/turn.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { DEFAULT_PAGE, EARLIEST, pageSize, placeOf } from './connection.ts';

/**
 * The most that one page reads to find what its filter selects: then it is shorter than requested, and `hasNextPage` says that there
 * may be more. Ordinary updates are read at 150,000 a second, between callbacks.
 */
export const MAX_READ = 25_000;
const MAX_READ_BYTES = 32 * 1024 * 1024;
/** How far wall clocks may disagree with the order of the journal before a page that goes back in time misses an update: a day. */
const CLOCK_SLACK_MS = 86_400_000;
/** Rows of the first part, and of the largest: a millisecond of an embedded journal. Parts of large updates are smaller. */
const FIRST_PART = 16;
const LARGEST_PART = 256;
const PART_BYTES = 256 * 1024;

/** Which page. */
export interface UpdatePageRequest {
  readonly first?: number | null | undefined;
  readonly last?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly before?: string | null | undefined;
  readonly filter?: KycUpdateFilter | null | undefined;
}

/**
 * A page in commit order: the first updates after `after`, or the last ones before `before`. Rejects with `BAD_USER_INPUT` and
 * `CURSOR_UNKNOWN` as the subscription does. `charge` is called with the updates that are kept; what it throws ends the read.
 */
export async function updatePage(
  { feed, journal }: { readonly feed: Feed; readonly journal: Journal },
  { first, last, after, before, filter }: UpdatePageRequest,
  charge: (updates: readonly KycUpdate[]) => void,
) {
  if (first != null && last != null) throw new KycError('BAD_USER_INPUT', 'Send "first" or "last", not both.');
  const isBackward = last != null;
  const size = isBackward ? pageSize(last, DEFAULT_PAGE, 'last') : pageSize(first, DEFAULT_PAGE);
  const lower = after == null || after === EARLIEST ? null : await placeOf(journal, after);
  const upper = before == null ? null : await placeOf(journal, before);
  // Nothing is recorded before it was received, so that nothing older than this can match.
  const oldest = (filter?.receivedFrom ?? Number.NEGATIVE_INFINITY) - CLOCK_SLACK_MS;
  const { found, stoppedAt } = await scan(isBackward ? feed.readBefore(upper) : feed.readAfter(lower ?? 0), size, {
    isWithin: ({ position, receivedAt, recordedAt = receivedAt }) =>
      isBackward
        ? position > (lower?.position ?? 0) && recordedAt >= oldest
        : position < (upper?.position ?? Number.POSITIVE_INFINITY),
    matches: (update) => isSelected(update, filter),
    charge,
  });
  const nodes = isBackward ? found.slice(0, size).reverse() : found.slice(0, size);
  const edges = nodes.map((node) => ({ cursor: journal.cursors.encode(node), node }));
  const hasMore = found.length > size || stoppedAt !== null;
  // Where the next page starts, also when nothing up to there was selected.
  const end = found.length <= size && stoppedAt !== null ? journal.cursors.encode(stoppedAt) : null;
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  const pageInfo = isBackward
    ? { hasNextPage: upper !== null, hasPreviousPage: hasMore, startCursor: end ?? startCursor, endCursor }
    : { hasNextPage: hasMore, hasPreviousPage: (lower?.position ?? 0) > 0, startCursor, endCursor: end ?? endCursor };
  return { edges, nodes, pageInfo };
}

interface Selection {
  readonly isWithin: (update: KycUpdate) => boolean;
  readonly matches: (update: KycUpdate) => boolean;
  readonly charge: (updates: readonly KycUpdate[]) => void;
}

/** At most `size` updates and one more, which shows that there is another page. `stoppedAt`: where the read ended before it was complete. */
async function scan(source: PageSource, size: number, { isWithin, matches, charge }: Selection) {
  const found: KycUpdate[] = [];
  for (let [limit, read, bytes] = [FIRST_PART, 0, 0]; ; ) {
    const turn = nextTurn();
    if (turn !== undefined) await turn;
    const part = await source.read(limit);
    let partBytes = 0;
    for (const update of part) {
      if (!isWithin(update)) return { found, stoppedAt: null };
      source.advance(update, false);
      partBytes += updateBytes(update);
      if (!matches(update)) continue;
      if (found.push(update) > size) return { found, stoppedAt: null };
      charge([update]);
    }
    const end: Head | undefined = part.at(-1);
    if (end === undefined) return { found, stoppedAt: null };
    read += part.length;
    bytes += partBytes;
    if (read >= MAX_READ || bytes >= MAX_READ_BYTES) return { found, stoppedAt: end };
    limit = partBytes > PART_BYTES ? Math.max(1, Math.floor(limit / 2)) : Math.min(limit * 2, LARGEST_PART);
  }
}
