/** Appending to the SQLite journal. */
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

/** Makes the `append` of a journal. Follows the contract of `Journal.append`. */
export function appender(
  read: Reading,
  write: Writing,
  transact: Transact,
  readHead: () => Head,
  cache: CustomerCache,
) {
  const load = (customerId: string): StoredCustomer | null => {
    const row = read.storedCustomer.get(customerId) as unknown as CustomerRow | undefined;
    if (row === undefined) return null;
    const stored = storedCustomer(row, customerId);
    if (!needsUpgrade(stored)) return stored;
    const newest = read.updatesBefore.all(customerId, Number.MAX_SAFE_INTEGER, UPGRADE_REVISIONS);
    return upgraded(stored, (newest as unknown as EntryRow[]).map(readEntry));
  };
  const save = ({ entries, customers, statusChanges }: BatchDraft, updates: readonly KycUpdate[]): void => {
    for (const [index, { position, customerId, revision, digest }] of updates.entries()) {
      write.insertEntry.run(position, customerId, revision, entries[index]?.text ?? '', digest);
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
  };
  return (batch: readonly Submission[]): readonly AppendOutcome[] =>
    transact(() => {
      const draft = draftBatch(batch, load);
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
