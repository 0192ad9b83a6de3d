/** What a check of the record reads besides the entries. Each answer is one consistent snapshot, as of the head that it names. */
import { METRIC } from '../domain/statistics.ts';
import type { DeadLetterCategory } from './dead-letters.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { CustomerRow } from './rows.ts';

/** A row of `customers` as it is stored. */
export interface StoredCustomerRow
  extends Pick<CustomerRow, 'customer_id' | 'first_seen_at' | 'confirmed_at' | 'fingerprints'> {
  /** The recorded position of the customer's latest entry. */
  readonly position: number;
  /** As JSON. */
  readonly status: string;
  /** The standing, which lists use; absent in the schema of an earlier release. */
  readonly standing?: number;
  readonly changed_at?: number;
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

/** The recorded size of a category of dead letters, which its limits rely on, and its actual size. */
export interface DeadLetterTotal {
  readonly category: DeadLetterCategory;
  readonly said_count: number;
  readonly said_bytes: number;
  readonly held_count: number;
  readonly held_bytes: number;
}

/** The totals of both categories, in one statement, so in one snapshot. For both stores. */
export const DEAD_LETTER_TOTALS = `
  select wanted.category, coalesce(said.count, 0) as said_count, coalesce(said.bytes, 0) as said_bytes,
    (select count(*) from dead_letters held where held.category = wanted.category) as held_count,
    (select coalesce(sum(held.bytes), 0) from dead_letters held where held.category = wanted.category) as held_bytes
  from (select 'GENUINE' as category union all select 'REFUSED') as wanted
    left join dead_letter_totals said on said.category = wanted.category
  order by wanted.category`;

/** A row of `attention_items`. */
export interface FlagRow {
  readonly position: number;
  readonly customer_id: string;
  readonly flags: number;
}

/** The number of customers, by the daily counts: those who came less those who were erased. For both stores. */
export const COUNTED_CUSTOMERS = `
  select coalesce(sum(case when key like '>%' then count when key like '%>' then -count else 0 end), 0) as customers
  from daily_statistics where metric = ${METRIC.moved}`;

/** The contract. Promises reject as those of a `Journal` do. */
export interface JournalChecks {
  /** The rows of customers whose latest entry is said to be after `position`, in that order, at most `limit`. */
  customerRows(position: number, limit: number): MaybePromise<AsOf<readonly StoredCustomerRow[]>>;
  /** How many customers are said to have each status, zeros included. */
  statusCounts(): MaybePromise<AsOf<ReadonlyMap<string | null, number>>>;
  /** The entries of these customers as the index by customer has them, by customer and revision. */
  revisionsOf(customerIds: readonly string[]): MaybePromise<readonly IndexedRevision[]>;
  /** The rows of updates that wait, or waited, for a person, after `position`, at most `limit`; null in the schema of an earlier release. */
  flagRows(position: number, limit: number): MaybePromise<AsOf<readonly FlagRow[] | null>>;
  /** How many customers the daily counts lead to; null in the schema of an earlier release. */
  countedCustomers(): MaybePromise<AsOf<number | null>>;
  /** What the categories of dead letters are said to hold, and what they hold. Empty for a schema from before they were counted. */
  deadLetterTotals(): MaybePromise<readonly DeadLetterTotal[]>;
  /**
   * What differs from a journal of the same schema version: tables, indexes, triggers and functions that are missing or changed, and
   * rows that those would have removed.
   */
  structure(): MaybePromise<readonly string[]>;
  /** The store's own check of its tables and indexes: what it finds, at most ten findings. Empty where a store has none. */
  integrity(): MaybePromise<readonly string[]>;
}
