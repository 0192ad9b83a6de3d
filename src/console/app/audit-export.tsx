/** Exports what the filter of the audit log selects: every entry, up to a limit. */
import type { Api } from './api.ts';
import { ExportButtons, type ExportPage } from './export-buttons.tsx';
import { csvTable, download } from './export-file.ts';
import { type AuditEntryFragment, AuditLogDocument, type KycAuditLogFilter } from './generated/operations.ts';

const PAGE = 200;

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

async function read(
  api: Api,
  filter: KycAuditLogFilter,
  after: string | null,
): Promise<ExportPage<AuditEntryFragment>> {
  const { kycAuditLog } = await api.ask(AuditLogDocument, { filter, first: PAGE, after });
  const { hasNextPage, endCursor } = kycAuditLog.pageInfo;
  return { rows: kycAuditLog.nodes, next: hasNextPage ? endCursor : null };
}

/** `xgateway-kyc export --audit` has no limit. */
export function AuditExport({ api, filter }: { api: Api; filter: KycAuditLogFilter }) {
  return (
    <ExportButtons
      rowsName="entries"
      read={(after) => read(api, filter, after)}
      save={(format, { readAt, rows: entries, isComplete }) => {
        const name = `kyc-audit-${readAt.slice(0, 19)}.${format}`;
        if (format === 'csv') download(name, 'text/csv', csvTable<AuditEntryFragment>(COLUMNS, entries));
        else
          download(name, 'application/json', `${JSON.stringify({ readAt, filter, isComplete, entries }, null, 2)}\n`);
      }}
    />
  );
}
