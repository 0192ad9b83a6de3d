/** Counts by day in the journal's SQLite file. */
import type { DatabaseSync } from 'node:sqlite';
import { type DailyCount, METRIC } from '../../domain/statistics.ts';
import type { Moves, Statistics } from '../statistics.ts';
import { prepareLazily } from './prepared.ts';

const SQL = {
  between: 'select day, metric, key, count from daily_statistics where day >= ? and day < ? order by day',
  moves: `select key, sum(count) as count from daily_statistics where day >= ? and metric = ${METRIC.moved} group by key`,
} as const;

/** The store. */
export function sqliteStatistics(database: DatabaseSync): Statistics {
  const sql = prepareLazily(database, SQL);
  return {
    between: (from, to) => sql.between.all(from, to) as unknown as DailyCount[],
    movesSince: (from) => sql.moves.all(from) as unknown as Moves[],
  };
}
