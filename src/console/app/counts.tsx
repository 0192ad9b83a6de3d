/** How many customers have each status, live. Each number filters the list. */
import { useEffect, useState } from 'react';
import type { Api } from './api.ts';
import { type KycStatus, StatusCountsDocument } from './generated/operations.ts';
import { STATUS_NAMES, STATUSES } from './labels.ts';
import type { Live } from './live.ts';
import { Glyph, TONES } from './marks.tsx';
import { restrict, route } from './route.ts';
import { useStore } from './store.ts';

/** How often the counts are read at most. The server keeps them with each commit, so reading them is cheap. */
const PAUSE_MS = 1_000;

type Counts = ReadonlyMap<KycStatus, number>;

function useCounts(api: Api, live: Live): Counts {
  const [counts, setCounts] = useState<Counts>(new Map());
  useEffect(() => {
    let isCurrent = true;
    let isStale = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const read = (): void => {
      if (!isStale || timer !== undefined) return;
      isStale = false;
      timer = setTimeout(() => {
        timer = undefined;
        read();
      }, PAUSE_MS);
      api.ask(StatusCountsDocument, {}).then(
        ({ kycStatusCounts }) => {
          if (isCurrent) setCounts(new Map(kycStatusCounts.map(({ status, count }) => [status, count])));
        },
        () => {
          isStale = true;
        },
      );
    };
    const changed = (): void => {
      isStale = true;
      read();
    };
    read();
    const stops = [live.received.subscribe(changed), live.state.subscribe(changed)];
    return () => {
      isCurrent = false;
      clearTimeout(timer);
      for (const stop of stops) stop();
    };
  }, [api, live]);
  return counts;
}

const number = new Intl.NumberFormat();

export function Counts({ api, live }: { api: Api; live: Live }) {
  const counts = useCounts(api, live);
  const chosen = useStore(route).filter.statuses;
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const shown = STATUSES.filter((status) => status !== 'UNRECOGNIZED' || counts.has(status) || chosen.includes(status));
  const toggle = (status: KycStatus): void => {
    const isChosen = chosen.includes(status);
    restrict({ statuses: isChosen ? chosen.filter((one) => one !== status) : [...chosen, status] });
  };
  return (
    <section aria-label="Customers by status" className="counts">
      <Proportions counts={counts} total={total} />
      <ul>
        <li>
          <button type="button" aria-pressed={chosen.length === 0} onClick={() => restrict({ statuses: [] })}>
            <span className="count">{number.format(total)}</span>
            <span className="label">All</span>
          </button>
        </li>
        {shown.map((status) => (
          <li key={status}>
            <button type="button" aria-pressed={chosen.includes(status)} onClick={() => toggle(status)}>
              <span className="count" data-none={!counts.has(status)}>
                {number.format(counts.get(status) ?? 0)}
              </span>
              <span className="label">
                <Glyph status={status} />
                {STATUS_NAMES[status]}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The same as a bar, for the eye only: the numbers below carry the information. */
function Proportions({ counts, total }: { counts: Counts; total: number }) {
  return (
    <div className="proportions" aria-hidden="true">
      {STATUSES.map((status) => {
        const count = counts.get(status) ?? 0;
        return count > 0 && <span key={status} data-tone={TONES[status]} style={{ flexGrow: count / total }} />;
      })}
    </div>
  );
}
