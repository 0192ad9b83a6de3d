/** The audit log: what people who signed in did, and whose data they opened. For `kyc:admin`. */
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import type { Api } from './api.ts';
import { AuditExport } from './audit-export.tsx';
import {
  type AuditEntryFragment,
  AuditLogDocument,
  type KycAuditLogFilter,
  type KycAuditOutcome,
} from './generated/operations.ts';
import { Moment } from './moment.tsx';
import { Panel } from './panel.tsx';
import { linkTo } from './route.ts';
import { Id, Shown } from './text.tsx';

const PAGE = 50;
/** The customers of one entry that are shown at first. */
const SHOWN = 12;

const OUTCOMES: Readonly<Record<KycAuditOutcome, string>> = {
  DONE: 'Done',
  FAILED: 'Refused or failed',
  UNKNOWN: 'Outcome unknown',
};

interface Loaded {
  readonly entries: readonly AuditEntryFragment[];
  readonly endCursor: string | null;
  readonly hasMore: boolean;
}

/** The entries that a filter selects. What is read for an earlier filter is dropped. */
function useAuditLog(api: Api, filter: KycAuditLogFilter) {
  const [read, setRead] = useState<Loaded | null>(null);
  const [error, setError] = useState<string | null>(null);
  const latest = useRef(0);
  const load = useCallback(
    async (before: Loaded | null): Promise<void> => {
      const reading = ++latest.current;
      setError(null);
      try {
        const after = before?.endCursor ?? null;
        const { kycAuditLog: page } = await api.ask(AuditLogDocument, { filter, first: PAGE, after });
        if (reading !== latest.current) return;
        const { endCursor, hasNextPage: hasMore } = page.pageInfo;
        setRead({ entries: [...(before?.entries ?? []), ...page.nodes], endCursor, hasMore });
      } catch (failure) {
        if (reading === latest.current) setError(failure instanceof Error ? failure.message : String(failure));
      }
    },
    [api, filter],
  );
  useEffect(() => void load(null), [load]);
  return { read, error, more: () => load(read), again: () => load(null) };
}

export function AuditLog({ api }: { api: Api }) {
  const [filter, setFilter] = useState<KycAuditLogFilter>({});
  const { read, error, more, again } = useAuditLog(api, filter);
  return (
    <Panel
      heading="Audit log"
      controls={
        <>
          <button type="button" onClick={() => void again()}>
            Refresh
          </button>
          <AuditExport api={api} filter={filter} />
        </>
      }
      above={<AuditFilter apply={setFilter} />}
      list="Entries of the audit log"
      error={error}
    >
      <ol className="dead-letters">
        {read?.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {read?.entries.length === 0 && (
        <p className="empty">No entries. What people who sign in with your provider do is recorded here.</p>
      )}
      {read?.hasMore && (
        <button type="button" className="more plain" onClick={() => void more()}>
          Show more
        </button>
      )}
    </Panel>
  );
}

function AuditFilter({ apply }: { apply: (filter: KycAuditLogFilter) => void }) {
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string | null => String(form.get(name) ?? '').trim() || null;
    const day = (name: string, daysLater: number): string | null => {
      const date = new Date(`${text(name) ?? ''}T00:00:00`);
      date.setDate(date.getDate() + daysLater);
      return Number.isNaN(date.getTime()) ? null : date.toISOString();
    };
    apply({ name: text('name'), customerId: text('customer'), from: day('from', 0), to: day('to', 1) });
  };
  return (
    <form className="filters audit-filter" aria-label="Filter" onSubmit={submit} onReset={() => apply({})}>
      <label>
        Person <input name="name" autoComplete="off" spellCheck={false} maxLength={255} />
      </label>
      <label>
        Customer ID <input name="customer" autoComplete="off" spellCheck={false} maxLength={256} />
      </label>
      <label>
        From <input name="from" type="date" />
      </label>
      <label>
        To <input name="to" type="date" />
      </label>
      <button type="submit">Filter</button>
      <button type="reset" className="plain">
        Clear
      </button>
    </form>
  );
}

function Entry({ entry }: { entry: AuditEntryFragment }) {
  const { person, at, operation, fields, outcome, codes, requestId } = entry;
  const who = `${person.subject}${person.issuer === null ? '' : ` at ${person.issuer}`}`;
  return (
    <li className="dead-letter" data-outcome={outcome}>
      <p className="what">
        <b title={who}>
          <Shown text={person.name} />
        </b>
        <span>
          {operation.toLowerCase()} <code>{fields.join(', ')}</code>
        </span>
        <Moment iso={at} />
      </p>
      <Customers entry={entry} />
      {outcome !== 'DONE' && (
        <p className="problems">
          {OUTCOMES[outcome]}
          {codes.length > 0 && `: ${codes.join(', ')}`}
        </p>
      )}
      {requestId !== null && <p className="quiet small">Request {requestId}</p>}
    </li>
  );
}

function Customers({ entry: { customerIds, erasedCustomers } }: { entry: AuditEntryFragment }) {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? customerIds : customerIds.slice(0, SHOWN);
  if (customerIds.length + erasedCustomers.length === 0) return null;
  return (
    <p className="audit-customers">
      {shown.map((customerId) => (
        <a key={customerId} className="link" href={linkTo({ customerId })}>
          <Id text={customerId} />
        </a>
      ))}
      {erasedCustomers.map((erased) => (
        <span key={erased} className="quiet" title="This customer was erased since">
          {erased}
        </span>
      ))}
      {shown.length < customerIds.length && (
        <button type="button" className="inline" onClick={() => setOpen(true)}>
          and {(customerIds.length - shown.length).toLocaleString()} more
        </button>
      )}
    </p>
  );
}
