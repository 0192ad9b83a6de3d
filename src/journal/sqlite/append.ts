/** Appending to the SQLite journal. */
import { type DailyCount, METRIC } from '../../domain/statistics.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { needsUpgrade, UPGRADE_REVISIONS, upgraded } from '../../domain/upgrade.ts';
import { JournalContradiction } from '../contradiction.ts';
import { writeStanding } from '../customer-selection.ts';
import { type BatchDraft, draftBatch, placeBatch, type StoredCustomer } from '../decide-batch.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import type { AppendOutcome, Head, Submission } from '../journal.ts';
import { type CustomerRow, storedCustomer, writeStatus } from '../rows.ts';
import type { CustomerCache } from './customer-cache.ts';
import { isConstraint } from './errors.ts';
import type { Reading, Writing } from './statements.ts';
import type { Transact } from './transaction.ts';

/** A stored customer, and which of the wanted ones it was found for. */
type WantedRow = CustomerRow & { readonly wanted: number };

/** Makes the `append` of a journal. Follows the contract of `Journal.append`. */
export function appender(
  read: Reading,
  write: Writing,
  transact: Transact,
  readHead: () => Head,
  cache: CustomerCache,
) {
  const load = (row: CustomerRow, customerId: string): StoredCustomer => {
    const stored = storedCustomer(row, customerId);
    if (!needsUpgrade(stored)) return stored;
    const newest = read.updatesBefore.all(customerId, Number.MAX_SAFE_INTEGER, UPGRADE_REVISIONS);
    return upgraded(stored, (newest as unknown as EntryRow[]).map(readEntry));
  };
  // One statement for all of a batch takes a third of what one for each takes.
  const loadAll = (batch: readonly Submission[]): ReadonlyMap<string, StoredCustomer> => {
    const customerIds = [...new Set(batch.map(({ report }) => report.customerId))];
    const rows = read.storedCustomers.all(JSON.stringify(customerIds)) as unknown as WantedRow[];
    return new Map(
      rows.map((row) => {
        const customerId = customerIds[row.wanted] as string;
        return [customerId, load(row, customerId)];
      }),
    );
  };
  const save = (
    { entries, customers, statusChanges, dailyCounts }: BatchDraft,
    updates: readonly KycUpdate[],
  ): void => {
    for (const [index, { position, customerId, revision, digest }] of updates.entries()) {
      const { text = '', flags = 0 } = entries[index] ?? {};
      write.insertEntry.run(position, customerId, revision, text, digest);
      if (flags !== 0) write.insertFlags.run(position, customerId, flags);
    }
    for (const {
      latest,
      entry,
      positionBefore,
      firstSeenAt,
      confirmedAt,
      fingerprints,
      standing,
    } of customers.values()) {
      cache.invalidate(latest.customerId);
      const position = entry === null ? positionBefore : (updates[entry]?.position ?? null);
      const [status, standingColumn] = [writeStatus(latest.status), writeStanding(standing)];
      write.saveCustomer.run(
        position,
        latest.customerId,
        status,
        firstSeenAt,
        confirmedAt,
        fingerprints,
        standingColumn,
        latest.receivedAt,
      );
    }
    for (const [status, change] of statusChanges) write.changeCount.run(writeStatus(status), change);
    saveCounts(write, dailyCounts);
  };
  return (batch: readonly Submission[]): readonly AppendOutcome[] =>
    transact(() => {
      const known = loadAll(batch);
      const draft = draftBatch(batch, (customerId) => known.get(customerId) ?? null);
      const { updates, outcomes } = placeBatch(draft, readHead());
      try {
        save(draft, updates);
      } catch (error) {
        if (!isConstraint(error)) throw error;
        throw new JournalContradiction(error);
      }
      return outcomes;
    });
}

/** Adds to the statistics. */
export function saveCounts(write: Writing, counts: readonly DailyCount[]): void {
  for (const { day, metric, key, count } of counts) {
    const statement = metric === METRIC.rejected ? write.countLabel : write.count;
    statement.run(day, metric, key, count);
  }
}
