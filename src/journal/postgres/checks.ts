/** What a check of the record reads from the Postgres journal. */
import type { Pool } from 'pg';
import {
  type AsOf,
  DEAD_LETTER_TOTALS,
  type DeadLetterTotal,
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
    async deadLetterTotals() {
      const [found] = await rowsOf<{ readonly exists: boolean }>(readers, SQL.countsDeadLetters);
      if (found?.exists !== true) return [];
      return rowsOf<DeadLetterTotal & Record<string, unknown>>(readers, SQL.checkedDeadLetterTotals);
    },
    structure: () => structureProblems(readers),
    integrity: () => [],
  };
}
