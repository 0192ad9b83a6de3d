/** Compares what is kept of updates that wait for a person, and of days, with what the entries say. */
import type { FlagRow } from '../journal/checks.ts';
import type { Journal } from '../journal/journal.ts';
import { counted } from '../text/counted.ts';
import type { Problem } from './verify-derived.ts';
import type { Walk } from './walk.ts';

const ROWS_AT_ONCE = 1_000;
/** Whether a status is recognised depends on the release: an update may wait because an earlier one did not know its status. */
const BY_RELEASE = 2;

/** What a check of flags needs. */
export interface FlagCheck {
  readonly journal: Journal;
  readonly walk: Walk;
  /** Walks on until the walk has reached a position. */
  readonly walkTo: (position: number) => Promise<Problem | null>;
  /** Customers whose erasure is under way. */
  readonly beingErased: () => Promise<ReadonlySet<string>>;
}

/** What is wrong with the rows of updates that wait, or waited; null: nothing, or the schema is from before there were any. */
export async function flagProblem({ journal, walk, walkTo, beingErased }: FlagCheck): Promise<Problem | null> {
  const seen = new Set<number>();
  for (let reached = 0; ; ) {
    const { head, value: rows } = await journal.checks.flagRows(reached, ROWS_AT_ONCE);
    if (rows === null) return null;
    const lost = await walkTo(head);
    if (lost !== null) return lost;
    for (const row of rows) {
      if (!matches(row, walk))
        return { position: row.position, reason: 'it waits for a person where its content says otherwise' };
      seen.add(row.position);
      reached = row.position;
    }
    if (rows.length === 0) return missing(journal, await beingErased(), head, walk, seen);
  }
}

function matches({ position, customer_id, flags }: FlagRow, walk: Walk): boolean {
  const derived = walk.flags.get(position);
  if (derived === undefined) return flags === BY_RELEASE;
  const isOfRelease = (derived.flags & BY_RELEASE) === 0 || (flags & BY_RELEASE) !== 0;
  return customer_id === derived.customerId && (flags & ~BY_RELEASE) === (derived.flags & ~BY_RELEASE) && isOfRelease;
}

/** An update that should wait and has no row. */
async function missing(
  journal: Journal,
  pending: ReadonlySet<string>,
  head: number,
  walk: Walk,
  seen: ReadonlySet<number>,
): Promise<Problem | null> {
  for (const [position, { customerId }] of walk.flags) {
    if (position > head || seen.has(position) || pending.has(customerId)) continue;
    // Erased since the walk passed it.
    if ((await journal.entry(position)) === null) continue;
    return { position, reason: 'it should wait for a person, and is not on the list' };
  }
  return null;
}

/** What is wrong with the daily counts, read at the head that the walk has reached: they lead to as many customers as there are. */
export function statisticsProblem(customers: number | null, walk: Walk): Problem | null {
  if (customers === null || customers === walk.customers.size) return null;
  const reason = `the daily statistics lead to ${counted(customers, 'customer')}, but there are ${walk.customers.size}`;
  return { position: null, reason };
}
