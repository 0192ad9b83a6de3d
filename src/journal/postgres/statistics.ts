/** Counts by day in the journal's Postgres. */
import type { Pool } from 'pg';
import { type DailyCount, METRIC } from '../../domain/statistics.ts';
import type { Moves, Statistics } from '../statistics.ts';
import { rowsOf } from './query.ts';
import { named } from './statements.ts';

const SQL = named({
  statistics: 'select day, metric, key, count from daily_statistics where day >= $1 and day < $2 order by day',
  moves: `select key, sum(count)::bigint as count from daily_statistics
    where day >= $1 and metric = ${METRIC.moved} group by key`,
});

/** The store. */
export function postgresStatistics(readers: Pool): Statistics {
  return {
    between: (from, to) => rowsOf<DailyCount & Record<string, unknown>>(readers, SQL.statistics, [from, to]),
    movesSince: (from) => rowsOf<Moves & Record<string, unknown>>(readers, SQL.moves, [from]),
  };
}
