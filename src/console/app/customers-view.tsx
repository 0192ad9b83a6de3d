/** The live list of customers: status, what they wait for, age. */

import { memo, useEffect, useMemo, useRef } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { customersIn } from './customers.ts';
import { formatFilter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import type { UpdateFragment } from './generated/operations.ts';
import { useInteractionLock } from './interaction-lock.ts';
import { waitsFor } from './labels.ts';
import type { Live } from './live.ts';
import { MOST_ROWS } from './live-pages.ts';
import { Marks, Status } from './marks.tsx';
import { Age } from './moment.tsx';
import { linkTo, route } from './route.ts';
import { useStore } from './store.ts';
import { Id, Shown } from './text.tsx';

export function CustomersView({ api, live }: { api: Api; live: Live }) {
  const { filter } = useStore(route);
  const key = formatFilter(filter);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list changes with the text of the filter only
  const customers = useMemo(() => customersIn(api, live, filter), [api, live, key]);
  useEffect(() => customers.start(), [customers]);
  const { rows, hasMore, heldBack, loading, error } = useStore(customers.view);
  const list = useRef<HTMLDivElement>(null);
  useInteractionLock(list, customers.hold);
  const showNewer = (): void => {
    list.current?.scrollTo({ top: 0 });
    void customers.reload();
  };

  return (
    <section aria-label="Customers" className="panel">
      <FilterBar api={api} ofUpdates={false} />
      <div className="panel-head" aria-hidden="true">
        <span>Status</span>
        <span>Customer</span>
        <span>Waits for</span>
        <span>Age</span>
      </div>
      {heldBack > 0 && (
        <button type="button" className="newer" onClick={showNewer}>
          {counted(heldBack, 'new change')}. Show
        </button>
      )}
      <div className="scroll" ref={list}>
        <ol className="customers">
          {rows.map((row) => (
            <CustomerRow key={row.customerId} update={row} />
          ))}
        </ol>
        {error !== null && (
          <p className="notice" role="alert">
            {error}{' '}
            <button type="button" onClick={() => void customers.reload()}>
              Try again
            </button>
          </p>
        )}
        {rows.length === 0 && !loading && error === null && (
          <p className="empty">{key === '' ? 'No callbacks received yet.' : 'No customers match.'}</p>
        )}
        {rows.length >= MOST_ROWS ? (
          <p className="empty">Showing the latest {rows.length.toLocaleString()}. Filter, or search by ID.</p>
        ) : (
          hasMore && <More read={customers.more} isReading={loading} />
        )}
      </div>
    </section>
  );
}

/** Loads the next page when it is scrolled near, or when clicked. */
export function More({ read, isReading }: { read: () => Promise<void>; isReading: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const near = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true && !isReading) void read();
    });
    if (button.current !== null) near.observe(button.current);
    return () => near.disconnect();
  }, [read, isReading]);
  return (
    <button type="button" className="more plain" ref={button} onClick={() => void read()}>
      {isReading ? 'Loading' : 'Show more'}
    </button>
  );
}

const CustomerRow = memo(function CustomerRow({ update }: { update: UpdateFragment }) {
  const { customerId } = useStore(route);
  const waiting = waitsFor(update);
  return (
    <li>
      <a
        href={linkTo({ customerId: update.customerId })}
        aria-current={customerId === update.customerId ? 'true' : undefined}
        className="row"
      >
        <span className="flash" key={update.revision} aria-hidden="true" />
        <Status status={update.status} raw={update.rawStatus} />
        <Id text={update.customerId} />
        <span className="waits">
          <Marks update={update} />
          {waiting.who !== 'Nobody' && <b>{waiting.who}: </b>}
          <Shown text={waiting.what.slice(0, 200)} />
        </span>
        <Age iso={update.receivedAt} />
      </a>
    </li>
  );
});
