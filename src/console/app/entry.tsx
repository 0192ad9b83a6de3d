/** An update in a customer's timeline. */
import { useState } from 'react';
import type { Api } from './api.ts';
import { Confirmation } from './confirmation.tsx';
import {
  UpdateDetailsDocument,
  type UpdateDetailsQuery,
  type UpdateFragment,
  type WaitingFragment,
} from './generated/operations.ts';
import { Json } from './json.tsx';
import { type Change, changesOf, readable, SOURCE_NAMES } from './labels.ts';
import { Glyph, Marks, Status } from './marks.tsx';
import { Moment } from './moment.tsx';
import { Long, Shown } from './text.tsx';

interface EntryProps {
  readonly update: UpdateFragment & Partial<WaitingFragment>;
  /** The one that it changed; undefined when that was not read, or there was none. */
  readonly before: UpdateFragment | undefined;
  /** The one that changed it; undefined for the latest. */
  readonly after: UpdateFragment | undefined;
  /** For viewers who may see the fields that this release does not know; null for others. */
  readonly detailsFrom: Api | null;
}

export function Entry({ update, before, after, detailsFrom }: EntryProps) {
  const changes = update.revision === 1 || before !== undefined ? changesOf(update, before) : [];
  const isSameStatus = update.previousStatus === update.status && before?.rawStatus === update.rawStatus;
  return (
    <li className="entry" data-reversal={update.reversal}>
      <Glyph status={update.status} />
      <div>
        <p className="what">
          {isSameStatus ? (
            <span className="quiet">Still </span>
          ) : (
            update.previousStatus !== null && (
              <span className="quiet">
                <Status status={update.previousStatus} raw={before?.rawStatus ?? null} />{' '}
                <span aria-hidden="true">→</span>
                <span className="hidden"> to </span>{' '}
              </span>
            )
          )}
          <Status status={update.status} raw={update.rawStatus} />
          <Marks update={update} />
        </p>
        <p className="meta">
          <span>Revision {update.revision}</span>
          <Moment iso={update.receivedAt} />
          <span>{SOURCE_NAMES[update.source]}</span>
          <span>
            {update.confirmedBy === null ? (
              'Not confirmed'
            ) : (
              <>
                Confirmed by <Confirmation of={update.confirmedBy} />
              </>
            )}
          </span>
          {update.possiblyLate && <span>Possibly late</span>}
        </p>
        {update.acknowledgedBy != null && (
          <p className="meta">
            <span>
              Acknowledged by <Confirmation of={{ source: 'STAFF', ...update.acknowledgedBy }} />
            </span>
          </p>
        )}
        {update.reversal && <p className="remark">The approval was revoked.</p>}
        {update.repeatsRevision !== null && (
          <p className="remark">
            Identical to revision {update.repeatsRevision}
            {update.inDoubt ? ', so it is waiting for a confirmation.' : '.'}
          </p>
        )}
        <Changes changes={changes} />
        {detailsFrom !== null && <Details api={detailsFrom} update={update} after={after} />}
      </div>
    </li>
  );
}

/** What an update changed, a line for each field. */
export function Changes({ changes }: { changes: readonly Change[] }) {
  return changes.map(({ what, gone, came }) => (
    <p key={what} className="diff">
      <span className="quiet">{what}</span>
      {gone.map((item) => (
        <del key={item} title={titleOf(item)}>
          <Long text={item} />
        </del>
      ))}
      {came.map((item) => (
        <ins key={item} title={titleOf(item)}>
          <Long text={item} />
        </ins>
      ))}
    </p>
  ));
}

function titleOf(item: string): string | undefined {
  const words = readable(item);
  return words === item ? undefined : words;
}

type Read = NonNullable<UpdateDetailsQuery['kyc']>['history']['nodes'][number];

/** The fields that this release does not know, and the request: read when they are opened. */
function Details({
  api,
  update: { customerId, revision },
  after,
}: Pick<EntryProps, 'update' | 'after'> & { api: Api }) {
  const [read, setRead] = useState<Read | string | null>(null);
  const load = async (): Promise<void> => {
    const variables = { customerId, after: after?.cursor ?? null };
    const { kyc } = await api.ask(UpdateDetailsDocument, variables);
    const found = kyc?.history.nodes[0];
    // Without `after` the latest is read, and a later one may have been recorded meanwhile.
    setRead(found?.revision === revision ? found : 'A newer update was recorded. Open this again.');
  };
  const open = (isOpen: boolean): void => {
    if (isOpen) load().catch((error: unknown) => setRead(error instanceof Error ? error.message : String(error)));
    else setRead(null);
  };
  return (
    <details onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>Details</summary>
      {typeof read === 'string' && <p role="alert">{read}</p>}
      {read !== null && typeof read !== 'string' && (
        <dl className="details">
          <dt>Request</dt>
          <dd>{read.requestId === null ? 'None' : <Shown text={read.requestId} />}</dd>
          <dt>Other fields</dt>
          <dd>{read.extra === null ? 'None' : <Json value={read.extra} label="Other fields" />}</dd>
        </dl>
      )}
    </details>
  );
}
