/** What the migration that adds flags and statistics has to read from the entries: JSON that a database may not parse. */
import { flagsOf } from '../domain/attention.ts';
import { type DailyCount, DailyCounts } from '../domain/statistics.ts';
import type { UpdateContent } from '../domain/update.ts';
import { type EntryRow, readEntry } from './entry.ts';

/** The migration, in both stores, by its name without its number. */
export const ATTENTION_MIGRATION = 'attention.sql';

/** An entry, with what is known of its customer and of their update before. */
export interface BackfillRow extends EntryRow {
  readonly first_seen_at: number;
  /** The position of the customer's latest update. */
  readonly latest: number;
  /** The content of the update before; null: there was none. */
  readonly before: string | null;
}

/** The rows of the entries after a position, at most so many: both stores have these tables. */
export function backfillRows(position: string, limit: string): string {
  return `select e.position, e.content, e.digest, c.first_seen_at, c.position as latest, b.content as before
    from (select * from entries where position > ${position} and revision > 0 order by position limit ${limit}) e
      join customers c on c.customer_id = e.customer_id
      left join entries b on b.customer_id = e.customer_id and b.revision = e.revision - 1
    order by e.position`;
}

/** A row of `attention_items`: only a customer's latest update waits, because nobody would work through years of earlier ones. */
export interface BackfilledFlags {
  readonly position: number;
  readonly customerId: string;
  readonly flags: number;
  readonly isOpen: boolean;
}

/** What these entries add, in order. */
export function backfilled(rows: readonly BackfillRow[]): {
  readonly flags: readonly BackfilledFlags[];
  readonly counts: readonly DailyCount[];
} {
  const counts = new DailyCounts();
  const flags: BackfilledFlags[] = [];
  for (const row of rows) {
    const update = readEntry(row);
    const before = row.before === null ? null : { latest: JSON.parse(row.before) as UpdateContent };
    counts.take(update, before, row.first_seen_at);
    const found = flagsOf(update);
    const { position, customerId } = update;
    if (found !== 0) flags.push({ position, customerId, flags: found, isOpen: row.latest === position });
  }
  return { flags, counts: counts.all };
}
