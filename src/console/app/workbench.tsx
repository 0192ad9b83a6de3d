/** What is open: a list on the left, and on the right one customer's timeline, or the stream. */
import { useEffect } from 'react';
import type { Api } from './api.ts';
import { Counts } from './counts.tsx';
import { CustomersView } from './customers-view.tsx';
import { DeadLetters } from './dead-letters.tsx';
import type { Live } from './live.ts';
import { goTo, route } from './route.ts';
import { useStore } from './store.ts';
import { Stream } from './stream.tsx';
import { Timeline } from './timeline.tsx';

export function Workbench({ api, live }: { api: Api; live: Live }) {
  const { view, customerId } = useStore(route);
  useEffect(() => {
    const close = (event: KeyboardEvent): void => {
      const isElsewhere = event.target instanceof HTMLElement && event.target.closest('input, dialog') !== null;
      if (event.key === 'Escape' && !isElsewhere && route.get().customerId !== null) goTo({ customerId: null });
    };
    addEventListener('keydown', close);
    return () => removeEventListener('keydown', close);
  }, []);
  return (
    <main className="workbench" data-customer={customerId !== null} data-view={view}>
      {view === 'customers' && <Counts api={api} live={live} />}
      <div className="list">
        {view === 'customers' && <CustomersView api={api} live={live} />}
        {view === 'updates' && <Stream live={live} />}
        {view === 'dead-letters' && <DeadLetters api={api} />}
      </div>
      {customerId !== null ? (
        <section className="beside" aria-label="Customer">
          <Timeline api={api} live={live} customerId={customerId} key={customerId} />
        </section>
      ) : (
        view === 'customers' && (
          <div className="beside" data-optional="true">
            <Stream live={live} />
          </div>
        )
      )}
    </main>
  );
}
