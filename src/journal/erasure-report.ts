/** What an erasure did, as it is reported to callers. */
import type { ErasureOutcome } from './journal.ts';

/** What an erasure did. */
export interface ErasureReport {
  /** How many updates are gone; 0 when nothing was known of the customer. */
  readonly erasedUpdates: number;
  /** How many dead letters are gone. */
  readonly erasedDeadLetters: number;
  /** The journal position and digest (hexadecimal) of the record of the erasure; null when there was nothing to erase. */
  readonly record: { readonly position: number; readonly digest: string } | null;
  /** What is left to do before the content is gone from the database's files as well; null: nothing. */
  readonly remains: string | null;
}

/** Reports an outcome; null: nothing was known of the customer. */
export function erasureReport(outcome: ErasureOutcome | null): ErasureReport {
  const record = outcome?.record;
  return {
    erasedUpdates: outcome?.updates ?? 0,
    erasedDeadLetters: outcome?.deadLetters ?? 0,
    record: record ? { position: record.position, digest: Buffer.from(record.digest).toString('hex') } : null,
    remains: outcome?.remains ?? null,
  };
}
