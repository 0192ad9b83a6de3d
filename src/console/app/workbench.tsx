/** What is open: a list on the left, and on the right one customer's timeline, or the stream. */
import type { Api } from './api.ts';
import type { Attention } from './attention.ts';
import { AttentionView } from './attention-view.tsx';
import { AuditLog } from './audit-log.tsx';
import { Consumers } from './consumers.tsx';
import { Counts } from './counts.tsx';
import { CustomersView } from './customers-view.tsx';
import { DeadLetters } from './dead-letters.tsx';
import { Keys } from './keys.tsx';
import type { Live } from './live.ts';
import { RecordView } from './record-view.tsx';
import { route } from './route.ts';
import { StatisticsView } from './statistics.tsx';
import { useStore } from './store.ts';
import { Stream, UpdatesView } from './stream.tsx';
import { Timeline } from './timeline.tsx';

interface WorkbenchProps {
  readonly api: Api;
  readonly live: Live;
  readonly attention: Attention;
}

export function Workbench({ api, live, attention }: WorkbenchProps) {
  const { view, customerId } = useStore(route);
  if (view === 'record' && customerId !== null) {
    return (
      <main className="workbench">
        <section className="panel" aria-label="Record">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
          <section className="scroll" aria-label="Record of this customer" tabIndex={0}>
            <RecordView api={api} customerId={customerId} key={customerId} />
          </section>
        </section>
        <Keys />
      </main>
    );
  }
  return (
    <main className="workbench" data-customer={customerId !== null} data-view={view}>
      {view === 'customers' && <Counts api={api} live={live} />}
      <div className="list">
        {view === 'attention' && <AttentionView api={api} live={live} attention={attention} />}
        {view === 'customers' && <CustomersView api={api} live={live} />}
        {view === 'updates' && <UpdatesView api={api} live={live} />}
        {view === 'dead-letters' && <DeadLetters api={api} />}
        {view === 'consumers' && <Consumers api={api} />}
        {view === 'statistics' && <StatisticsView api={api} />}
        {view === 'audit' && <AuditLog api={api} />}
      </div>
      <Keys />
      {customerId !== null ? (
        <section className="beside" aria-label="Customer">
          <Timeline api={api} live={live} customerId={customerId} key={customerId} />
        </section>
      ) : (
        (view === 'customers' || view === 'attention') && (
          <div className="beside" data-optional="true">
            <Stream api={api} live={live} />
          </div>
        )
      )}
    </main>
  );
}
