/** The journal in a Postgres that several instances share: each reads and writes, and any may come and go. */

import { KycError } from '../../errors.ts';
import { cursorCodec } from '../cursor.ts';
import type { DeadLetterLimits } from '../dead-letters.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import { readPendingErasure } from '../erasure.ts';
import { readIdentity } from '../identity.ts';
import type { CustomerSelection, Journal, JournalFacts, StoredEntry } from '../journal.ts';
import {
  type CustomerRecordRow,
  customerRecord,
  entryOf,
  readStatusCounts,
  type StatusCountRow,
  writeStatus,
} from '../rows.ts';
import { appendBatch } from './append.ts';
import { postgresChecks } from './checks.ts';
import { postgresConfirmationTasks } from './confirmation-tasks.ts';
import { openPostgres, type PostgresDatabase } from './connection.ts';
import { postgresDeadLetters } from './dead-letters.ts';
import { eraseCustomer } from './erase.ts';
import { checkSchema, migratePostgres } from './migrate.ts';
import { rowsOf, type Statement } from './query.ts';
import { READ, WRITE } from './statements.ts';
import { describePostgres } from './url.ts';

const MAX_REVISION = 2 ** 31 - 1;

/**
 * Opens the journal in the Postgres at `url` and brings its schema up to date.
 * Rejects with `JOURNAL_UNAVAILABLE` when it can't be reached, or when its schema is newer than this release.
 */
export async function openPostgresJournal(url: string, limits?: DeadLetterLimits): Promise<Journal> {
  const applied = await migratePostgres(url);
  const isNew = applied.some((name) => name.startsWith('0001'));
  return postgresJournal(openPostgres(url), { description: describePostgres(url), isNew }, limits);
}

/** Opens the journal for reading only: `append` and `checkWritable` fail. Rejects when there is none. */
export async function openPostgresReader(url: string): Promise<Journal> {
  await checkSchema(url);
  return postgresJournal(openPostgres(url, true), { description: describePostgres(url), isNew: false });
}

async function postgresJournal(
  database: PostgresDatabase,
  origin: Pick<JournalFacts, 'description' | 'isNew'>,
  limits?: DeadLetterLimits,
): Promise<Journal> {
  const { readers, writers } = database;
  const [{ id, cursorKey, seed }, [head]] = await Promise.all([
    rowsOf(readers, READ.facts).then(readIdentity),
    rowsOf<EntryRow>(readers, READ.head),
  ]).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  const customer = async (customerId: string) => {
    const [row] = await rowsOf<CustomerRecordRow>(readers, READ.customer, [customerId]);
    return row === undefined ? null : customerRecord(row, customerId);
  };
  const entries = async (...asked: [statement: (typeof READ)[keyof typeof READ], values: unknown[]]) =>
    (await rowsOf<EntryRow>(readers, ...asked)).map(readEntry);
  const updatesOf = async (statement: Statement, customerId: string, revision: number, limit: number) =>
    (await rowsOf<EntryRow>(readers, statement, [customerId, revision, limit])).map((row) => entryOf(row, customerId));

  return {
    cursors: cursorCodec(cursorKey),
    seed,
    facts: { id, ...origin, position: head?.position ?? 0 },
    deadLetters: postgresDeadLetters(database, limits),
    confirmationTasks: postgresConfirmationTasks(database),
    append: (batch) => appendBatch(writers, seed, batch),
    erase: (customerId, circumstances) => eraseCustomer(writers, seed, customerId, circumstances),

    head: async () => (await rowsOf<EntryRow>(readers, READ.head))[0] ?? { position: 0, digest: seed },
    async digestAt(position) {
      const rows =
        position === 0
          ? rowsOf<{ digest: Uint8Array }>(readers, READ.seed)
          : rowsOf<{ digest: Uint8Array }>(readers, READ.digestAt, [position]);
      return (await rows)[0]?.digest ?? null;
    },
    entry: async (position) => (await entries(READ.entry, [position]))[0] ?? null,
    entriesAfter: (position, limit) => entries(READ.entriesAfter, [position, limit]),
    entryRows: (position, limit) =>
      rowsOf<StoredEntry & Record<string, unknown>>(readers, READ.entryRows, [position, limit]),
    customer,
    updatesAfter: (customerId, revision, limit) => updatesOf(READ.updatesAfter, customerId, revision, limit),
    updatesBefore: (customerId, revision, limit) =>
      updatesOf(READ.updatesBefore, customerId, revision ?? MAX_REVISION, limit),
    pendingErasures: async () => (await rowsOf(readers, READ.erasures)).map(readPendingErasure),
    checks: postgresChecks(readers),
    logBytes: () => null,

    async customers({ statuses, changedAfter, before, limit }: CustomerSelection) {
      const range = [changedAfter, before ?? Number.MAX_SAFE_INTEGER, limit];
      const rows =
        statuses === null
          ? await rowsOf<CustomerRecordRow>(readers, READ.customers, range)
          : await rowsOf<CustomerRecordRow>(readers, READ.customersByStatus, [...range, statuses.map(writeStatus)]);
      return rows.map((row) => customerRecord(row));
    },
    statusCounts: async () => readStatusCounts(await rowsOf<StatusCountRow>(readers, READ.statusCounts)),

    async checkWritable() {
      const [probe] = await rowsOf<{ read_only: boolean }>(writers, WRITE.probe);
      if (probe?.read_only !== false) {
        throw new KycError(
          'JOURNAL_UNAVAILABLE',
          'The Postgres of the journal is read-only. Point DATABASE_URL at the primary.',
        );
      }
    },
    close: () => database.close(),
  };
}
