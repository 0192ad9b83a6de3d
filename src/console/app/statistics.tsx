/** The last days as charts: the server counts, and each chart stands beside its numbers in words. */
import { useCallback, useState } from 'react';
import { counted } from '../../text/counted.ts';
import type { Api } from './api.ts';
import { StatisticsDocument, type StatisticsQuery } from './generated/operations.ts';
import { duration, readable, STATUS_NAMES, STATUSES } from './labels.ts';
import { Glyph, TONES } from './marks.tsx';
import { Panel } from './panel.tsx';
import { usePolled } from './polled.ts';
import { Shown } from './text.tsx';

type Figures = StatisticsQuery['kycStatistics'];

const EVERY_MS = 300_000;
const DAY_MS = 86_400_000;
const SPANS = [7, 30, 90] as const;
const MOST_LABELS = 15;

export function StatisticsView({ api }: { api: Api }) {
  const [days, setDays] = useState<number>(30);
  const read = useCallback(async () => {
    const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString();
    return (await api.ask(StatisticsDocument, { from })).kycStatistics;
  }, [api, days]);
  const { data, error } = usePolled(read, EVERY_MS);
  return (
    <Panel
      heading="Statistics"
      controls={SPANS.map((span) => (
        <button key={span} type="button" aria-pressed={days === span} onClick={() => setDays(span)}>
          {span} days
        </button>
      ))}
      list="Charts"
      listClass="statistics"
      error={error}
    >
      {data !== null && (
        <>
          <StatusesByDay days={data.days} />
          <TimeToFullUser of={data.timeToFullUser} />
          <RejectLabels of={data.rejectLabels} />
        </>
      )}
    </Panel>
  );
}

/** A bar for each day: how many customers had each status at its end. */
function StatusesByDay({ days }: { days: Figures['days'] }) {
  const totals = days.map(({ statuses }) => statuses.reduce((sum, { customers }) => sum + customers, 0));
  const most = Math.max(1, ...totals);
  const shown = STATUSES.filter((status) => days.some((day) => day.statuses.some((one) => one.status === status)));
  return (
    <figure>
      <figcaption>
        <h3>Customers by status, at the end of each day (UTC)</h3>
      </figcaption>
      <div className="days" aria-hidden="true">
        {days.map(({ day, statuses }, index) => (
          <div
            key={day}
            className="day"
            title={`${day.slice(0, 10)}: ${counted(totals[index] ?? 0, 'customer')}`}
            style={{ height: `${((totals[index] ?? 0) / most) * 100}%` }}
          >
            {STATUSES.map((status) => {
              const customers = statuses.find((one) => one.status === status)?.customers ?? 0;
              return (
                customers > 0 && (
                  <span key={status} className="day-part" data-tone={TONES[status]} style={{ flexGrow: customers }} />
                )
              );
            })}
          </div>
        ))}
      </div>
      <p className="scale quiet small" aria-hidden="true">
        <span>{days[0]?.day.slice(0, 10)}</span>
        <span>{days.at(-1)?.day.slice(0, 10)}</span>
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Status</th>
            <th scope="col">Customers now</th>
            <th scope="col">Entered in this period</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((status) => (
            <tr key={status}>
              <th scope="row" data-tone={TONES[status]}>
                <span className="status">
                  <Glyph status={status} />
                  {STATUS_NAMES[status]}
                </span>
              </th>
              <td>{(days.at(-1)?.statuses.find((one) => one.status === status)?.customers ?? 0).toLocaleString()}</td>
              <td>
                {days
                  .reduce((sum, day) => sum + (day.statuses.find((one) => one.status === status)?.entered ?? 0), 0)
                  .toLocaleString()}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

function TimeToFullUser({ of: { count, medianSeconds, p90Seconds, ranges } }: { of: Figures['timeToFullUser'] }) {
  return (
    <figure>
      <figcaption>
        <h3>Time from the first update to full user</h3>
        <p className="quiet small">
          {count === 0 || medianSeconds === null || p90Seconds === null
            ? 'No customer became a full user in this period.'
            : `${counted(count, 'customer')}. Half within ${duration(medianSeconds)}, nine in ten within ${duration(p90Seconds)}.`}
        </p>
      </figcaption>
      {count > 0 && (
        <Bars
          rows={ranges.map(({ upToSeconds, count: customers }) => ({
            name: upToSeconds === null ? 'Longer' : `Up to ${duration(upToSeconds)}`,
            count: customers,
          }))}
        />
      )}
    </figure>
  );
}

function RejectLabels({ of: labels }: { of: Figures['rejectLabels'] }) {
  const rest = labels.slice(MOST_LABELS).reduce((sum, { count }) => sum + count, 0);
  const rows = labels
    .slice(0, MOST_LABELS)
    .map(({ label, count }) => ({ name: label === null ? 'Other reasons' : readable(label), count }));
  return (
    <figure>
      <figcaption>
        <h3>Reasons to reject</h3>
        {labels.length === 0 && <p className="quiet small">Nobody was rejected in this period.</p>}
      </figcaption>
      {labels.length > 0 && <Bars rows={rest === 0 ? rows : [...rows, { name: 'All others', count: rest }]} />}
    </figure>
  );
}

/** Horizontal bars, each with its name and number. */
function Bars({ rows }: { rows: readonly { readonly name: string; readonly count: number }[] }) {
  const most = Math.max(1, ...rows.map(({ count }) => count));
  return (
    <ul className="bars">
      {rows.map(({ name, count }) => (
        <li key={name}>
          <span>
            <Shown text={name} />
          </span>
          <span className="track" aria-hidden="true">
            <span className="track-fill" style={{ width: `${(count / most) * 100}%` }} />
          </span>
          <span className="figure">{count.toLocaleString()}</span>
        </li>
      ))}
    </ul>
  );
}
