/** One customer: where they stand, and every update with what it changed, newest first. */
import { useEffect, useMemo, useRef } from 'react';
import type { Api } from './api.ts';
import { Copy } from './copy.tsx';
import { More } from './customers-view.tsx';
import { Decisions } from './decisions.tsx';
import { Entry } from './entry.tsx';
import { historyOf } from './history.ts';
import type { Live } from './live.ts';
import { keyOf } from './live-pages.ts';
import { NotFound } from './not-found.tsx';
import { page } from './page.ts';
import { linkTo } from './route.ts';
import { session } from './session.ts';
import { useStore } from './store.ts';
import { Summary } from './summary.tsx';
import { Id, warningOf } from './text.tsx';

export function Timeline({ api, live, customerId }: { api: Api; live: Live; customerId: string }) {
  const history = useMemo(() => historyOf(api, live, customerId), [api, live, customerId]);
  useEffect(() => history.start(), [history]);
  const { rows, about, hasMore, loading, error } = useStore(history.view);
  const { mayAdmin } = useStore(session);
  const [latest] = rows;
  return (
    <section className="panel timeline" aria-busy={loading && rows.length === 0}>
      <Head customerId={customerId} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls and has nothing to focus must be reached by keyboard */}
      <section className="scroll" aria-label="Updates of this customer" tabIndex={0}>
        {error !== null && (
          <p className="notice" role="alert">
            {error}
          </p>
        )}
        {latest !== undefined && about?.kyc != null && (
          <Summary update={latest} firstSeenAt={about.kyc.firstSeenAt} confirmedBy={about.kyc.confirmedBy}>
            {mayAdmin && <Decisions api={api} live={live} update={latest} before={rows[1]} />}
          </Summary>
        )}
        {latest === undefined && !loading && error === null && <NotFound api={api} customerId={customerId} />}
        <ol className="entries">
          {rows.map((update, index) => (
            <Entry
              key={keyOf(update)}
              update={update}
              before={rows[index + 1]}
              after={rows[index - 1]}
              detailsFrom={mayAdmin ? api : null}
            />
          ))}
        </ol>
        {hasMore && <More read={history.more} isReading={loading} />}
      </section>
    </section>
  );
}

/** The ID, what is remarkable about it, and where else the customer is. */
function Head({ customerId }: { customerId: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  const warning = warningOf(customerId);
  const own = page.customerUrl(customerId);
  return (
    <>
      <div className="panel-bar">
        <h2 ref={heading} tabIndex={-1}>
          <Id text={customerId} />
        </h2>
        <a className="button" href={linkTo({ customerId: null })} aria-label="Close the timeline">
          Close
        </a>
      </div>
      <div className="links">
        <Copy text={customerId}>Copy ID</Copy>
        <Copy text={`${location.origin}${location.pathname}#/customers/${encodeURIComponent(customerId)}`}>
          Copy link
        </Copy>
        <a className="button small" href={linkTo({ view: 'record' })}>
          Record
        </a>
        {own !== null && (
          <a className="button small" href={own} target="_blank" rel="noreferrer noopener">
            Open the customer’s page
          </a>
        )}
      </div>
      {warning !== null && (
        <p className="notice" data-kind="doubt">
          {warning}
        </p>
      )}
    </>
  );
}
