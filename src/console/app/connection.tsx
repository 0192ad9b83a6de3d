/** How the stream is, said plainly. */
import { useEffect, useState } from 'react';
import { timeOf } from './labels.ts';
import type { Live } from './live.ts';
import { useNow, useStore } from './store.ts';

const SHOWN_MS = 6_000;

/** One word on the stream. */
export function Connection({ live }: { live: Live }) {
  const { phase } = useStore(live.state);
  const word = phase === 'live' ? 'Live' : phase === 'connecting' ? 'Connecting' : 'Disconnected';
  return (
    <p className="connection" data-phase={phase} role="status">
      <span className="pulse" aria-hidden="true" />
      {word}
    </p>
  );
}

/** What the reader has to know while the page is not up to date, and what came when it is again. */
export function ConnectionBanner({ live }: { live: Live }) {
  const state = useStore(live.state);
  if (state.phase === 'retrying') return <Disconnected state={state} retry={live.retry} />;
  if (state.phase === 'live' && state.isBack) return <CaughtUp live={live} since={state.since} key={state.since} />;
  return null;
}

interface DisconnectedProps {
  readonly state: { readonly reason: string; readonly since: number; readonly nextTryAt: number };
  readonly retry: () => void;
}

function Disconnected({ state: { reason, since, nextTryAt }, retry }: DisconnectedProps) {
  const seconds = Math.max(0, Math.ceil((nextTryAt - useNow()) / 1_000));
  return (
    <div className="banner" data-kind="trouble">
      <p role="alert">
        <strong>Disconnected.</strong> {reason} What you see is of {timeOf(since)}.
      </p>
      <p className="quiet">{seconds > 0 ? `Next try in ${seconds} s` : 'Trying'}</p>
      <button type="button" onClick={retry}>
        Try now
      </button>
    </div>
  );
}

/** Names what was missed, for a moment, after a reconnection. */
function CaughtUp({ live, since }: { live: Live; since: number }) {
  const { recent, total } = useStore(live.received);
  const [before] = useState(total);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  const fresh = total - before;
  // What is no longer remembered came first, so it was missed for certain.
  const forgotten = Math.max(0, fresh - recent.length);
  const remembered = recent.slice(recent.length - (fresh - forgotten));
  const missed = forgotten + remembered.filter(({ receivedAt }) => Date.parse(receivedAt) < since).length;
  if (isOver || missed === 0) return null;
  return (
    <div className="banner" data-kind="good">
      <p role="status">
        <strong>Caught up.</strong> {missed === 1 ? 'One update' : `${missed} updates`} came meanwhile.
      </p>
    </div>
  );
}
