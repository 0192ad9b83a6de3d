/** Updates as files: JSON and CSV. */
import { csvCell } from '../../text/csv.ts';
import type { RecordUpdateFragment, UpdateFragment } from './generated/operations.ts';

type Exported = UpdateFragment & Partial<RecordUpdateFragment>;

/** The columns of a CSV file, and the fields of a JSON one. */
const COLUMNS = {
  customerId: (update) => update.customerId,
  revision: (update) => update.revision,
  status: (update) => update.status,
  rawStatus: (update) => update.rawStatus,
  previousStatus: (update) => update.previousStatus,
  verified: (update) => update.verified,
  inDoubt: (update) => update.inDoubt,
  reversal: (update) => update.reversal,
  possiblyLate: (update) => update.possiblyLate,
  repeatsRevision: (update) => update.repeatsRevision,
  source: (update) => update.source,
  receivedAt: (update) => update.receivedAt,
  processingStatus: (update) => update.processingStatus,
  missingDocuments: (update) => update.missingDocuments.map(({ type }) => type),
  rejectLabels: (update) => update.rejectLabels,
  endUserMessage: (update) => update.endUserMessage,
  confirmedBy: (update) => update.confirmedBy,
} as const satisfies Readonly<Record<string, (update: Exported) => unknown>>;

/** What only a customer's record has. */
const RECORD_COLUMNS = {
  ...COLUMNS,
  doubtReason: (update) => update.doubtReason ?? null,
  needsAcknowledgement: (update) => update.needsAcknowledgement ?? false,
  acknowledgedBy: (update) => update.acknowledgedBy ?? null,
  requestId: (update) => update.requestId ?? null,
  extra: (update) => update.extra ?? null,
  journalPosition: (update) => update.journalEntry?.position ?? null,
  journalDigest: (update) => update.journalEntry?.digest ?? null,
} as const satisfies Readonly<Record<string, (update: Exported) => unknown>>;

type Columns<Item> = Readonly<Record<string, (item: Item) => unknown>>;

/** Items as CSV, with a line of the columns' names first. */
export function csvTable<Item>(columns: Columns<Item>, items: readonly Item[]): string {
  const lines = items.map((item) => Object.values(columns).map((read) => csvCell(read(item) ?? null)));
  return [Object.keys(columns), ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** Updates as CSV. */
export function csvOf(updates: readonly Exported[], isRecord: boolean): string {
  return csvTable<Exported>(isRecord ? RECORD_COLUMNS : COLUMNS, updates);
}

/** Updates as JSON, with what is to be said `about` them. */
export function jsonOf(about: object, updates: readonly Exported[], isRecord: boolean): string {
  const columns: Columns<Exported> = isRecord ? RECORD_COLUMNS : COLUMNS;
  const rows = updates.map((update) =>
    Object.fromEntries(Object.entries(columns).map(([name, read]) => [name, read(update) ?? null])),
  );
  return `${JSON.stringify({ ...about, updates: rows }, null, 2)}\n`;
}

/** Offers a file to the person as a download. */
export function download(name: string, type: 'application/json' | 'text/csv', content: string): void {
  // Spreadsheets take a CSV file without the mark for one in the encoding of the machine.
  const parts = type === 'text/csv' ? ['\ufeff', content] : [content];
  const url = URL.createObjectURL(new Blob(parts, { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name.replace(/[^\w.-]/g, '_').slice(0, 120);
  link.click();
  // The browser has taken the content by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
