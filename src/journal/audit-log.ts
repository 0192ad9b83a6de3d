/**
 * The audit log: what people who signed in did, one entry an operation, and whose data it opened. It is beside the journal's chain: an
 * entry can be deleted when its retention ends.
 */
import type { MaybePromise } from './maybe-promise.ts';

/** The kinds of operations. */
export const AUDIT_OPERATIONS = ['query', 'mutation', 'subscription'] as const;

/** The kind of an operation. */
export type AuditOperation = (typeof AUDIT_OPERATIONS)[number];

/** The most customers of one entry. A page has at most 200, and each may have as many related objects of their own. */
export const MAX_AUDITED_CUSTOMERS = 1_000;

/** One operation of a person. */
export interface AuditEntry {
  /** Random, chosen by the writer: an entry that is written twice is one. */
  readonly key: string;
  /** When it began, in milliseconds since 1970. */
  readonly at: number;
  /** Who issued the subject; null: unknown. */
  readonly issuer: string | null;
  readonly subject: string;
  /** The person's name at the time. */
  readonly name: string;
  readonly type: AuditOperation;
  /** Its name, as its client chose it. */
  readonly operationName: string | null;
  /** The fields of the schema's root that it asked for. */
  readonly fields: readonly string[];
  readonly requestId: string | null;
  /** The customers whose data it opened or changed. */
  readonly customerIds: readonly string[];
  /** The codes of its errors; null while its outcome is unknown: it has begun, and nothing says yet how it ended. */
  readonly codes: readonly string[] | null;
}

/** The outcome of an operation whose entry was written when it began. */
export interface AuditEnd {
  readonly key: string;
  readonly codes: readonly string[];
  readonly customerIds: readonly string[];
}

/** A stored entry. `customerIds` are those that are still known. */
export interface StoredAuditEntry extends AuditEntry {
  readonly id: number;
  /** Replacements for customers who have been erased since: the same for the same customer, and nobody's ID. */
  readonly erased: readonly string[];
}

/** The place of an entry in the list. */
export interface AuditPlace {
  readonly at: number;
  readonly id: number;
}

/** Which entries to list. Conditions combine. */
export interface AuditSelection {
  /** The person's name. */
  readonly name?: string | null | undefined;
  readonly subject?: string | null | undefined;
  readonly customerId?: string | null | undefined;
  /** From this time on, and before that time, in milliseconds since 1970. */
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
  /** Only entries before this place; null: from the latest. */
  readonly before: AuditPlace | null;
  readonly limit: number;
}

/** The contract of an audit log. Promises reject as those of a `Journal` do. */
export interface AuditLog {
  /**
   * Writes entries and ends, in the order given. Resolves when they are durable. Of customers, those are written that the journal knows at
   * that moment, so that an ID does not come back after an erasure.
   */
  write(entries: readonly (AuditEntry | AuditEnd)[]): MaybePromise<void>;
  /** Entries, the latest first. */
  list(selection: AuditSelection): MaybePromise<readonly StoredAuditEntry[]>;
  /** Deletes up to `limit` entries that began before `time`. Resolves with how many. */
  deleteBefore(time: number, limit: number): MaybePromise<number>;
}

/** A row of `audit_log`, with the customers of its entry as JSON; the same in every store. */
export interface AuditRow {
  readonly id: number;
  readonly key: string;
  readonly at: number;
  readonly issuer: string | null;
  readonly subject: string;
  readonly name: string;
  readonly type: string;
  readonly operation: string | null;
  readonly fields: string;
  readonly ended: boolean | number;
  readonly codes: string;
  readonly request_id: string | null;
  readonly customers: string | null;
}

/** The columns of an `AuditRow` that are stored. */
export const AUDIT_COLUMNS =
  'l.id, l.key, l.at, l.issuer, l.subject, l.name, l.type, l.operation, l.fields, l.ended, l.codes, l.request_id';

/** The entry in a row. */
export function readAuditEntry(row: AuditRow): StoredAuditEntry {
  const customers = (JSON.parse(row.customers ?? '[]') as string[]).sort();
  return {
    id: row.id,
    key: row.key,
    at: row.at,
    issuer: row.issuer,
    subject: row.subject,
    name: row.name,
    type: row.type as AuditOperation,
    operationName: row.operation,
    fields: JSON.parse(row.fields) as string[],
    requestId: row.request_id,
    customerIds: customers.filter((customerId) => !customerId.startsWith(ERASED)),
    erased: customers.flatMap((customerId) =>
      customerId.startsWith(ERASED) ? `erased-${customerId.slice(ERASED.length)}` : [],
    ),
    codes: row.ended ? (JSON.parse(row.codes) as string[]) : null,
  };
}

/** No ID has a control character. The number is the position of the entry that records the erasure. */
const ERASED = '\u007f';

/** What a selection asks for, in order: values for the conditions, null for those that are left out. */
export function auditConditions({ name, subject, customerId, from, to, before, limit }: AuditSelection) {
  return {
    name: name ?? null,
    subject: subject ?? null,
    customerId: customerId ?? null,
    from: from ?? 0,
    // Where a place is given, nothing after it is read.
    at: Math.min(before?.at ?? Number.MAX_SAFE_INTEGER, (to ?? Number.MAX_SAFE_INTEGER) - (to == null ? 0 : 1)),
    id: before !== null && before.at < (to ?? Number.MAX_SAFE_INTEGER) ? before.id : Number.MAX_SAFE_INTEGER,
    limit,
  };
}
