/** What a check of the record reads beside the entries. Each answer is one consistent snapshot, as of the head that it names. */
import type { MaybePromise } from './maybe-promise.ts';
import type { CustomerRow } from './rows.ts';

/** A row of `customers` as it is stored. */
export interface StoredCustomerRow
  extends Pick<CustomerRow, 'customer_id' | 'first_seen_at' | 'confirmed_at' | 'fingerprints'> {
  /** Where the customer's latest entry is said to be. */
  readonly position: number;
  /** As JSON. */
  readonly status: string;
}

/** Something as of a position of the journal. */
export interface AsOf<Value> {
  readonly head: number;
  readonly value: Value;
}

/** Where the index has one entry of a customer. */
export interface IndexedRevision {
  readonly customer_id: string;
  readonly revision: number;
  readonly position: number;
}

/** The contract. Promises reject as those of a `Journal` do. */
export interface JournalChecks {
  /** The rows of customers whose latest entry is said to be after `position`, in that order, at most `limit`. */
  customerRows(position: number, limit: number): MaybePromise<AsOf<readonly StoredCustomerRow[]>>;
  /** How many customers are said to have each status, zeros included. */
  statusCounts(): MaybePromise<AsOf<ReadonlyMap<string | null, number>>>;
  /** The entries of these customers as the index by customer has them, by customer and revision. */
  revisionsOf(customerIds: readonly string[]): MaybePromise<readonly IndexedRevision[]>;
  /** The store's own check of its tables and indexes: what it finds, at most ten findings. Empty where a store has none. */
  integrity(): MaybePromise<readonly string[]>;
}
