/**
 * The journal: every update that was ever acknowledged, in commit order. It is the source of truth; everything else is derived.
 *
 * Words used here. *Position*: 1, 2, 3, … over all entries, in commit order. *Revision*: 1, 2, 3, … of one customer.
 * *Head*: the last entry. *Durable*: survives the end of the process and of the machine (on a disk that honours fsync).
 */
import type { Context } from '@opentelemetry/api';
import type { KycStanding } from '../domain/customer-filter.ts';
import type { Circumstances, KycReport, KycUpdate } from '../domain/update.ts';
import type { Attention } from './attention.ts';
import type { AuditLog } from './audit-log.ts';
import type { JournalChecks } from './checks.ts';
import type { ConfirmationTasks } from './confirmation-tasks.ts';
import type { Consumers } from './consumers.ts';
import type { CursorCodec } from './cursor.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { EntryRow } from './entry.ts';
import type { PendingErasure } from './erasure.ts';
import type { MaybePromise } from './maybe-promise.ts';
import type { PendingDecisions } from './pending-decisions.ts';
import type { Statistics } from './statistics.ts';

/** One report on its way into the journal. */
export interface Submission {
  readonly report: KycReport;
  readonly circumstances: Circumstances;
  /** Where its spans belong, when the application traces. Never stored. */
  readonly traced?: Context;
}

/** The outcome of a submission. By the time a caller has it, it is durable. */
export type AppendOutcome =
  | { readonly outcome: 'applied'; readonly update: KycUpdate }
  | { readonly outcome: 'unchanged'; readonly revision: number }
  /** Nothing was recorded: the customer has moved on (see `Circumstances` and `Decision`). */
  | { readonly outcome: 'superseded'; readonly revision: number; readonly denied?: true; readonly rateLimited?: true };

/** The last entry of the journal. Position 0 is the beginning: its digest is the seed of the chain. */
export interface Head {
  readonly position: number;
  readonly digest: Uint8Array;
}

/** A customer's latest update, and when XGateway first reported them and last confirmed it. */
export interface CustomerRecord {
  readonly latest: KycUpdate;
  /** Milliseconds since 1970. */
  readonly firstSeenAt: number;
  /** Milliseconds since 1970; null while XGateway's API has not said the same as the latest update. */
  readonly confirmedAt: number | null;
}

/** Identifies one update. */
export interface CustomerRevision {
  readonly customerId: string;
  readonly revision: number;
}

/** Which customers to list. */
export interface CustomerSelection {
  /** Statuses as sent; null means any. */
  readonly statuses: readonly (string | null)[] | null;
  /** Only customers with one of these standings; null or left out: any. */
  readonly standings?: readonly KycStanding[] | null;
  /** Only customers whose ID begins with this, by code point. */
  readonly customerIdPrefix?: string | null;
  /** Only customers whose latest update was received then or later, in milliseconds since 1970. */
  readonly changedFrom?: number | null;
  /** Only customers whose latest update was received before then, in milliseconds since 1970. */
  readonly changedTo?: number | null;
  /** Only customers whose latest update is after this position. */
  readonly changedAfter: number;
  /** Only customers whose latest update is before this position; null: from the head. */
  readonly before: number | null;
  readonly limit: number;
}

/** An entry as it is stored. An erased one, and the record of an erasure, belong to no customer: their revision is 0. */
export interface StoredEntry extends EntryRow {
  readonly customer_id: string;
  readonly revision: number;
}

/** When a customer is erased, and who requested it. */
export interface ErasureCircumstances {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly by: string;
  /** Why. Kept in the journal permanently, so it must not name the customer. */
  readonly reason?: string;
}

/** The outcome of an erasure. */
export interface ErasureOutcome {
  /** How many updates are gone, and how many dead letters. */
  readonly updates: number;
  readonly deadLetters: number;
  /** The entry that records the erasure. */
  readonly record: Head;
  /** What the owner has to do before the content is gone from the store's files as well. Null: nothing. */
  readonly remains: string | null;
}

/** What a start reports about the journal it opened. */
export interface JournalFacts {
  /** Random, in hexadecimal: distinguishes this journal from every other. */
  readonly id: string;
  /** Where it is: the absolute path of the file, or `postgres://host:port/database`. Never a user or a password. */
  readonly description: string;
  /** Whether this opening made the journal. */
  readonly isNew: boolean;
  /** The position of the last entry when it was opened. */
  readonly position: number;
}

/**
 * The contract of a store. Each promise rejects with a `KycError` `JOURNAL_UNAVAILABLE` when the store can't be reached or
 * written at the moment, and with any other error when the data itself was refused.
 */
