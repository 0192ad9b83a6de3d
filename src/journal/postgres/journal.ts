/** The journal in a Postgres database that several instances share: all read and write, and any may come and go. */

import type { Pool } from 'pg';
import { MAX_REVISION } from '../../domain/kyc.ts';
import { KycError } from '../../errors.ts';
import type { ConsumerLimits } from '../consumers.ts';
import { cursorCodec } from '../cursor.ts';
import type { DeadLetterLimits } from '../dead-letters.ts';
import { type EntryRow, readEntry } from '../entry.ts';
import { readPendingErasure } from '../erasure.ts';
import { readIdentity } from '../identity.ts';
import type { CustomerRevision, Journal, JournalFacts, StoredEntry } from '../journal.ts';
import {
  type CustomerRecordRow,
  customerRecord,
  customerRecords,
  entryOf,
  readStatusCounts,
  type StatusCountRow,
  updatesOfRows,
} from '../rows.ts';
import { appendBatch } from './append.ts';
import { integerArray, textArray } from './arrays.ts';
import { postgresAttention } from './attention.ts';
import { postgresAuditLog } from './audit-log.ts';
import { postgresChecks } from './checks.ts';
import { postgresConfirmationTasks } from './confirmation-tasks.ts';
import { openPostgres, type PostgresDatabase } from './connection.ts';
import { postgresConsumers } from './consumers.ts';
import { listCustomers } from './customers.ts';
import { postgresDeadLetters } from './dead-letters.ts';
import { eraseCustomer } from './erase.ts';
import { IdentityGuard } from './identity-guard.ts';
import { checkSchema, migratePostgres } from './migrate.ts';
import { postgresPendingDecisions } from './pending-decisions.ts';
import { rowsOf, type Statement } from './query.ts';
import type { StartOptions } from './start.ts';
import { READ, WRITE } from './statements.ts';
import { postgresStatistics } from './statistics.ts';
import { describePostgres } from './url.ts';

/** How a database is opened for serving. */
export interface PostgresJournalOptions extends StartOptions {
  /** The URL with the current user and password. Default: those of the URL. */
  readonly currentUrl?: (() => string) | undefined;
  /** Called at most once, when the database turns out to hold another journal: nothing is recorded from then on. */
  readonly onFault?: (fault: Error) => void;
  /** For tests. */
  readonly consumerLimits?: ConsumerLimits;
}

/**
 * Opens the journal in the Postgres at `url` and brings its schema up to date. Waits up to 30 seconds for a database that is
 * starting. Rejects with an error that names the target, the cause and what to do.
 */
export async function openPostgresJournal(
  url: string,
  limits?: DeadLetterLimits,
  options: PostgresJournalOptions = {},
): Promise<Journal> {
  const { schema, applied, others } = await migratePostgres(url, options);
  const guard = new IdentityGuard((fault) => {
    options.onFault?.(fault);
    // These connections would read another journal; the guard refuses new ones.
    database.cut();
  });
  const { currentUrl } = options;
  const database = openPostgres(url, { schema, currentUrl, onConnect: (client) => guard.check(client) });
  const isNew = applied.some((name) => name.startsWith('0001'));
  if (isNew && others.length > 0) {
    options.log?.warn(
      { schema, others },
      'Made a new journal beside another one in the same database. If that was not intended, correct schema= in DATABASE_URL',
    );
  }
  return postgresJournal(
    database,
    guard,
    { description: `${describePostgres(url)} (schema ${schema})`, isNew },
    { deadLetters: limits, consumers: options.consumerLimits },
  );
}

/** Opens the journal for reading only: writes fail. Rejects when there is no journal. */
export async function openPostgresReader(url: string): Promise<Journal> {
  const schema = await checkSchema(url);
  const guard = new IdentityGuard(() => {});
  const database = openPostgres(url, { schema, readOnly: true, onConnect: (client) => guard.check(client) });
  return postgresJournal(database, guard, { description: `${describePostgres(url)} (schema ${schema})`, isNew: false });
}

interface StoreLimits {
  readonly deadLetters?: DeadLetterLimits | undefined;
  readonly consumers?: ConsumerLimits | undefined;
}

