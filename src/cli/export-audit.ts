/** `xgateway-kyc export --audit`: what people who signed in did, and whose data they opened. */
import type { AuditLog, AuditPlace, StoredAuditEntry } from '../journal/audit-log.ts';
import { csvCell } from '../text/csv.ts';

const BATCH = 500;

/** Which entries are exported. */
export interface AuditExport {
  readonly customerId: string | undefined;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly format: 'jsonl' | 'csv';
}

const COLUMNS = [
  'at',
  'name',
  'subject',
  'issuer',
  'operation',
  'operationName',
  'fields',
  'customerIds',
  'erasedCustomers',
  'outcome',
  'codes',
  'requestId',
] as const satisfies readonly (keyof ReturnType<typeof rowOf>)[];

/** The lines of an export, the latest entry first, in batches; a heading first for CSV. What is recorded meanwhile is not in it. */
export async function* auditLines(
  auditLog: AuditLog,
  { customerId, from, format }: AuditExport,
): AsyncGenerator<{ readonly text: string; readonly entries: number }> {
  if (format === 'csv') yield { text: `${COLUMNS.join(',')}\r\n`, entries: 0 };
  for (let before: AuditPlace | null = null; ; ) {
    const entries: readonly StoredAuditEntry[] = await auditLog.list({ customerId, from, before, limit: BATCH });
    const text = entries.map((entry) => (format === 'csv' ? csvLine(entry) : jsonLine(entry))).join('');
    yield { text, entries: entries.length };
    const last = entries.at(-1);
    if (last === undefined || entries.length < BATCH) return;
    before = last;
  }
}

function rowOf({ id, key, at, type, codes, erased, ...entry }: StoredAuditEntry) {
  return {
    ...entry,
    at: new Date(at).toISOString(),
    operation: type,
    erasedCustomers: erased,
    outcome: codes === null ? 'unknown' : codes.length === 0 ? 'done' : 'failed',
    codes: codes ?? [],
  };
}

function jsonLine(entry: StoredAuditEntry): string {
  const row = rowOf(entry);
  return `${JSON.stringify(Object.fromEntries(COLUMNS.map((column) => [column, row[column]])))}\n`;
}

function csvLine(entry: StoredAuditEntry): string {
  const row = rowOf(entry);
  return `${COLUMNS.map((column) => csvCell(row[column])).join(',')}\r\n`;
}
