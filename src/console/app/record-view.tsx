/** One customer's record as a page: complete, to print, to save as PDF, or as a file. */
import { useEffect, useState } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { Confirmation } from './confirmation.tsx';
import { csvOf, download, jsonOf } from './export-file.ts';
import { moment, STATUS_NAMES } from './labels.ts';
import { Status } from './marks.tsx';
import { NotFound } from './not-found.tsx';
import { firstHalf } from './pending.tsx';
import { type CustomerRecord, readRecord } from './record.ts';
import { RecordEntry } from './record-entry.tsx';
import { People } from './record-people.tsx';
import { linkTo } from './route.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';
import { Id, Shown, warningOf } from './text.tsx';

type Read = CustomerRecord | 'absent' | { readonly error: string } | { readonly progress: number };

export function RecordView({ api, customerId }: { api: Api; customerId: string }) {
  const { mayAdmin } = useStore(session);
  const [read, setRead] = useState<Read>({ progress: 0 });
  useEffect(() => {
    let isCurrent = true;
    const show = (next: Read): void => {
      if (isCurrent) setRead(next);
    };
    readRecord(api, customerId, mayAdmin, (progress) => show({ progress })).then(
      (record) => show(record ?? 'absent'),
      (error: unknown) => show({ error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, customerId, mayAdmin]);
  if (read === 'absent') return <NotFound api={api} customerId={customerId} />;
  if ('progress' in read) {
    return (
      <p className="empty" role="status">
        Reading the record{read.progress > 0 ? `: ${counted(read.progress, 'update')}` : ''}
      </p>
    );
  }
  if ('error' in read) {
    return (
      <p className="notice" role="alert">
        {read.error}
      </p>
    );
  }
  return <Sheet record={read} />;
}

function Sheet({ record }: { record: CustomerRecord }) {
  const { customerId, updates, readAt } = record;
  const name = `kyc-record-${customerId}-${readAt.slice(0, 10)}`;
  const saveJson = (): void => {
    const { updates: _, ...about } = record;
    download(`${name}.json`, 'application/json', jsonOf(about, updates.toReversed(), true));
  };
  const saveCsv = (): void => download(`${name}.csv`, 'text/csv', csvOf(updates.toReversed(), true));
  return (
    <article className="record">
      <p className="record-actions">
        <button type="button" className="primary" onClick={() => window.print()}>
          Print or save as PDF
        </button>
        <button type="button" onClick={saveJson}>
          JSON
        </button>
        <button type="button" onClick={saveCsv}>
          CSV
        </button>
        <a className="button" href={linkTo({ view: 'customers', customerId })}>
          Back
        </a>
      </p>
      <Heading record={record} />
      <h3>Updates, oldest first</h3>
      {!record.isComplete && (
        <p className="notice">
          This page has the latest {updates.length.toLocaleString()} updates.{' '}
          <code>xgateway-kyc export --customer</code> writes all of them.
        </p>
      )}
      <ol>
        {updates.toReversed().map((update) => (
          <RecordEntry key={update.revision} update={update} />
        ))}
      </ol>
      {record.decisions !== null && <People acts={record.decisions} />}
      <Verification record={record} />
    </article>
  );
}

function Heading({ record }: { record: CustomerRecord }) {
  const { who } = useStore(session);
  const { customerId, updates, readAt, server, firstSeenAt, confirmedAt, confirmedBy, pendingDecision } = record;
  const [latest] = updates;
  const warning = warningOf(customerId);
  if (latest === undefined) return null;
  const state = latest.verified ? 'Verified' : latest.inDoubt ? 'Not verified: in doubt' : 'Not verified';
  return (
    <>
      <h2>
        KYC record of <Id text={customerId} />
      </h2>
      {warning !== null && <p className="notice">{warning}</p>}
      <dl>
        <dt>Status</dt>
        <dd>
          <Status status={latest.status} raw={latest.rawStatus} /> ({state})
        </dd>
        <dt>First seen</dt>
        <dd>{exactly(firstSeenAt)}</dd>
        <dt>Last update</dt>
        <dd>
          {exactly(latest.receivedAt)}, revision {latest.revision}
        </dd>
        <dt>Confirmed by</dt>
        <dd>{confirmedBy === null ? 'Nobody' : <Confirmation of={confirmedBy} isWhole />}</dd>
        {pendingDecision !== null && (
          <>
            <dt>Waits for a second person</dt>
            <dd>
              {STATUS_NAMES[pendingDecision.status]}, by <Confirmation of={firstHalf(pendingDecision)} isWhole />
            </dd>
          </>
        )}
        <dt>Last confirmed by XGateway’s API</dt>
        <dd>{confirmedAt === null ? 'Never' : exactly(confirmedAt)}</dd>
        <dt>Read</dt>
        <dd>
          {exactly(readAt)} from {server}
          {who !== null && (
            <>
              {' '}
              by <Shown text={who} />
            </>
          )}
        </dd>
      </dl>
    </>
  );
}

/** The moment in UTC, as it is recorded, and in the reader's own zone. */
function exactly(iso: string): string {
  return `${iso} (${moment(iso)})`;
}

function Verification({ record: { journalHead, updates } }: { record: CustomerRecord }) {
  const last = updates[0]?.journalEntry;
  return (
    <section className="verification">
      <h3>How to verify this record</h3>
      <p>
        Every entry of the journal has a digest: SHA-256 over the digest of the entry before and the SHA-256 of its own
        content. A changed, removed or inserted entry changes every later digest. With access to the journal, this
        checks that it still holds everything up to the last update above, and up to the journal’s head when this record
        was read:
      </p>
      {last != null && <Command head={last} />}
      <Command head={journalHead} />
      <p>
        <code>xgateway-kyc export --customer</code> writes the updates with their digests, to compare with those above.
      </p>
    </section>
  );
}

function Command({ head: { position, digest } }: { head: CustomerRecord['journalHead'] }) {
  return (
    <p>
      <code>
        xgateway-kyc verify --head {position}:{digest}
      </code>
    </p>
  );
}
