/** Counts by day: written in the transaction that appends what they count, so a range of days is read without its entries. */
import type { DailyCount } from '../domain/statistics.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** The contract of the store. Promises reject as those of a `Journal` do. */
export interface Statistics {
  /** What was counted on the days from `from` to `to` (without it), by day. Days count from 1970. */
  between(from: number, to: number): MaybePromise<readonly DailyCount[]>;
  /** How many customers moved since `from` began, by the key of `METRIC.moved`. */
  movesSince(from: number): MaybePromise<readonly Moves[]>;
}

/** How many customers came from one status to another. */
export interface Moves {
  readonly key: string;
  readonly count: number;
}
