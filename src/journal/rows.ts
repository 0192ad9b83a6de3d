/** The rows that both stores share, and what they mean. */
import type { StoredCustomer } from './decide-batch.ts';
import { type EntryRow, readEntry } from './entry.ts';
import type { CustomerRecord } from './journal.ts';

/** What readers are shown of a row of `customers`, with the entry that it points at. */
export interface CustomerRecordRow extends EntryRow {
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

/** What is known of a customer. */
export function customerRecord(row: CustomerRecordRow): CustomerRecord {
  return { latest: readEntry(row), firstSeenAt: row.first_seen_at, confirmedAt: row.confirmed_at };
}

/** What is stored of a customer. */
export function storedCustomer(row: CustomerRow): StoredCustomer {
  return { ...customerRecord(row), fingerprints: row.fingerprints };
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
