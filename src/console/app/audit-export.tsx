/** Exports what the filter of the audit log selects: every entry, up to a limit. */
import { useState } from 'react';
import type { Api } from './api.ts';
import { csvTable, download } from './export-file.ts';
import { type AuditEntryFragment, AuditLogDocument, type KycAuditLogFilter } from './generated/operations.ts';

const PAGE = 200;
/** The most entries of one file; `xgateway-kyc export --audit` has no limit. */
const MOST = 20_000;

const COLUMNS = {
  at: (entry) => entry.at,
  name: ({ person }) => person.name,
  subject: ({ person }) => person.subject,
  issuer: ({ person }) => person.issuer,
  operation: (entry) => entry.operation,
  operationName: (entry) => entry.operationName,
  fields: (entry) => entry.fields,
  customerIds: (entry) => entry.customerIds,
  erasedCustomers: (entry) => entry.erasedCustomers,
  outcome: (entry) => entry.outcome,
  codes: (entry) => entry.codes,
  requestId: (entry) => entry.requestId,
} as const satisfies Readonly<Record<string, (entry: AuditEntryFragment) => unknown>>;

async function read(api: Api, filter: KycAuditLogFilter): Promise<readonly AuditEntryFragment[]> {
  const entries: AuditEntryFragment[] = [];
  for (let after: string | null = null; entries.length < MOST; ) {
    const { kycAuditLog: page }: { readonly kycAuditLog: AuditPage } = await api.ask(AuditLogDocument, {
      filter,
      first: PAGE,
      after,
    });
    entries.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) break;
    after = page.pageInfo.endCursor;
  }
  return entries;
}

interface AuditPage {
  readonly nodes: readonly AuditEntryFragment[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Entries as CSV, with a line of names first. */
export function auditCsv(entries: readonly AuditEntryFragment[]): string {
  return csvTable<AuditEntryFragment>(COLUMNS, entries);
}

export function AuditExport({ api, filter }: { api: Api; filter: KycAuditLogFilter }) {
  const [progress, setProgress] = useState<string | null>(null);
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    setProgress('Reading');
    try {
      const readAt = new Date().toISOString();
      const entries = await read(api, filter);
      const name = `kyc-audit-${readAt.slice(0, 19)}.${format}`;
      const isComplete = entries.length < MOST;
      if (format === 'csv') download(name, 'text/csv', auditCsv(entries));
      else download(name, 'application/json', `${JSON.stringify({ readAt, filter, isComplete, entries }, null, 2)}\n`);
      const saved = `${entries.length.toLocaleString()} entries`;
      setProgress(isComplete ? `Saved ${saved}` : `Saved the latest ${saved}: set a date for others`);
    } catch (failure) {
      setProgress(failure instanceof Error ? failure.message : String(failure));
    }
  };
  const isBusy = progress === 'Reading';
  return (
    <span className="export">
      <span role="status" className="quiet small">
        {progress}
      </span>
      <button
        type="button"
        className="plain"
        disabled={isBusy}
        onClick={() => void save('csv')}
        aria-label="Export as CSV"
      >
        CSV
      </button>
      <button
        type="button"
        className="plain"
        disabled={isBusy}
        onClick={() => void save('json')}
        aria-label="Export as JSON"
      >
        JSON
      </button>
    </span>
  );
}
