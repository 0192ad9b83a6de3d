/** Counts by day in the journal's Postgres. */
import type { Pool } from 'pg';
import { type DailyCount, METRIC } from '../../domain/statistics.ts';
import type { Statistics, StatusChange } from '../statistics.ts';
import { rowsOf } from './query.ts';
import { named } from './statements.ts';

const SQL = named({
  statistics: 'select day, metric, key, count from daily_statistics where day >= $1 and day < $2 order by day',
  statusChanges: `select key as status, sum(case metric when ${METRIC.entered} then count else -count end)::bigint as change
    from daily_statistics where day >= $1 and metric in (${METRIC.entered}, ${METRIC.left}) group by key`,
});

/** The store. */
export function postgresStatistics(readers: Pool): Statistics {
  return {
    between: (from, to) => rowsOf<DailyCount & Record<string, unknown>>(readers, SQL.statistics, [from, to]),
    changesSince: (from) => rowsOf<StatusChange & Record<string, unknown>>(readers, SQL.statusChanges, [from]),
  };
}
