/** Lists of customers from the Postgres journal. */
import type { Pool } from 'pg';
import { FEW, idRange, indexRanges, isUnrestricted, standingBits, writeStanding } from '../customer-selection.ts';
import type { CustomerRecord, CustomerSelection } from '../journal.ts';
import { type CustomerRecordRow, customerRecord, writeStatus } from '../rows.ts';
import { rowsOf } from './query.ts';
import { READ } from './statements.ts';

/** Customers by their latest update, newest first. Follows the contract of `Journal.customers`. */
export async function listCustomers(readers: Pool, selection: CustomerSelection): Promise<readonly CustomerRecord[]> {
  return (await rowsOfSelection(readers, selection)).map((row) => customerRecord(row));
}

async function rowsOfSelection(readers: Pool, selection: CustomerSelection): Promise<readonly CustomerRecordRow[]> {
  const { statuses, standings, changedAfter, before, limit, changedFrom, changedTo, customerIdPrefix } = selection;
  const range = [changedAfter, before ?? Number.MAX_SAFE_INTEGER, limit];
  const times = [changedFrom ?? Number.MIN_SAFE_INTEGER, changedTo ?? Number.MAX_SAFE_INTEGER];
  if (isUnrestricted(selection)) return rowsOf<CustomerRecordRow>(readers, READ.customers, range);
  const ranges = indexRanges(selection);
  if (ranges !== null) {
    const columns = [ranges.map((one) => writeStatus(one.status)), ranges.map((one) => writeStanding(one.standing))];
    return rowsOf<CustomerRecordRow>(readers, READ.customersByStanding, [...range, ...columns, ...times]);
  }
  const ids = idRange(customerIdPrefix);
  const isFew =
    customerIdPrefix != null &&
    Number((await rowsOf<{ count: number }>(readers, READ.countIds, [...ids, FEW + 1]))[0]?.count) <= FEW;
  return rowsOf<CustomerRecordRow>(readers, isFew ? READ.customersByPrefix : READ.scanCustomers, [
    ...range,
    statuses?.map(writeStatus) ?? null,
    standingBits(standings),
    ...times,
    ...ids,
  ]);
}
