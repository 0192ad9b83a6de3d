/** The state of the live stream. */

import { useEffect, useState } from 'react';
import { counted } from '../../text/counted.ts';
import { timeOf } from './labels.ts';
import type { Live } from './live.ts';
import { useNow, useStore } from './store.ts';

const SHOWN_MS = 6_000;

/** The state of the stream in one word. */
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

/** Says that the page is out of date and why, and after a reconnection what was missed. */
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
        <strong>Disconnected.</strong> {reason} Last updated {timeOf(since)}.
      </p>
      <p className="quiet">{seconds > 0 ? `Retrying in ${seconds} s` : 'Retrying'}</p>
      <button type="button" onClick={retry}>
        Retry now
      </button>
    </div>
  );
}

/** Shows for some seconds how many updates arrived during the disconnection. */
function CaughtUp({ live, since }: { live: Live; since: number }) {
  const { recent, total } = useStore(live.received);
  const [before] = useState(total);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setOver(true), SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  const fresh = total - before;
  // Updates that are no longer kept arrived first, so they were all missed.
  const discarded = Math.max(0, fresh - recent.length);
  const kept = recent.slice(recent.length - (fresh - discarded));
  const missed = discarded + kept.filter(({ receivedAt }) => Date.parse(receivedAt) < since).length;
  if (isOver || missed === 0) return null;
  return (
    <div className="banner" data-kind="good">
      <p role="status">
        <strong>Caught up.</strong> {counted(missed, 'update')} arrived in the meantime.
      </p>
    </div>
  );
}
