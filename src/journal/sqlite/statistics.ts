/** Counts by day in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { type DailyCount, METRIC } from '../../domain/statistics.ts';
import type { Statistics, StatusChange } from '../statistics.ts';
import { prepareLazily } from './prepared.ts';

const SQL = {
  between: 'select day, metric, key, count from daily_statistics where day >= ? and day < ? order by day',
  changes: `select key as status, sum(case metric when ${METRIC.entered} then count else -count end) as change
    from daily_statistics where day >= ? and metric in (${METRIC.entered}, ${METRIC.left}) group by key`,
} as const;

/** The store. */
export function sqliteStatistics(database: DatabaseSync): Statistics {
  const sql = prepareLazily(database, SQL);
  return {
    between: (from, to) => sql.between.all(from, to) as unknown as DailyCount[],
    changesSince: (from) => sql.changes.all(from) as unknown as StatusChange[],
  };
}