export interface Journal {
  /** Writes and reads this journal's cursors. */
  readonly cursors: CursorCodec;
  /** The digest before the first entry: what the cursor of an empty journal names. */
  readonly seed: Uint8Array;
  /** Where the journal is, and what it held when it was opened. */
  readonly facts: JournalFacts;
  /** Callbacks that were not recorded. */
  readonly deadLetters: DeadLetters;
  /** Customers to look up at XGateway's API. */
  readonly confirmationTasks: ConfirmationTasks;
  /** The named consumers of the application's own code. */
  readonly consumers: Consumers;
  /** Updates that wait until a person acknowledges them. */
  readonly attention: Attention;
  /** What one person decided where two are required. */
  readonly pendingDecisions: PendingDecisions;
  /** Counts by day. */
  readonly statistics: Statistics;
  /** What people who signed in did. */
  readonly auditLog: AuditLog;

  /**
   * Decides and records a batch in one transaction, in the order given, and answers in that order once all of it is
   * durable. "Unchanged" waits for the commit of the update that it repeats. When it rejects with `JOURNAL_UNAVAILABLE`,
   * nothing of the batch may be acknowledged; it may still turn out to be recorded, and a retry then finds it unchanged.
   */
  append(batch: readonly Submission[]): MaybePromise<readonly AppendOutcome[]>;

  /**
   * Erases what is known of a customer: the content of their entries, their dead letters, their confirmation tasks, what
   * consumers keep of them. Their ID in the audit log is replaced. Null when nothing is known. The entries' places and digests stay, and further entries record what was done
   * (see erasure.ts). A long history is erased in slices, with other work in between.
   */
  erase(customerId: string, circumstances: ErasureCircumstances): MaybePromise<ErasureOutcome | null>;

  /** The last committed entry. */
  head(): MaybePromise<Head>;
  /**
   * The digest at `position`, also where the content was erased; null where nothing is. At 0 it is the seed as the store holds
   * it now, which is not `seed` when the store was replaced by another journal's.
   */
  digestAt(position: number): MaybePromise<Uint8Array | null>;
  /** The update at `position`; null if there is none, or it was erased. */
  entry(position: number): MaybePromise<KycUpdate | null>;
  /**
   * The updates after `position`, in order, at most `limit`. Never shows a gap that a later commit fills: where a position is
   * missing, its update was erased.
   */
  entriesAfter(position: number, limit: number): MaybePromise<readonly KycUpdate[]>;
  /** The updates before `position` (null: from the head), the latest first, at most `limit`. */
  entriesBefore(position: number | null, limit: number): MaybePromise<readonly KycUpdate[]>;

  /** What is known of a customer, or null. */
  customer(customerId: string): MaybePromise<CustomerRecord | null>;
  /** What is known of each customer, or null, in the order given. One statement, so all of it is from one moment. */
  customersByIds(customerIds: readonly string[]): MaybePromise<readonly (CustomerRecord | null)[]>;
  /** Each update that is named, or null, in the order given. One statement. */
  updatesByRevisions(revisions: readonly CustomerRevision[]): MaybePromise<readonly (KycUpdate | null)[]>;
  /** A customer's updates after `revision`, in order, at most `limit`. */
  updatesAfter(customerId: string, revision: number, limit: number): MaybePromise<readonly KycUpdate[]>;
  /** A customer's updates before `revision` (null: from the latest), newest first, at most `limit`. */
  updatesBefore(customerId: string, revision: number | null, limit: number): MaybePromise<readonly KycUpdate[]>;

  /** Customers by their latest update, newest first. */
  customers(selection: CustomerSelection): MaybePromise<readonly CustomerRecord[]>;
  /** How many customers have each status, as sent. Does not scan customers. */
  statusCounts(): MaybePromise<ReadonlyMap<string | null, number>>;

  /** Erasures that were begun and not finished: a start calls `erase` with each of them again. */
  pendingErasures(): MaybePromise<readonly PendingErasure[]>;
  /** What a check of the record reads beside the entries. */
  readonly checks: JournalChecks;
  /** The size of the write-ahead log in bytes; null where the store has none of its own. */
  logBytes(): number | null;
  /** How many commits another program has made since this journal was opened; null where a store can't know. */
  foreignWrites(): number | null;

  /** Entries after `position` as they are stored, erasures included, in order, at most `limit`: for those who check them. */
  entryRows(position: number, limit: number): MaybePromise<readonly StoredEntry[]>;

  /** Resolves when the journal can be written now; rejects with `JOURNAL_UNAVAILABLE` when not. */
  checkWritable(): MaybePromise<void>;
  /** Releases files and connections. Call nothing afterwards. */
  close(): MaybePromise<void>;
}
