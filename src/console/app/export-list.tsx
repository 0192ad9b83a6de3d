/** Exports what a list's filters select: every row of it, up to a limit, and not only those on the page. */
import { useRef, useState } from 'react';
import type { Api } from './api.ts';
import { csvOf, download, jsonOf } from './export-file.ts';
import { customerFilterOf, type Filter, formatFilter, updateFilterOf } from './filter.ts';
import { CustomersDocument, type UpdateFragment, UpdatePageDocument } from './generated/operations.ts';

const PAGE = 200;
/** The most rows of one file. */
const MOST = 20_000;

interface Page {
  readonly rows: readonly UpdateFragment[];
  /** Where the next page starts; null: there is none. */
  readonly next: string | null;
}

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
  const [progress, setProgress] = useState<string | null>(null);
  const isStopped = useRef(false);
  const save = async (format: 'csv' | 'json'): Promise<void> => {
    isStopped.current = false;
    const readAt = new Date().toISOString();
    const rows: UpdateFragment[] = [];
    const read = ofUpdates ? readUpdates : readCustomers;
    setProgress('Reading');
    for (let next: string | null = null; ; ) {
      const page: Page = await read(api, filter, next);
      if (isStopped.current) return setProgress(null);
      rows.push(...page.rows);
      setProgress(`Reading: ${rows.length.toLocaleString()}`);
      next = page.next;
      if (next === null || rows.length >= MOST) break;
    }
    const isComplete = rows.length < MOST;
    const about = { readAt, filter: formatFilter(filter), isComplete };
    const name = `kyc-${ofUpdates ? 'updates' : 'customers'}-${readAt.slice(0, 19)}.${format}`;
    if (format === 'csv') download(name, 'text/csv', csvOf(rows, false));
    else download(name, 'application/json', jsonOf(about, rows, false));
    setProgress(
      isComplete
        ? `Saved ${rows.length.toLocaleString()} rows`
        : `Saved the first ${rows.length.toLocaleString()} rows: set a date for others`,
    );
  };
  const start = (format: 'csv' | 'json') => () => {
    save(format).catch((error: unknown) => setProgress(error instanceof Error ? error.message : String(error)));
  };
  const isBusy = progress?.startsWith('Reading') === true;
  return (
    <span className="export">
      <span role="status" className="quiet small">
        {progress}
      </span>
      {isBusy ? (
        <button
          type="button"
          onClick={() => {
            isStopped.current = true;
          }}
        >
          Stop
        </button>
      ) : (
        <>
          <button type="button" className="plain" onClick={start('csv')} aria-label="Export as CSV">
            CSV
          </button>
          <button type="button" className="plain" onClick={start('json')} aria-label="Export as JSON">
            JSON
          </button>
        </>
      )}
    </span>
  );
}
