/** What a check of the record reads from the Postgres journal. */
import type { Pool } from 'pg';
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
import { rowsOf } from './query.ts';
import { named } from './statements.ts';
import { structureProblems } from './structure.ts';

const HEAD = '(select coalesce(max(position), 0) from entries)';

// One statement sees one snapshot. The outer join keeps the head where there are no rows.
const SQL = named({
  customerRows: `select head, c.*
    from (select ${HEAD} as head) h left join lateral (
      select * from customers where position > $1 order by position limit $2
    ) c on true order by c.position`,
  checkedStatusCounts: `select head, c.status, c.customers from (select ${HEAD} as head) h left join status_counts c on true`,
  hasFlags: "select to_regclass('attention_items') is not null as exists",
  flagRows: `select head, a.position, a.customer_id, a.flags from (select ${HEAD} as head) h left join lateral (
      select * from attention_items where position > $1 order by position limit $2
    ) a on true order by a.position`,
  countedCustomers: `select ${HEAD} as head, c.customers from (${COUNTED_CUSTOMERS}) c`,
  countsDeadLetters: "select to_regclass('dead_letter_totals') is not null as exists",
  checkedDeadLetterTotals: DEAD_LETTER_TOTALS,
  revisionsOf: `select customer_id, revision, position from unnest((select $1::text[])) as wanted (id)
    cross join lateral (
      select customer_id, revision, position from entries where customer_id = wanted.id order by revision offset 0
    ) e`,
});

type Snapshot<Row> = { readonly head: number } & (Row | { readonly [Name in keyof Row]: null });

/** The checks. */
export function postgresChecks(readers: Pool): JournalChecks {
  const asOf = <Row extends { readonly status: string }>(rows: readonly Snapshot<Row>[]): AsOf<readonly Row[]> => ({
    head: rows[0]?.head ?? 0,
    value: rows.filter((row): row is { readonly head: number } & Row => row.status !== null),
  });
  return {
    customerRows: async (position, limit) =>
      asOf<StoredCustomerRow>(
        await rowsOf<Snapshot<StoredCustomerRow> & Record<string, unknown>>(readers, SQL.customerRows, [
          position,
          limit,
        ]),
      ),
    async statusCounts() {
      const rows = await rowsOf<Snapshot<StatusCountRow> & Record<string, unknown>>(readers, SQL.checkedStatusCounts);
      const { head, value } = asOf<StatusCountRow>(rows);
      return { head, value: readStatusCounts(value) };
    },
    revisionsOf: (customerIds) =>
      rowsOf<IndexedRevision & Record<string, unknown>>(readers, SQL.revisionsOf, [customerIds]),
    async flagRows(position, limit) {
      const [found] = await rowsOf<{ readonly exists: boolean }>(readers, SQL.hasFlags);
      if (found?.exists !== true) return { head: 0, value: null };
      const rows = await rowsOf<Snapshot<FlagRow> & Record<string, unknown>>(readers, SQL.flagRows, [position, limit]);
      const value = rows.filter(({ position: at }) => at !== null) as unknown as readonly FlagRow[];
      return { head: rows[0]?.head ?? 0, value };
    },
    async countedCustomers() {
      const [found] = await rowsOf<{ readonly exists: boolean }>(readers, SQL.hasFlags);
      if (found?.exists !== true) return { head: 0, value: null };
      const [row] = await rowsOf<{ head: number; customers: number }>(readers, SQL.countedCustomers);
      return { head: row?.head ?? 0, value: Number(row?.customers ?? 0) };
    },
    async deadLetterTotals() {
      const [found] = await rowsOf<{ readonly exists: boolean }>(readers, SQL.countsDeadLetters);
      if (found?.exists !== true) return [];
      return rowsOf<DeadLetterTotal & Record<string, unknown>>(readers, SQL.checkedDeadLetterTotals);
    },
    structure: () => structureProblems(readers),
    integrity: () => [],
  };
}
