/** What a check of the record reads from the SQLite journal. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type AsOf,
  COUNTED_CUSTOMERS,
  DEAD_LETTER_TOTALS,
  type DeadLetterTotal,
  type FlagRow,
  type IndexedRevision,
  type JournalChecks,
  type StoredCustomerRow,
} from '../checks.ts';
import { readStatusCounts, type StatusCountRow } from '../rows.ts';
import { structureProblems } from './structure.ts';

const HEAD = 'select coalesce(max(position), 0) as head from entries';

/** The checks. */
export function sqliteChecks(database: DatabaseSync): JournalChecks {
  /** Runs work in one snapshot. */
  const asOf = <Value>(work: () => Value): AsOf<Value> => {
    database.exec('begin');
    try {
      return { head: Number(database.prepare(HEAD).get()?.['head']), value: work() };
    } finally {
      database.exec('commit');
    }
  };
  const rows = (sql: string, ...values: (string | number)[]): unknown[] => database.prepare(sql).all(...values);
  const hasTable = (name: string): boolean => rows('select 1 from sqlite_master where name = ?', name).length > 0;
  const revisions =
    'select customer_id, revision, position from entries indexed by entries_by_customer where customer_id = ? order by revision';
  return {
    customerRows: (position, limit) =>
      asOf(
        () =>
          rows(
            // Every column: a reader may meet the schema of an earlier release, which has fewer.
            'select * from customers where position > ? order by position limit ?',
            position,
            limit,
          ) as StoredCustomerRow[],
      ),
    statusCounts: () =>
      asOf(() => readStatusCounts(rows('select status, customers from status_counts') as StatusCountRow[])),
    revisionsOf(customerIds) {
      const statement = database.prepare(revisions);
      return customerIds.flatMap((customerId) => statement.all(customerId) as unknown as IndexedRevision[]);
    },
    flagRows: (position, limit) =>
      asOf(() =>
        hasTable('attention_items')
          ? (rows(
              'select position, customer_id, flags from attention_items where position > ? order by position limit ?',
              position,
              limit,
            ) as FlagRow[])
          : null,
      ),
    countedCustomers: () =>
      asOf(() =>
        hasTable('daily_statistics') ? Number(database.prepare(COUNTED_CUSTOMERS).get()?.['customers']) : null,
      ),
    deadLetterTotals() {
      const tables = rows("select 1 from sqlite_master where name in ('dead_letters', 'dead_letter_totals')");
      return tables.length === 2 ? (rows(DEAD_LETTER_TOTALS) as DeadLetterTotal[]) : [];
    },
    structure: () => structureProblems(database),
    integrity: () =>
      rows('pragma integrity_check(10)')
        .map((row) => String((row as { integrity_check: unknown }).integrity_check))
        .filter((line) => line !== 'ok'),
  };
}
