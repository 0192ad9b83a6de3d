/** The live list of customers, the most recently changed first. */
import type { Api } from './api.ts';
import { customerFilterOf, type Filter, isSelected } from './filter.ts';
import { CustomersDocument, type UpdateFragment } from './generated/operations.ts';
import type { Live } from './live.ts';
import { LivePages, type PagesView } from './live-pages.ts';

const PAGE = 50;
/** How long the list may grow by itself: more are a page away. */
const FOLLOWED_ROWS = 100;

/** Customers whose latest update a filter selects. */
export function customersIn(api: Api, live: Live, given: Filter): LivePages<null> {
  const filter = { ...given, sources: [] };
  return new LivePages<null>(live, {
    async read(after) {
      const variables = { filter: customerFilterOf(filter), first: PAGE, after };
      const { kycCustomers } = await api.ask(CustomersDocument, variables);
      return {
        rows: kycCustomers.nodes.map(({ latestUpdate }) => latestUpdate),
        about: null,
        hasMore: kycCustomers.pageInfo.hasNextPage,
        endCursor: kycCustomers.pageInfo.endCursor,
      };
    },
    apply: (view, updates, isHeld) => applyToList(view, updates, (update) => isSelected(update, filter), isHeld),
  });
}

type ListState = Pick<PagesView<null>, 'rows' | 'hasMore' | 'endCursor' | 'heldBack'>;

/** Moves the customers who changed to the top; while the list is held, changes them where they stand. */
export function applyToList(
  view: ListState,
  updates: readonly UpdateFragment[],
  isListed: (update: UpdateFragment) => boolean,
  isHeld: boolean,
): Partial<ListState> {
  const known = new Map(view.rows.map((row) => [row.customerId, row]));
  const latest = new Map<string, UpdateFragment>();
  for (const update of updates) {
    if (update.revision <= (known.get(update.customerId)?.revision ?? 0)) continue;
    // Deleted first: a map keeps the order of the first insertion, and we want that of the last.
    latest.delete(update.customerId);
    latest.set(update.customerId, update);
  }
  if (latest.size === 0) return {};
  if (isHeld) {
    const rows = view.rows.map((row) => latest.get(row.customerId) ?? row);
    return { rows, heldBack: view.heldBack + latest.size };
  }
  const fresh = [...latest.values()].filter(isListed);
  const rows = [...fresh.reverse(), ...view.rows.filter(({ customerId }) => !latest.has(customerId))];
  const most = Math.max(FOLLOWED_ROWS, view.rows.length);
  if (rows.length <= most) return { rows };
  const kept = rows.slice(0, most);
  return { rows: kept, hasMore: true, endCursor: kept.at(-1)?.cursor ?? null };
}
