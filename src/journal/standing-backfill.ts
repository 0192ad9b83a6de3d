/** The part of the migration that adds standings that SQL can't do: it reads JSON that a database may not be able to parse. */
import { standingOf } from '../domain/customer-filter.ts';
import { writeStanding } from './customer-selection.ts';
import { type EntryRow, readEntry } from './entry.ts';

/** The migration, in both stores, by its name without its number. */
export const STANDING_MIGRATION = 'customer-standing.sql';
/** How many customers are filled in at once. */
export const BACKFILL_BATCH = 1_000;

/** The columns of a customer with this latest entry: the position, the standing, the time of the change. */
export function standingColumns(row: EntryRow): readonly [position: number, standing: number, changedAt: number] {
  const update = readEntry(row);
  return [row.position, writeStanding(standingOf(update)), update.receivedAt];
}
