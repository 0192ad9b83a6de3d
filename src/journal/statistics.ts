/** Counts by day: written in the transaction that appends what they count, so a range of days is read without its entries. */
import type { DailyCount } from '../domain/statistics.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** The contract of the store. Promises reject as those of a `Journal` do. */
export interface Statistics {
  /** What was counted on the days from `from` to `to` (without it), by day. Days count from 1970. */
  between(from: number, to: number): MaybePromise<readonly DailyCount[]>;
  /** By status, how many more customers got it than left it since `from` began. */
  changesSince(from: number): MaybePromise<readonly StatusChange[]>;
}

/** How many more customers got a status than left it. */
export interface StatusChange {
  /** The status, as `METRIC.entered` and `METRIC.left` have it. */
  readonly status: string;
  readonly change: number;
}
