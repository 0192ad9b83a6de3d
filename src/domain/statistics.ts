/** What is counted day by day as updates are recorded. Pure. */
import { FULL_USER, statusOf } from './kyc.ts';
import type { KnownCustomer, UpdateContent } from './update.ts';

/** What is counted. The numbers are stored. */
export const METRIC = {
  /** Customers who came from one status to another; the key is both (see `readMove`). */
  moved: 0,
  /** Reasons to reject; the key is the label as JSON, or empty for those beyond `LABELS_PER_DAY`. */
  rejected: 2,
  /** Customers who reached their first `FULL_USER`; the key is the place of their time in `DURATION_LIMITS`. */
  duration: 3,
} as const;

/** A number from `METRIC`. */
export type Metric = (typeof METRIC)[keyof typeof METRIC];

/** Something that is counted on one day. */
export interface DailyCount {
  /** Days since 1970, in UTC. */
  readonly day: number;
  readonly metric: Metric;
  readonly key: string;
  readonly count: number;
}

/** So many different labels are counted on a day; what comes later is counted together. */
export const LABELS_PER_DAY = 200;
const LABELS_PER_UPDATE = 10;
const LABEL_LENGTH = 64;
const DAY_MS = 86_400_000;
const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400];

/** Limits of durations, in seconds; what is longer than the last has the place after it. The places are stored: append only. */
export const DURATION_LIMITS = [
  ...[1, 5, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 4, 8, 16].map((count) => count * HOUR),
  ...[1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365].map((count) => count * DAY),
] as const;

/** The day of a time in milliseconds since 1970. */
export function dayOf(milliseconds: number): number {
  return Math.floor(milliseconds / DAY_MS);
}

/** Sums of what is counted. */
export class DailyCounts {
  readonly #counts = new Map<string, { day: number; metric: Metric; key: string; count: number }>();

  /** What was counted. */
  get all(): readonly DailyCount[] {
    return [...this.#counts.values()];
  }

  /** Counts an update of a customer who was `before` (null: unknown). `firstSeenAt`: when their first update was received. */
  take(update: UpdateContent, before: Pick<KnownCustomer, 'latest'> | null, firstSeenAt: number): void {
    const { status } = update;
    const latest = before?.latest;
    if (latest !== undefined && latest.status === status) {
      if (isRejected(status) && latest.rejectLabels !== update.rejectLabels) this.#takeLabels(update, latest);
      return;
    }
    const day = dayOf(update.receivedAt);
    this.add(day, METRIC.moved, writeMove(latest === undefined ? '' : statusOf(latest.status), statusOf(status)));
    if (isRejected(status)) this.#takeLabels(update, null);
    // A customer who was FULL_USER before is in doubt after a reversal, until a confirmation.
    if (status === FULL_USER && latest !== undefined && latest.doubt !== 'REVERSAL') {
      this.add(day, METRIC.duration, String(placeOfDuration(update.receivedAt - firstSeenAt)));
    }
  }

  /** Counts that an erased customer no longer has a status. */
  takeErased(status: string | null, at: number): void {
    this.add(dayOf(at), METRIC.moved, writeMove(statusOf(status), ''));
  }

  /** Adds one. */
  add(day: number, metric: Metric, key: string): void {
    const name = `${day} ${metric} ${key}`;
    const known = this.#counts.get(name);
    if (known === undefined) this.#counts.set(name, { day, metric, key, count: 1 });
    else known.count += 1;
  }

  /** Labels that a further update repeats are counted once. */
  #takeLabels({ rejectLabels, receivedAt }: UpdateContent, before: UpdateContent | null): void {
    const day = dayOf(receivedAt);
    for (const label of rejectLabels.slice(0, LABELS_PER_UPDATE)) {
      if (before?.rejectLabels.includes(label) !== true) this.add(day, METRIC.rejected, writeLabel(label));
    }
  }
}

/** One row for both ends: most callbacks that are alone in their commit write one. */
function writeMove(from: string, to: string): string {
  return `${from}>${to}`;
}

/** Where customers came from and went to. Empty: they were new, or were erased. */
export function readMove(key: string): readonly [from: string, to: string] {
  const at = key.indexOf('>');
  return [key.slice(0, at), key.slice(at + 1)];
}

/** A label as a key: as JSON, so that characters which a database folds or refuses are escapes. */
function writeLabel(label: string): string {
  return JSON.stringify(label.slice(0, LABEL_LENGTH));
}

/** The label in a key; null: those beyond `LABELS_PER_DAY`. */
export function readLabel(key: string): string | null {
  return key === '' ? null : (JSON.parse(key) as string);
}

function isRejected(status: string | null): boolean {
  return status === 'SOFT_KYC_FAILED' || status === 'HARD_KYC_FAILED';
}

function placeOfDuration(milliseconds: number): number {
  const place = DURATION_LIMITS.findIndex((limit) => milliseconds <= limit * 1_000);
  return place === -1 ? DURATION_LIMITS.length : place;
}
