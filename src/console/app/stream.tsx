/** All updates as they arrive, with a pause button, and the reversals among them. */
import { memo, useState } from 'react';
import { Age } from './customers-view.tsx';
import type { UpdateFragment } from './generated/operations.ts';
import { SOURCE_NAMES } from './labels.ts';
import type { Live } from './live.ts';
import { keyOf } from './live-pages.ts';
import { Marks, Status } from './marks.tsx';
import { linkTo } from './route.ts';
import { useStore } from './store.ts';

const SHOWN = 200;

export function Stream({ live }: { live: Live }) {
  const current = useStore(live.received);
  const [paused, setPaused] = useState<typeof current | null>(null);
  const [onlyReversals, setOnlyReversals] = useState(false);
  const { recent, reversals, total } = paused ?? current;
  const shown = (onlyReversals ? reversals : recent).slice(-SHOWN).toReversed();
  const since = current.total - total;
  return (
    <section aria-label="Stream of updates" className="panel stream">
      <div className="panel-bar">
        <h2>Updates</h2>
        <button type="button" aria-pressed={onlyReversals} onClick={() => setOnlyReversals(!onlyReversals)}>
          Reversals <span className="number">{current.reversals.length}</span>
        </button>
        <button
          type="button"
          aria-pressed={paused !== null}
          onClick={() => setPaused(paused === null ? current : null)}
        >
          {paused === null ? 'Pause' : `Resume${since > 0 ? ` (${since} new)` : ''}`}
        </button>
      </div>
      <div className="scroll">
        <ol className="updates">
          {shown.map((update) => (
            <StreamRow key={keyOf(update)} update={update} />
          ))}
        </ol>
        {shown.length === 0 && (
          <p className="empty">
            {onlyReversals
              ? 'No reversals since this page was opened.'
              : 'New updates appear here as soon as they are recorded.'}
          </p>
        )}
      </div>
    </section>
  );
}

const StreamRow = memo(function StreamRow({ update }: { update: UpdateFragment }) {
  return (
    <li>
      <a href={linkTo({ customerId: update.customerId })} className="stream-row" data-reversal={update.reversal}>
        <span className="flash" aria-hidden="true" />
        <span className="id">{update.customerId}</span>
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
