/** Deletes entries of the audit log whose retention has ended. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditLog } from '../journal/audit-log.ts';
import { currentTime } from '../schedule/clock.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;
/** Entries of one transaction, and the time that callbacks have between two, in milliseconds. */
const SLICE = 200;
const PAUSE_MS = 50;

/** How long entries are kept unless an owner says otherwise, in days. */
export const DEFAULT_AUDIT_LOG_DAYS = 730;

/** Deletes them at the start, and every hour until it is disposed. `days`: 0 keeps them for ever. */
export function keepAuditLogFor(
  days: number,
  store: AuditLog,
  log: { error(fields: object, message: string): void },
): Disposable {
  const stopping = new AbortController();
  const pass = async (): Promise<void> => {
    const before = currentTime() - days * DAY_MS;
    while (!stopping.signal.aborted && (await store.deleteBefore(before, SLICE)) === SLICE) await sleep(PAUSE_MS);
  };
  const run = (): void => {
    pass().catch((error: unknown) => {
      if (!stopping.signal.aborted) log.error({ err: error }, 'Could not delete old entries of the audit log');
    });
  };
  if (days === 0) return { [Symbol.dispose]: () => {} };
  run();
  const timer = setInterval(run, HOUR_MS).unref();
  return {
    [Symbol.dispose]() {
      clearInterval(timer);
      stopping.abort();
    },
  };
}
