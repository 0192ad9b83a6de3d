/** The place in the console, kept in the fragment: no customer's ID reaches a server's log or a referrer. */
import { type Filter, formatFilter, NO_FILTER, parseFilter } from './filter.ts';
import { Store } from './store.ts';

/** Every view that has an address. */
export const VIEWS = [
  'attention',
  'customers',
  'updates',
  'dead-letters',
  'consumers',
  'statistics',
  'audit',
  'record',
] as const;
/** What is shown. */
export type View = (typeof VIEWS)[number];

/** A place in the console. */
export interface Route {
  readonly view: View;
  /** The customer whose timeline is open. */
  readonly customerId: string | null;
  /** What the lists are restricted to. */
  readonly filter: Filter;
}

/** The current route. */
export const route = new Store<Route>(readRoute());
let shown = location.hash;
addEventListener('hashchange', follow);

/** Takes what the address says, unless that is shown already. */
function follow(): void {
  if (location.hash === shown) return;
  shown = location.hash;
  route.set(readRoute());
}

/** The link to a route; what is left out stays as it is. */
export function linkTo(change: Partial<Route>): string {
  const { view, customerId, filter } = { ...route.get(), ...change };
  const path = customerId === null ? view : `${view}/${encodeURIComponent(customerId)}`;
  return `#/${path}${formatFilter(filter)}`;
}

/** Goes there. */
export function goTo(change: Partial<Route>): void {
  location.hash = linkTo(change);
  // The event comes later, and a form would show the previous choice until then.
  follow();
}

/** Changes some conditions of the filter. */
export function restrict(change: Partial<Filter>): void {
  goTo({ filter: { ...route.get().filter, ...change } });
}

function readRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, customerId] = path.split('/');
  return {
    view: VIEWS.find((one) => one === view) ?? 'attention',
    customerId: customerId ? decode(customerId) : null,
    filter: query === '' ? NO_FILTER : parseFilter(query),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
