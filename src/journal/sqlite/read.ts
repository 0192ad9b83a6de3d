/** Reading the SQLite journal. */
import { type EntryRow, readEntry } from '../entry.ts';
import { readPendingErasure } from '../erasure.ts';
import type { Head, Journal, StoredEntry } from '../journal.ts';
import {
  type CustomerRecordRow,
  customerRecord,
  customerRecords,
  entryOf,
  readStatusCounts,
  type StatusCountRow,
  updatesOfRows,
} from '../rows.ts';
import type { CustomerCache } from './customer-cache.ts';
import { customerLists } from './customers.ts';
import { asJournalError } from './errors.ts';
import type { Reading } from './statements.ts';

/** What a journal reads. */
export type Reads = Pick<
  Journal,
  | 'digestAt'
  | 'entry'
  | 'entriesAfter'
  | 'entriesBefore'
  | 'entryRows'
  | 'customer'
  | 'customersByIds'
  | 'updatesByRevisions'
  | 'updatesAfter'
  | 'updatesBefore'
  | 'customers'
  | 'statusCounts'
  | 'pendingErasures'
> & { readonly head: () => Head };

/**
 * Makes the reads of a journal whose chain begins at `seed`. `onError` sees what SQLite throws, and says what to throw. `cache` is the
 * writer's: a reader beside it has none.
 */
export function sqliteReads(
  read: Reading,
  seed: Uint8Array,
  onError: (error: unknown) => unknown,
  cache: CustomerCache | null,
): Reads {
  const guarded =
    <Given extends unknown[], Result>(work: (...given: Given) => Result) =>
    (...given: Given): Result => {
      try {
        return work(...given);
      } catch (error) {
        throw asJournalError(onError(error));
      }
    };
  const about = (rows: readonly unknown[], customerId: string) =>
    (rows as readonly EntryRow[]).map((row) => entryOf(row, customerId));
  return {
    head: guarded(() => (read.head.get() as unknown as EntryRow | undefined) ?? { position: 0, digest: seed }),
    digestAt: guarded((position) => {
      const row = position === 0 ? read.seed.get() : read.digestAt.get(position);
      return (row?.['digest'] as Uint8Array | undefined) ?? null;
    }),
    entry: guarded((position) => entries(read.entry.all(position))[0] ?? null),
    entriesAfter: guarded((position, limit) => entries(read.entriesAfter.all(position, limit))),
    entriesBefore: guarded((position, limit) =>
      entries(read.entriesBefore.all(position ?? Number.MAX_SAFE_INTEGER, limit)),
    ),
    entryRows: guarded((position, limit) => read.entryRows.all(position, limit) as unknown as StoredEntry[]),
    customer: guarded((customerId) => {
      const known = cache?.get(customerId);
      if (known !== undefined) return known;
      const row = read.customer.get(customerId) as unknown as CustomerRecordRow | undefined;
      if (row === undefined) return null;
      const record = customerRecord(row, customerId);
      cache?.keep(customerId, record, row.content.length);
      return record;
    }),
    customersByIds: guarded((customerIds) => {
      const rows = read.customersByIds.all(JSON.stringify(customerIds));
      return customerRecords(rows as unknown as CustomerRecordRow[], customerIds);
    }),
    updatesByRevisions: guarded((revisions) => {
      const wanted = revisions.map(({ customerId, revision }) => [customerId, revision]);
      return updatesOfRows(read.updatesByRevisions.all(JSON.stringify(wanted)) as unknown as EntryRow[], revisions);
    }),
    updatesAfter: guarded((customerId, revision, limit) =>
      about(read.updatesAfter.all(customerId, revision, limit), customerId),
    ),
    updatesBefore: guarded((customerId, revision, limit) =>
      about(read.updatesBefore.all(customerId, revision ?? Number.MAX_SAFE_INTEGER, limit), customerId),
    ),
    customers: customerLists(read, guarded),
    statusCounts: guarded(() => readStatusCounts(read.statusCounts.all() as unknown as StatusCountRow[])),
    pendingErasures: guarded(() => read.erasures.all().map(readPendingErasure)),
  };
}

function entries(rows: readonly unknown[]) {
  return (rows as readonly EntryRow[]).map(readEntry);
}
