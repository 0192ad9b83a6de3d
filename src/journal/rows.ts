/** The rows that both stores share, and how they are read. */
import { standingOf } from '../domain/customer-filter.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { StoredCustomer } from './decide-batch.ts';
import { type EntryRow, readEntry } from './entry.ts';
import type { CustomerRecord, CustomerRevision } from './journal.ts';

/** What readers are shown of a row of `customers`, with the entry that it points at. */
export interface CustomerRecordRow extends EntryRow {
  readonly customer_id: string;
  readonly first_seen_at: number;
  readonly confirmed_at: number | null;
}

/** The whole of it. */
export interface CustomerRow extends CustomerRecordRow {
  readonly fingerprints: Uint8Array;
}

/** A row of `status_counts`. */
export interface StatusCountRow {
  readonly status: string;
  readonly customers: number;
}

/**
 * What is known of a customer. Throws unless the row and its entry are about `customerId`, who was asked for: a damaged or
 * manipulated row must never show one customer to another.
 */
export function customerRecord(row: CustomerRecordRow, customerId = row.customer_id): CustomerRecord {
  if (row.customer_id !== customerId) throw new MisplacedRow(row.position);
  return { latest: entryOf(row, customerId), firstSeenAt: row.first_seen_at, confirmedAt: row.confirmed_at };
}

/** What is known of each customer, null where no row is about them, in the order given. Throws as `customerRecord` does. */
export function customerRecords(
  rows: readonly CustomerRecordRow[],
  customerIds: readonly string[],
): readonly (CustomerRecord | null)[] {
  const byId = new Map(rows.map((row) => [row.customer_id, customerRecord(row)]));
  return customerIds.map((customerId) => byId.get(customerId) ?? null);
}

/** Each update that is named, null where no row is it, in the order given. */
export function updatesOfRows(
  rows: readonly EntryRow[],
  revisions: readonly CustomerRevision[],
): readonly (KycUpdate | null)[] {
  const keyOf = ({ customerId, revision }: CustomerRevision) => `${revision} ${customerId}`;
  const byKey = new Map(rows.map(readEntry).map((update) => [keyOf(update), update]));
  return revisions.map((named) => byKey.get(keyOf(named)) ?? null);
}

/** What is stored of a customer. Throws as `customerRecord` does. */
export function storedCustomer(row: CustomerRow, customerId = row.customer_id): StoredCustomer {
  const { latest, firstSeenAt, confirmedAt } = customerRecord(row, customerId);
  return { latest, firstSeenAt, confirmedAt, fingerprints: row.fingerprints, standing: standingOf(latest) };
}

/** The update in a row. Throws unless it is about `customerId`. */
export function entryOf(row: EntryRow, customerId: string): KycUpdate {
  const update = readEntry(row);
  if (update.customerId !== customerId) throw new MisplacedRow(row.position);
  return update;
}

/** Thrown when a row that was found for one customer is about another. */
export class MisplacedRow extends Error {
  override readonly name = 'MisplacedRow';

  constructor(position: number) {
    super(
      `The journal is damaged: the entry at position ${position} was found for a customer it is not about, and is not ` +
        'served. Run "xgateway-kyc verify", and restore a backup.',
    );
  }
}

/**
 * A status as a column holds it: as JSON, so that null is a value like any other and characters that a database folds
 * (lone surrogates in SQLite) or refuses (NUL in Postgres) are escapes.
 */
export function writeStatus(status: string | null): string {
  return JSON.stringify(status);
}

/** How many customers have each status, as sent. */
export function readStatusCounts(rows: readonly StatusCountRow[]): ReadonlyMap<string | null, number> {
  return new Map(rows.map(({ status, customers }) => [JSON.parse(status) as string | null, customers] as const));
}
