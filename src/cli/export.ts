/** `xgateway-kyc export`: the history of one customer or of all, as JSON lines or CSV. */

import { once } from 'node:events';
import { confirmationOf } from '../domain/trust.ts';
import { isInDoubt, isReversal, type KycUpdate } from '../domain/update.ts';
import type { FlagState } from '../journal/attention.ts';
import type { Journal } from '../journal/journal.ts';
import { DEFAULT_DATABASE_URL, openReader } from '../journal/open.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { counted } from '../text/counted.ts';
import { csvCell } from '../text/csv.ts';
import { defineCommand, UsageError } from './command.ts';
import { type AuditExport, auditLines } from './export-audit.ts';
import { BEGINNING, isSince, startOf } from './export-start.ts';
import { ProgressLine } from './terminal.ts';

const BATCH = 500;

/** The command. */
export const command = defineCommand({
  about:
    'Writes every update, in journal order, to standard output: one JSON object per line, or CSV. Reads only, and works beside a\n' +
    'running server. In CSV, text that a spreadsheet would run as a formula gets an apostrophe in front; JSON is exact.',
  options: {
    customer: { type: 'string', placeholder: '<id>', description: 'Only this customer.' },
    since: {
      type: 'string',
      placeholder: '<cursor or date>',
      description:
        'Only updates after this cursor, or recorded at this date or later: 2026-11-24, or 2026-11-24T07:00:00Z. Every export ends ' +
        'with the cursor to continue from, on the standard error.',
    },
    audit: {
      type: 'boolean',
      default: false,
      description:
        'The audit log instead: what people who signed in did and whose data they opened, the latest first. With --since, a date.',
    },
    format: { type: 'string', placeholder: '<format>', default: 'jsonl', description: '"jsonl" or "csv".' },
  },
  examples: [
    'xgateway-kyc export --customer alice',
    'xgateway-kyc export --format csv > kyc.csv',
    'xgateway-kyc export --since 2026-11-24',
    'xgateway-kyc export --audit --format csv > audit.csv',
  ],
  async run({ audit, customer, format, since }) {
    if (format !== 'jsonl' && format !== 'csv') throw new UsageError('--format must be "jsonl" or "csv".');
    const journal = await openReader(databaseUrlFrom(process.env) ?? DEFAULT_DATABASE_URL);
    try {
      const start = since === undefined ? BEGINNING : await startOf(journal, since);
      if (audit) {
        if (start.position > 0) throw new UsageError('--audit --since must be a date, not a cursor.');
        return await exportAudit(journal, { customerId: customer, from: Math.max(0, start.time), format });
      }
      const head = await journal.head();
      let written = 0;
      using _line = new ProgressLine(() => counted(written, 'update'));
      if (format === 'csv') await write(`${COLUMNS.join(',')}\r\n`);
      for await (const batch of batches(journal, customer, start.position, head.position)) {
        const updates = batch.filter((update) => isSince(update, start));
        const states = await statesOf(journal, updates);
        const rows = updates.map((update) => rowOf(update, states.get(update.position) ?? null));
        await write(rows.map(format === 'csv' ? csvLine : jsonLine).join(''));
        written += updates.length;
      }
      process.stderr.write(`To continue after this export: --since ${journal.cursors.encode(head)}\n`);
      return 0;
    } finally {
      await journal.close();
    }
  },
});

async function exportAudit({ auditLog }: Journal, wanted: AuditExport): Promise<number> {
  let written = 0;
  using _line = new ProgressLine(() => counted(written, 'audit entry', 'audit entries'));
  for await (const { text, entries } of auditLines(auditLog, wanted)) {
    await write(text);
    written += entries;
  }
  return 0;
}

/** @param last updates that arrive meanwhile belong to the next export. */
async function* batches(
  journal: Journal,
  customer: string | undefined,
  after: number,
  last: number,
): AsyncGenerator<readonly KycUpdate[]> {
  for (let reached = customer === undefined ? after : 0; ; ) {
    const updates =
      customer === undefined
        ? await journal.entriesAfter(reached, BATCH)
        : await journal.updatesAfter(customer, reached, BATCH);
    const upToLast = updates.filter(({ position }) => position <= last);
    if (upToLast.length > 0) yield upToLast;
    const end = upToLast.at(-1);
    if (end === undefined || updates.length < BATCH || upToLast.length < updates.length) return;
    reached = customer === undefined ? end.position : end.revision;
  }
}

/** Who acknowledged updates that waited for a person. The schema of an earlier release has none. */
async function statesOf(journal: Journal, updates: readonly KycUpdate[]): Promise<ReadonlyMap<number, FlagState>> {
  if ((await journal.checks.flagRows(0, 1)).value === null) return new Map();
  return journal.attention.states(updates.map(({ position }) => position));
}

function rowOf(update: KycUpdate, flagState: FlagState | null) {
  const { digest, receivedAt, recordedAt = receivedAt, previousStatus, possiblyLate = false, ...said } = update;
  const confirmedBy = confirmationOf(update);
  const acknowledgedBy = flagState?.acknowledgement ?? null;
  return {
    ...said,
    previousStatus: previousStatus ?? null,
    reversal: isReversal(update),
    inDoubt: isInDoubt(update),
    possiblyLate,
    confirmedBy: confirmedBy && { ...confirmedBy, at: new Date(confirmedBy.at).toISOString() },
    acknowledgedBy: acknowledgedBy && { ...acknowledgedBy, at: new Date(acknowledgedBy.at).toISOString() },
    receivedAt: new Date(receivedAt).toISOString(),
    recordedAt: new Date(recordedAt).toISOString(),
    digest: Buffer.from(digest).toString('hex'),
  };
}

const COLUMNS = [
  'position',
  'customerId',
  'revision',
  'status',
  'processingStatus',
  'missingDocuments',
  'rejectLabels',
  'endUserMessage',
  'previousStatus',
  'reversal',
  'verified',
  'inDoubt',
  'confirmed',
  'confirmedBy',
  'possiblyLate',
  'acknowledgedBy',
  'repeatsRevision',
  'source',
  'receivedAt',
  'recordedAt',
  'extra',
  'digest',
] as const satisfies readonly (keyof Row)[];

type Row = ReturnType<typeof rowOf>;

function jsonLine(row: Row): string {
  return `${JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, row[column]])))}\n`;
}

function csvLine(row: Row): string {
  return `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`;
}

async function write(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
