/** `xgateway-kyc export --since`: where an export starts. */
import type { KycUpdate } from '../domain/update.ts';
import { namesDigest } from '../journal/cursor.ts';
import type { Journal } from '../journal/journal.ts';
import { UsageError } from './command.ts';

/** Where an export starts: after a position, and at a time in milliseconds since 1970. */
export interface Start {
  readonly position: number;
  readonly time: number;
}

/** Everything. */
export const BEGINNING: Start = { position: 0, time: Number.NEGATIVE_INFINITY };
const DATE = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

/** Where `since`, a cursor or a date, is. Throws `UsageError` when it is neither; rejects when the journal does not hold the cursor. */
export async function startOf(journal: Journal, since: string): Promise<Start> {
  const place = journal.cursors.decode(since);
  if (place === null) {
    const time = DATE.test(since) ? Date.parse(since) : Number.NaN;
    if (!Number.isNaN(time)) return { position: 0, time };
    throw new UsageError(
      `--since must be a cursor, or a date such as 2026-11-24 or 2026-11-24T07:00:00Z (with its time zone), not "${since}".`,
    );
  }
  const digest = await journal.digestAt(place.position);
  if (digest !== null && namesDigest(place, digest)) return { position: place.position, time: BEGINNING.time };
  throw new Error(
    'The journal does not hold what this cursor names: it is of another journal, or a backup was restored. Export everything, without --since.',
  );
}

/** Whether an update belongs to an export from `start`. By its own time: a clock that was set back makes times that are not in order. */
export function isSince({ position, receivedAt, recordedAt = receivedAt }: KycUpdate, start: Start): boolean {
  return position > start.position && recordedAt >= start.time;
}
