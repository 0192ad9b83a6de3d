/** What happened in a range of days, from the counts that are kept by day. */
import { KYC_STATUSES, type KycStatus, statusOf } from '../domain/kyc.ts';
import { type DailyCount, DURATION_LIMITS, dayOf, METRIC, readLabel, readMove } from '../domain/statistics.ts';
import { KycError } from '../errors.ts';
import { nextTurn } from '../http/turn.ts';
import type { Journal } from '../journal/journal.ts';
import type { Moves } from '../journal/statistics.ts';
import { currentTime } from '../schedule/clock.ts';

const DAY_MS = 86_400_000;
const MAX_DAYS = 400;
const DEFAULT_DAYS = 30;
const MAX_LABELS = 100;
const DAYS_AT_ONCE = 20;

/** Which days: from the one of `from` to the one before `to`, in milliseconds since 1970. */
export interface StatisticsRange {
  readonly from?: number | null | undefined;
  readonly to?: number | null | undefined;
}

/** The statistics of a range. Rejects with `BAD_USER_INPUT` for a range that is empty or too long. */
export async function statistics(journal: Journal, range: StatisticsRange) {
  const { from, to } = daysOf(range);
  const counts: DailyCount[] = [];
  let read = from;
  // An embedded journal reads while everything else waits: some days at a time.
  for (; to - read > DAYS_AT_ONCE; read += DAYS_AT_ONCE) {
    const turn = nextTurn();
    if (turn !== undefined) await turn;
    for (const count of await journal.statistics.between(read, read + DAYS_AT_ONCE)) counts.push(count);
  }
  // Of one moment: what is counted now is what the last day leads to.
  const [last, now, moves] = await Promise.all([
    journal.statistics.between(read, to),
    journal.statusCounts(),
    journal.statistics.movesSince(to),
  ]);
  for (const count of last) counts.push(count);
  const after = new Map<string, number>();
  for (const [raw, count] of now) after.set(statusOf(raw), (after.get(statusOf(raw)) ?? 0) + count);
  undo(after, moves);
  return {
    from: from * DAY_MS,
    to: to * DAY_MS,
    days: dailyStatuses(counts, after, from, to),
    timeToFullUser: durations(counts.filter(({ metric }) => metric === METRIC.duration)),
    rejectLabels: labels(counts.filter(({ metric }) => metric === METRIC.rejected)),
  };
}

function daysOf({ from, to }: StatisticsRange): { readonly from: number; readonly to: number } {
  const end = dayOf((to ?? currentTime() + 1) - 1) + 1;
  const start = from == null ? end - DEFAULT_DAYS : dayOf(from);
  if (start < end && end - start <= MAX_DAYS) return { from: start, to: end };
  throw new KycError('BAD_USER_INPUT', `"from" must be before "to", and at most ${MAX_DAYS} days.`);
}

/** Backwards from the counts at the end of the range, which each day's changes lead to. */
function dailyStatuses(counts: readonly DailyCount[], after: ReadonlyMap<string, number>, from: number, to: number) {
  const byDay = Map.groupBy(counts, ({ day }) => day);
  const customers = new Map(after);
  const days = [];
  for (let day = to - 1; day >= from; day--) {
    const moves = (byDay.get(day) ?? []).filter(({ metric }) => metric === METRIC.moved);
    const entered = new Map<string, number>();
    for (const { key, count } of moves) add(entered, readMove(key)[1], count);
    const statuses = KYC_STATUSES.map((status: KycStatus) => ({
      status,
      customers: Math.max(0, customers.get(status) ?? 0),
      entered: entered.get(status) ?? 0,
    })).filter((one) => one.customers > 0 || one.entered > 0);
    days.push({ day: day * DAY_MS, statuses });
    undo(customers, moves);
  }
  return days.reverse();
}

/** From how many customers have each status after some moves to how many had it before. */
function undo(customers: Map<string, number>, moves: readonly Moves[]): void {
  for (const { key, count } of moves) {
    const [from, to] = readMove(key);
    add(customers, from, count);
    add(customers, to, -count);
  }
}

function add(sums: Map<string, number>, key: string, count: number): void {
  sums.set(key, (sums.get(key) ?? 0) + count);
}

function durations(counts: readonly DailyCount[]) {
  const ranges = [...DURATION_LIMITS, null].map((upToSeconds, place) => ({
    upToSeconds,
    count: sum(counts.filter(({ key }) => key === String(place))),
  }));
  const count = sum(counts);
  const limitOf = (part: number): number | null => {
    if (count === 0) return null;
    let reached = 0;
    for (const range of ranges) {
      reached += range.count;
      // Of the last range nothing but its beginning is known.
      if (reached >= count * part) return range.upToSeconds ?? (DURATION_LIMITS.at(-1) as number);
    }
    return null;
  };
  return { count, medianSeconds: limitOf(0.5), p90Seconds: limitOf(0.9), ranges };
}

function labels(counts: readonly DailyCount[]) {
  return [...Map.groupBy(counts, ({ key }) => key)]
    .map(([key, ofLabel]) => ({ label: readLabel(key), count: sum(ofLabel) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, MAX_LABELS);
}

function sum(counts: readonly DailyCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}
