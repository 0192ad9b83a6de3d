/** What the lists are restricted to, as it stands in the page's address. Every condition combines. */
import type { KycFilter, KycSource, KycStatus, KycUpdateFilter, UpdateFragment } from './generated/operations.ts';
import { SOURCES, STATUSES } from './labels.ts';

/** Conditions on customers' latest updates, or on updates. What is empty or null does not restrict. */
export interface Filter {
  readonly statuses: readonly KycStatus[];
  /** Of updates only. */
  readonly sources: readonly KycSource[];
  readonly reversal: boolean | null;
  readonly inDoubt: boolean | null;
  readonly verified: boolean | null;
  /** The first day, `YYYY-MM-DD` in the reader's time zone. */
  readonly from: string | null;
  /** The last day, which is included. */
  readonly to: string | null;
  /** What the customer's ID begins with. */
  readonly prefix: string;
}

/** Restricts nothing. */
export const NO_FILTER: Filter = {
  statuses: [],
  sources: [],
  reversal: null,
  inDoubt: null,
  verified: null,
  from: null,
  to: null,
  prefix: '',
};

/** The filter in the query of an address. What this release does not know is left out. */
export function parseFilter(query: string): Filter {
  const given = new URLSearchParams(query);
  const words = (name: string): readonly string[] => given.get(name)?.split(',') ?? [];
  const choice = (name: string): boolean | null => ({ yes: true, no: false })[given.get(name) ?? ''] ?? null;
  const day = (name: string): string | null => {
    const text = given.get(name) ?? '';
    return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(startOfDay(text).getTime()) ? text : null;
  };
  return {
    statuses: STATUSES.filter((status) => words('status').includes(status)),
    sources: SOURCES.filter((source) => words('source').includes(source)),
    reversal: choice('reversal'),
    inDoubt: choice('doubt'),
    verified: choice('verified'),
    from: day('from'),
    to: day('to'),
    prefix: given.get('customer') ?? '',
  };
}

/** The filter as the query of an address, with its `?`; empty when nothing is restricted. */
export function formatFilter({ statuses, sources, reversal, inDoubt, verified, from, to, prefix }: Filter): string {
  const choice = (value: boolean | null): string => (value === null ? '' : value ? 'yes' : 'no');
  const parts = [
    ['status', statuses.join(',')],
    ['source', sources.join(',')],
    ['reversal', choice(reversal)],
    ['doubt', choice(inDoubt)],
    ['verified', choice(verified)],
    ['from', from ?? ''],
    ['to', to ?? ''],
    ['customer', encodeURIComponent(prefix)],
  ].filter(([, value]) => value !== '');
  return parts.length === 0 ? '' : `?${parts.map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** The filter for `Query.kycUpdates`. */
export function updateFilterOf(filter: Filter): KycUpdateFilter {
  const { statuses, sources, reversal, inDoubt, verified, prefix } = filter;
  const { from, to } = timesOf(filter);
  return {
    statuses: statuses.length === 0 ? null : statuses,
    sources: sources.length === 0 ? null : sources,
    reversal,
    inDoubt,
    verified,
    customerIdPrefix: prefix || null,
    receivedFrom: from,
    receivedTo: to,
  };
}

/** The filter for `Query.kycCustomers`: of customers by their latest update. Sources are of updates only. */
export function customerFilterOf(filter: Filter): KycFilter {
  const { statuses, reversal, inDoubt, verified, prefix } = filter;
  const { from, to } = timesOf(filter);
  return {
    statuses: statuses.length === 0 ? null : statuses,
    reversed: reversal,
    inDoubt,
    verified,
    customerIdPrefix: prefix || null,
    changedFrom: from,
    changedTo: to,
  };
}

/** Whether an update of the stream is one that the server would select. */
export function isSelected(update: UpdateFragment, filter: Filter): boolean {
  const { statuses, sources, reversal, inDoubt, verified, prefix } = filter;
  const { from, to } = timesOf(filter);
  return (
    (statuses.length === 0 || statuses.includes(update.status)) &&
    (sources.length === 0 || sources.includes(update.source)) &&
    (reversal === null || reversal === update.reversal) &&
    (inDoubt === null || inDoubt === update.inDoubt) &&
    (verified === null || verified === update.verified) &&
    update.customerId.startsWith(prefix) &&
    (from === null || update.receivedAt >= from) &&
    (to === null || update.receivedAt < to)
  );
}

/** The moments at which the first day begins and the last one has ended. */
function timesOf({ from, to }: Filter): { readonly from: string | null; readonly to: string | null } {
  if (to === null) return { from: from === null ? null : startOfDay(from).toISOString(), to: null };
  const end = startOfDay(to);
  // Not 24 hours later: the clock may change on that day.
  end.setDate(end.getDate() + 1);
  return { from: from === null ? null : startOfDay(from).toISOString(), to: end.toISOString() };
}

/** Midnight in the reader's time zone: without an offset that is what a date with a time means. */
function startOfDay(day: string): Date {
  return new Date(`${day}T00:00:00`);
}
