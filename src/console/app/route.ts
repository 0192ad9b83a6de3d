/** The place in the console, kept in the fragment: no customer's ID reaches a server's log or a referrer. */
import type { KycStatus } from './generated/operations.ts';
import { STATUSES } from './labels.ts';
import { Store } from './store.ts';

/** What is shown. */
export interface Route {
  readonly view: 'customers' | 'updates' | 'dead-letters';
  /** The customer whose timeline is open. */
  readonly customerId: string | null;
  /** The statuses that the list is restricted to; none: all. */
  readonly statuses: readonly KycStatus[];
}

/** The current route. */
export const route = new Store<Route>(readRoute());
addEventListener('hashchange', () => route.set(readRoute()));

/** The link to a route; what is left out stays as it is. */
export function linkTo(change: Partial<Route>): string {
  const { view, customerId, statuses } = { ...route.get(), ...change };
  const path = customerId === null ? view : `${view}/${encodeURIComponent(customerId)}`;
  return `#/${path}${statuses.length === 0 ? '' : `?status=${statuses.join(',')}`}`;
}

/** Goes there. */
export function goTo(change: Partial<Route>): void {
  location.hash = linkTo(change);
}

function readRoute(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [view, customerId] = path.split('/');
  const wanted = new URLSearchParams(query).get('status')?.split(',') ?? [];
  return {
    view: view === 'updates' || view === 'dead-letters' ? view : 'customers',
    customerId: customerId ? decode(customerId) : null,
    statuses: STATUSES.filter((status) => wanted.includes(status)),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
