/** Erasing a customer from the SQLite journal. */
import type { DatabaseSync } from 'node:sqlite';
import { DailyCounts } from '../../domain/statistics.ts';
import { type Content, eraseInSlices, nobodyAt, planErasure, type Slice, writePendingErasure } from '../erasure.ts';
import type { ErasureCircumstances, ErasureOutcome, Head } from '../journal.ts';
import type { MaybePromise } from '../maybe-promise.ts';
import { type CustomerRow, storedCustomer, writeStatus } from '../rows.ts';
import { saveCounts } from './append.ts';
import type { CustomerCache } from './customer-cache.ts';
import type { Reading, Writing } from './statements.ts';
import type { Transact } from './transaction.ts';

/** How much is erased in one transaction, which blocks all other work for a few milliseconds. */
const SLICE_ENTRIES = 100;

/** Makes the `erase` of a journal. Follows the contract of `Journal.erase`. */
export function eraser(
  database: DatabaseSync,
  read: Reading,
  write: Writing,
  transact: Transact,
  readHead: () => Head,
  cache: CustomerCache,
): (customerId: string, circumstances: ErasureCircumstances) => MaybePromise<ErasureOutcome | null> {
  const eraseEntries = (contents: readonly Content[], circumstances: ErasureCircumstances): Head => {
    const { erased, record } = planErasure(readHead(), contents, circumstances);
    for (const { position, content } of erased) write.eraseEntry.run(nobodyAt(position), content, position);
    write.insertEntry.run(record.position, nobodyAt(record.position), 0, record.content, record.digest);
    return record;
  };
  const eraseRest = (customerId: string): number => {
    write.erasePendingDecision.run(customerId);
    write.eraseFlags.run(customerId, Number.MAX_SAFE_INTEGER);
    write.eraseConfirmationTask.run(customerId);
    write.eraseCustomer.run(customerId);
    write.eraseConsumerRetries.run(customerId);
    write.eraseConsumerDeadLetters.run(customerId);
    return Number(write.eraseDeadLetters.run(customerId).changes);
  };
  const slice = (customerId: string, circumstances: ErasureCircumstances): Slice =>
    transact(() => {
      cache.invalidate(customerId);
      const contents = read.contentsOf.all(customerId, SLICE_ENTRIES + 1) as unknown as Content[];
      if (contents.length > SLICE_ENTRIES) {
        const first = contents.slice(0, SLICE_ENTRIES);
        write.saveErasure.run(...writePendingErasure(customerId, circumstances));
        write.eraseFlags.run(customerId, first.at(-1)?.position ?? 0);
        return { updates: first.length, deadLetters: 0, record: eraseEntries(first, circumstances), isLast: false };
      }
      const row = read.storedCustomer.get(customerId) as unknown as CustomerRow | undefined;
      if (row !== undefined) {
        const { status } = storedCustomer(row, customerId).latest;
        write.changeCount.run(writeStatus(status), -1);
        const counts = new DailyCounts();
        counts.takeErased(status, circumstances.at);
        saveCounts(write, counts.all);
      }
      const deadLetters = eraseRest(customerId);
      write.endErasure.run(writePendingErasure(customerId, circumstances)[0]);
      const isKnown = contents.length > 0 || deadLetters > 0;
      const record = isKnown ? eraseEntries(contents, circumstances) : null;
      // Entries of one customer stay recognisable as one customer's, and name the record of the erasure.
      write.eraseFromAudit.run(nobodyAt(record?.position ?? readHead().position), customerId);
      return { updates: contents.length, deadLetters, record, isLast: true };
    });
  return (customerId, circumstances) =>
    // Even when nothing is left to erase: an earlier erasure may have left content in the log.
    eraseInSlices(
      () => slice(customerId, circumstances),
      () => emptyLog(database),
    );
}

/**
 * Removes old pages from the write-ahead log. Pages that a reader still needs stay until the reader is done; returns what
 * the owner has to do then.
 */
function emptyLog(database: DatabaseSync): string | null {
  try {
    if (database.prepare('pragma wal_checkpoint(truncate)').get()?.['busy'] === 0) return null;
  } catch {
    // The erasure itself is committed; a later checkpoint empties the log.
  }
  return 'Old pages are still in the write-ahead log: a reader holds them, or the disk is full. Erase again later.';
}
