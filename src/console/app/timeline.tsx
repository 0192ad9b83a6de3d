/** One customer: where they stand, and every update with what it changed, newest first. */
import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { Api } from './api.ts';
import { Age, More } from './customers-view.tsx';
import type { ConfirmationFragment, UpdateFragment } from './generated/operations.ts';
import { historyOf } from './history.ts';
import { type Change, changesOf, confirmerOf, moment, readable, SOURCE_NAMES, waitsFor } from './labels.ts';
import type { Live } from './live.ts';
import { keyOf } from './live-pages.ts';
import { Glyph, Marks, Status } from './marks.tsx';
import { NotFound } from './not-found.tsx';
import { linkTo } from './route.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';
import { Id } from './text.tsx';
import { Verdict } from './verdict.tsx';

export function Timeline({ api, live, customerId }: { api: Api; live: Live; customerId: string }) {
  const history = useMemo(() => historyOf(api, live, customerId), [api, live, customerId]);
  useEffect(() => history.start(), [history]);
  const { rows, about, hasMore, loading, error } = useStore(history.view);
  const { mayAdmin } = useStore(session);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const [latest] = rows;
  return (
    <section className="panel timeline" aria-busy={loading && rows.length === 0}>
      <div className="panel-bar">
        <h2 ref={heading} tabIndex={-1}>
          <Id text={customerId} />
        </h2>
        <a className="button" href={linkTo({ customerId: null })} aria-label="Close the timeline">
          Close
        </a>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and has nothing to focus must be reached by keyboard */}
      <section className="scroll" aria-label="Updates of this customer" tabIndex={0}>
        {error !== null && (
          <p className="notice" role="alert">
            {error}
          </p>
        )}
        {latest !== undefined && about?.kyc != null && (
          <Summary update={latest} firstSeenAt={about.kyc.firstSeenAt} confirmedBy={about.kyc.confirmedBy}>
            {mayAdmin && <Verdict api={api} update={latest} onRefreshed={history.reload} />}
          </Summary>
        )}
        {latest === undefined && !loading && error === null && <NotFound api={api} customerId={customerId} />}
        <ol className="entries">
          {rows.map((update, index) => (
            <Entry key={keyOf(update)} update={update} before={rows[index + 1]} />
          ))}
        </ol>
        {hasMore && <More read={history.more} isReading={loading} />}
      </section>
    </section>
  );
}

interface SummaryProps {
  readonly update: UpdateFragment;
  readonly firstSeenAt: string;
  readonly confirmedBy: ConfirmationFragment | null;
  readonly children: ReactNode;
}

function Summary({ update, firstSeenAt, confirmedBy, children }: SummaryProps) {
  const waiting = waitsFor(update);
  return (
    <div className="summary">
      <p className="now">
        <Status status={update.status} raw={update.rawStatus} />
        <Marks update={update} />
      </p>
      {update.reversal && (
        <p className="notice" data-kind="reversal">
          This customer was approved and no longer is. Stop everything that relies on the approval.
        </p>
      )}
      {update.inDoubt && (
        <p className="notice" data-kind="doubt">
          {doubtOf(update)}
        </p>
      )}
      {update.possiblyLate && (
        <p className="notice">
          This callback was probably delayed: the customer may have progressed further. Check with XGateway.
        </p>
      )}
      <dl>
        <dt>Waits for</dt>
        <dd>
          {waiting.who === 'Nobody' ? 'Nobody' : waiting.who} <span className="quiet">{waiting.what}</span>
        </dd>
        <dt>In this state for</dt>
        <dd>
          <Age iso={update.receivedAt} />
        </dd>
        <dt>First seen</dt>
        <dd>{moment(firstSeenAt)}</dd>
        <dt>Confirmed by</dt>
        <dd>{confirmedBy === null ? <span className="quiet">Nobody</span> : <Confirmation of={confirmedBy} />}</dd>
      </dl>
      {children}
    </div>
  );
}

/** Why an approval is in doubt. */
function doubtOf({ source, repeatsRevision }: UpdateFragment): string {
  if (source === 'API') return 'XGateway’s API denies this approval. Don’t rely on it until it is confirmed.';
  if (repeatsRevision === null) return 'Approved, but not confirmed yet. Don’t rely on it until it is.';
  return `Approved again, with exactly the content of revision ${repeatsRevision}: it may be a delayed retry. Don’t rely on it until it is confirmed.`;
}

/** Who confirmed, when, and why. */
function Confirmation({ of }: { of: ConfirmationFragment }) {
  return (
    <>
      {confirmerOf(of)} <span className="quiet">{moment(of.at)}</span>
      {of.reason !== null && <> {of.reason}</>}
      {of.evidenceUrl !== null && (
        <>
          {' '}
          <a href={of.evidenceUrl} target="_blank" rel="noreferrer noopener">
            Evidence
          </a>
        </>
      )}
    </>
  );
}

/** An update in the timeline. `before` is the one that it changed; undefined when that was not read, or there was none. */
function Entry({ update, before }: { update: UpdateFragment; before: UpdateFragment | undefined }) {
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
          <time dateTime={update.receivedAt}>{moment(update.receivedAt)}</time>
          <span>{SOURCE_NAMES[update.source]}</span>
          <span>
            {update.confirmedBy === null ? 'Not confirmed' : `Confirmed by ${confirmerOf(update.confirmedBy)}`}
          </span>
          {update.possiblyLate && <span>Possibly late</span>}
        </p>
        {update.reversal && <p className="remark">The approval was revoked.</p>}
        {update.repeatsRevision !== null && (
          <p className="remark">
            Identical to revision {update.repeatsRevision}
            {update.inDoubt ? ', so it is waiting for a confirmation.' : '.'}
          </p>
        )}
        {changes.map((change) => (
          <ChangeLine key={change.what} change={change} />
        ))}
      </div>
    </li>
  );
}

function ChangeLine({ change: { what, gone, came } }: { change: Change }) {
  return (
    <p className="diff">
      <span className="quiet">{what}</span>
      {gone.map((item) => (
        <del key={item} title={readable(item)}>
          {item}
        </del>
      ))}
      {came.map((item) => (
        <ins key={item} title={readable(item)}>
          {item}
        </ins>
      ))}
    </p>
  );
}
