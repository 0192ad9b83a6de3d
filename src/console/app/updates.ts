/** All customers' updates, newest first: pages of the journal, and the stream's later ones on top. */
import type { Api } from './api.ts';
import { type Filter, isSelected, updateFilterOf } from './filter.ts';
import { ReachedDocument, type UpdateFragment, UpdatePageDocument } from './generated/operations.ts';
import type { Live } from './live.ts';
import { keyOf, LivePages, type PagesView } from './live-pages.ts';

/** How far a filter that selects little has searched. */
export interface Search {
  /** The time of the update at which the next page starts; null: the last page was full, or everything was searched. */
  readonly reachedAt: string | null;
}

const PAGE = 50;
/** How long the list may grow by itself: more are a page away. */
const FOLLOWED_ROWS = 200;
/** The most rows that the list keeps: a date shows older ones. */
export const MOST_UPDATES = 5_000;

/** The updates that a filter selects. */
export function updatesIn(api: Api, live: Live, filter: Filter): LivePages<Search> {
  return new LivePages<Search>(live, {
    mostRows: MOST_UPDATES,
    isAboutPage: true,
    async read(before) {
      const { kycUpdates } = await api.ask(UpdatePageDocument, { filter: updateFilterOf(filter), last: PAGE, before });
      const { hasPreviousPage: hasMore, startCursor } = kycUpdates.pageInfo;
      const isPartial = hasMore && kycUpdates.nodes.length < PAGE;
      return {
        rows: kycUpdates.nodes.toReversed(),
        about: { reachedAt: isPartial && startCursor !== null ? await timeBefore(api, startCursor) : null },
        hasMore,
        endCursor: startCursor,
      };
    },
    apply: (view, updates, isHeld) => applyToUpdates(view, updates, (update) => isSelected(update, filter), isHeld),
  });
}

async function timeBefore(api: Api, before: string): Promise<string | null> {
  const { kycUpdates } = await api.ask(ReachedDocument, { before });
  return kycUpdates.nodes[0]?.receivedAt ?? null;
}

type ListState = Pick<PagesView<Search>, 'rows' | 'hasMore' | 'endCursor' | 'heldBack'>;

/** Puts what is new on top; while the list is held, counts it. */
export function applyToUpdates(
  view: ListState,
  updates: readonly UpdateFragment[],
  isListed: (update: UpdateFragment) => boolean,
  isHeld: boolean,
): Partial<ListState> {
  const known = new Set(view.rows.slice(0, MOST_UPDATES).map(keyOf));
  const last = view.hasMore ? view.rows.at(-1) : undefined;
  // The page may be ahead of the stream: what the stream brings then belongs to the page, or to the next one.
  const isOnNextPage = ({ receivedAt, source }: UpdateFragment): boolean =>
    last !== undefined && source !== 'REPLAY' && source !== 'IMPORT' && receivedAt < last.receivedAt;
  const fresh = updates.filter((update) => isListed(update) && !known.has(keyOf(update)) && !isOnNextPage(update));
  if (fresh.length === 0) return {};
  if (isHeld) return { heldBack: view.heldBack + fresh.length };
  const rows = [...fresh.reverse(), ...view.rows];
  const most = Math.max(FOLLOWED_ROWS, view.rows.length);
  if (rows.length <= most) return { rows };
  const kept = rows.slice(0, most);
  return { rows: kept, hasMore: true, endCursor: kept.at(-1)?.cursor ?? null };
}
