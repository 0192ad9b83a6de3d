/** Exports what a list's filters select: every row of it, up to a limit, and not only those on the page. */
import type { Api } from './api.ts';
import { ExportButtons, type ExportPage } from './export-buttons.tsx';
import { csvOf, download, jsonOf } from './export-file.ts';
import { customerFilterOf, type Filter, formatFilter, updateFilterOf } from './filter.ts';
import { CustomersDocument, type UpdateFragment, UpdatePageDocument } from './generated/operations.ts';

const PAGE = 200;

type Page = ExportPage<UpdateFragment>;

async function readUpdates(api: Api, filter: Filter, before: string | null): Promise<Page> {
  const { kycUpdates } = await api.ask(UpdatePageDocument, { filter: updateFilterOf(filter), last: PAGE, before });
  const { hasPreviousPage, startCursor } = kycUpdates.pageInfo;
  return { rows: kycUpdates.nodes.toReversed(), next: hasPreviousPage ? startCursor : null };
}

async function readCustomers(api: Api, filter: Filter, after: string | null): Promise<Page> {
  const { kycCustomers } = await api.ask(CustomersDocument, { filter: customerFilterOf(filter), first: PAGE, after });
  const { hasNextPage, endCursor } = kycCustomers.pageInfo;
  return { rows: kycCustomers.nodes.map(({ latestUpdate }) => latestUpdate), next: hasNextPage ? endCursor : null };
}

interface ExportListProps {
  readonly api: Api;
  readonly filter: Filter;
  readonly ofUpdates: boolean;
}

export function ExportList({ api, filter, ofUpdates }: ExportListProps) {
  const read = ofUpdates ? readUpdates : readCustomers;
  return (
    <ExportButtons
      rowsName="rows"
      read={(after) => read(api, filter, after)}
      save={(format, { readAt, rows, isComplete }) => {
        const name = `kyc-${ofUpdates ? 'updates' : 'customers'}-${readAt.slice(0, 19)}.${format}`;
        const about = { readAt, filter: formatFilter(filter), isComplete };
        if (format === 'csv') download(name, 'text/csv', csvOf(rows, false));
        else download(name, 'application/json', jsonOf(about, rows, false));
      }}
    />
  );
}