async function postgresJournal(
  database: PostgresDatabase,
  guard: IdentityGuard,
  origin: Pick<JournalFacts, 'description' | 'isNew'>,
  limits: StoreLimits = {},
): Promise<Journal> {
  const { readers, writers } = database;
  const [{ id, cursorKey, seed }, [head]] = await Promise.all([
    rowsOf(readers, READ.facts).then(readIdentity),
    rowsOf<EntryRow>(readers, READ.head),
  ]).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  await guard.expect(id, head, readers);
  const customer = async (customerId: string) => {
    const [row] = await rowsOf<CustomerRecordRow>(readers, READ.customer, [customerId]);
    return row === undefined ? null : customerRecord(row, customerId);
  };
  const entries = async (...query: [statement: (typeof READ)[keyof typeof READ], values: unknown[]]) =>
    (await rowsOf<EntryRow>(readers, ...query)).map(readEntry);
  const updatesOf = async (statement: Statement, customerId: string, revision: number, limit: number) =>
    (await rowsOf<EntryRow>(readers, statement, [customerId, revision, limit])).map((row) => entryOf(row, customerId));

  return {
    cursors: cursorCodec(cursorKey),
    seed,
    facts: { id, ...origin, position: head?.position ?? 0 },
    deadLetters: postgresDeadLetters(database, limits.deadLetters),
    confirmationTasks: postgresConfirmationTasks(database),
    consumers: postgresConsumers(database, limits.consumers),
    attention: postgresAttention(database),
    pendingDecisions: postgresPendingDecisions(database),
    statistics: postgresStatistics(readers),
    auditLog: postgresAuditLog(database),
    append: async (batch) => guard.committed(() => appendBatch(writers, seed, batch), readers),
    async erase(customerId, circumstances) {
      guard.requireSound();
      return eraseCustomer(writers, seed, customerId, circumstances);
    },

    head: async () => (await rowsOf<EntryRow>(readers, READ.head))[0] ?? { position: 0, digest: seed },
    digestAt: (position) => readDigest(readers, position),
    entry: async (position) => (await entries(READ.entry, [position]))[0] ?? null,
    entriesAfter: (position, limit) => entries(READ.entriesAfter, [position, limit]),
    entriesBefore: (position, limit) => entries(READ.entriesBefore, [position ?? Number.MAX_SAFE_INTEGER, limit]),
    entryRows: (position, limit) =>
      rowsOf<StoredEntry & Record<string, unknown>>(readers, READ.entryRows, [position, limit]),
    customer,
    async customersByIds(customerIds) {
      const rows = await rowsOf<CustomerRecordRow>(readers, READ.customersByIds, [textArray(customerIds)]);
      return customerRecords(rows, customerIds);
    },
    updatesByRevisions: (revisions) => readRevisions(readers, revisions),
    updatesAfter: (customerId, revision, limit) => updatesOf(READ.updatesAfter, customerId, revision, limit),
    updatesBefore: (customerId, revision, limit) =>
      updatesOf(READ.updatesBefore, customerId, revision ?? MAX_REVISION, limit),
    pendingErasures: async () => (await rowsOf(readers, READ.erasures)).map(readPendingErasure),
    checks: postgresChecks(readers),
    logBytes: () => null,
    foreignWrites: () => null,

    customers: (selection) => listCustomers(readers, selection),
    statusCounts: async () => readStatusCounts(await rowsOf<StatusCountRow>(readers, READ.statusCounts)),

    async checkWritable() {
      await guard.check(writers);
      await probeWriting(writers);
    },
    close() {
      guard[Symbol.dispose]();
      return database.close();
    },
  };
}

async function readRevisions(readers: PostgresDatabase['readers'], revisions: readonly CustomerRevision[]) {
  const customerIds = textArray(revisions.map(({ customerId }) => customerId));
  const numbers = integerArray(revisions.map(({ revision }) => revision));
  return updatesOfRows(await rowsOf<EntryRow>(readers, READ.updatesByRevisions, [customerIds, numbers]), revisions);
}

async function readDigest(readers: PostgresDatabase['readers'], position: number): Promise<Uint8Array | null> {
  const rows =
    position === 0
      ? rowsOf<{ digest: Uint8Array }>(readers, READ.seed)
      : rowsOf<{ digest: Uint8Array }>(readers, READ.digestAt, [position]);
  return (await rows)[0]?.digest ?? null;
}

async function probeWriting(writers: Pool): Promise<void> {
  const [probe] = await rowsOf<{ read_only: boolean }>(writers, WRITE.probe);
  if (probe?.read_only === false) return;
  throw new KycError(
    'JOURNAL_UNAVAILABLE',
    'The Postgres of the journal is read-only. Point DATABASE_URL at the primary.',
  );
}
