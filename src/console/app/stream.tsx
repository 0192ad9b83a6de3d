/** Updates of all customers, newest first, with the stream's on top and a pause button. */
import { memo, useEffect, useMemo, useRef, useState } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { More } from './customers-view.tsx';
import { type Filter, formatFilter, NO_FILTER } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import type { UpdateFragment } from './generated/operations.ts';
import { useInteractionLock } from './interaction-lock.ts';
import { moment, SOURCE_NAMES } from './labels.ts';
import type { Live } from './live.ts';
import { keyOf, type LivePages, type PagesView } from './live-pages.ts';
import { Marks, Status } from './marks.tsx';
import { Age } from './moment.tsx';
import { linkTo, route } from './route.ts';
import { useStore } from './store.ts';
import { Id } from './text.tsx';
import { MOST_UPDATES, type Search, updatesIn } from './updates.ts';

/** The updates beside the list of customers: all of them, or the reversals. */
export function Stream({ api, live }: { api: Api; live: Live }) {
  const [onlyReversals, setOnlyReversals] = useState(false);
  const filter = useMemo(() => ({ ...NO_FILTER, reversal: onlyReversals || null }), [onlyReversals]);
  return (
    <UpdatesPanel api={api} live={live} filter={filter}>
      <button type="button" aria-pressed={onlyReversals} onClick={() => setOnlyReversals(!onlyReversals)}>
        Reversals
      </button>
    </UpdatesPanel>
  );
}

/** The updates as a view of their own, restricted by the filter in the address. */
export function UpdatesView({ api, live }: { api: Api; live: Live }) {
  const { filter } = useStore(route);
  return <UpdatesPanel api={api} live={live} filter={filter} hasFilters />;
}

interface UpdatesPanelProps {
  readonly api: Api;
  readonly live: Live;
  readonly filter: Filter;
  readonly hasFilters?: boolean;
  readonly children?: React.ReactNode;
}

function UpdatesPanel({ api, live, filter, hasFilters = false, children }: UpdatesPanelProps) {
  const key = formatFilter(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list changes with the text of the filter only
  const updates = useMemo(() => updatesIn(api, live, filter), [api, live, key]);
  useEffect(() => updates.start(), [updates]);
  const view = useStore(updates.view);
  const [isPaused, setPaused] = useState(false);
  const [isLocked, setLocked] = useState(false);
  useEffect(() => updates.hold(isPaused || isLocked), [updates, isPaused, isLocked]);
  const list = useRef<HTMLElement>(null);
  useInteractionLock(list, setLocked);
  const showNewer = (): void => {
    list.current?.scrollTo({ top: 0 });
    void updates.reload();
  };
  return (
    <section aria-label="Updates" className="panel stream">
      <div className="panel-bar">
        <h2>Updates</h2>
        {children}
        <button type="button" aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>
          {isPaused ? `Resume${view.heldBack > 0 ? ` (${view.heldBack} new)` : ''}` : 'Pause'}
        </button>
      </div>
      {hasFilters && <FilterBar api={api} ofUpdates />}
      {view.heldBack > 0 && !isPaused && (
        <button type="button" className="newer" onClick={showNewer}>
          {counted(view.heldBack, 'new update')}. Show
        </button>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <section className="scroll" aria-label="List of updates" ref={list} tabIndex={0}>
        <ol className="updates">
          {view.rows.map((update) => (
            <StreamRow key={keyOf(update)} update={update} />
          ))}
        </ol>
        <End view={view} updates={updates} isRestricted={key !== ''} />
      </section>
    </section>
  );
}

interface EndProps {
  readonly view: PagesView<Search>;
  readonly updates: LivePages<Search>;
  readonly isRestricted: boolean;
}

/** What stands below the last row: why there is none, how far was searched, or the next page. */
function End({ view: { rows, about, hasMore, loading, error }, updates, isRestricted }: EndProps) {
  if (error !== null) {
    return (
      <p className="notice" role="alert">
        {error}{' '}
        <button type="button" onClick={() => void updates.reload()}>
          Try again
        </button>
      </p>
    );
  }
  if (rows.length >= MOST_UPDATES) {
    return <p className="empty">Showing the latest {rows.length.toLocaleString()}. Set a date to see older ones.</p>;
  }
  if (hasMore) {
    return (
      <>
        {about?.reachedAt != null && (
          <p className="quiet small searched" role="status">
            Searched back to {moment(about.reachedAt)}.
          </p>
        )}
        <More read={updates.more} isReading={loading} />
      </>
    );
  }
  if (loading) return <p className="empty">Loading</p>;
  if (rows.length > 0) return <p className="empty small">These are all.</p>;
  return (
    <p className="empty">
      {isRestricted ? 'No updates match. The whole journal was searched.' : 'No updates have been recorded yet.'}
    </p>
  );
}

const StreamRow = memo(function StreamRow({ update }: { update: UpdateFragment }) {
  return (
    <li>
      <a href={linkTo({ customerId: update.customerId })} className="stream-row" data-reversal={update.reversal}>
        <span className="flash" aria-hidden="true" />
        <Id text={update.customerId} />
        <Age iso={update.receivedAt} />
        <span className="change">
          {update.previousStatus !== null && update.previousStatus !== update.status && (
            <>
              <Status status={update.previousStatus} />
              <span className="arrow" role="img" aria-label="to">
                →
              </span>
            </>
          )}
          <Status status={update.status} raw={update.rawStatus} />
          <Marks update={update} />
          {update.source !== 'CALLBACK' && <span className="mark">{SOURCE_NAMES[update.source]}</span>}
        </span>
      </a>
    </li>
  );
});
