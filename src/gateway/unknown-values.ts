/** Notices what XGateway says that this release does not know: statuses and fields. Both are stored and served as sent. */
import type { Logger } from 'pino';
import { type KycSource, statusOf } from '../domain/kyc.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { CommitListener } from './on-commit.ts';

/** Not a person's correction, and not an import, which says by a field who made it. */
const FROM_XGATEWAY: ReadonlySet<KycSource> = new Set(['CALLBACK', 'REPLAY', 'API']);
/** How often the same status or field is logged, in milliseconds. */
const REPEAT_MS = 3_600_000;
/** How many of them are remembered; further ones are counted and not logged until there is room. */
const MAX_REMEMBERED = 100;
/** The longest part of a name that is logged, in characters. */
const MAX_LENGTH = 64;

/** Counts each update that has one, and logs each status and each field once an hour. Fields by name: their values are private. */
export function unknownValuesListener(
  { unrecognizedStatuses, unknownFields }: Pick<Metrics, 'unrecognizedStatuses' | 'unknownFields'>,
  log: Logger,
): CommitListener {
  const loggedAt = new Map<string, number>();
  const isNew = (name: string): boolean => {
    const now = performance.now();
    const last = loggedAt.get(name);
    if (last !== undefined && now - last < REPEAT_MS) return false;
    if (last === undefined && loggedAt.size >= MAX_REMEMBERED) {
      for (const [oldest, at] of loggedAt) if (now - at >= REPEAT_MS) loggedAt.delete(oldest);
      if (loggedAt.size >= MAX_REMEMBERED) return false;
    }
    loggedAt.set(name, now);
    return true;
  };
  const look = ({ customerId, status, extra, requestId }: KycUpdate): void => {
    if (statusOf(status) === 'UNRECOGNIZED') {
      unrecognizedStatuses.inc();
      const said = String(status).slice(0, MAX_LENGTH);
      if (isNew(`status ${said}`)) {
        const message = 'XGateway sent a status that this release does not know: clients see UNRECOGNIZED. Upgrade';
        log.warn({ customerId, status: said, requestId }, message);
      }
    }
    const names = Object.keys(extra ?? {});
    if (names.length === 0) return;
    unknownFields.inc();
    const fields = names.map((name) => name.slice(0, MAX_LENGTH)).filter((name) => isNew(`field ${name}`));
    if (fields.length > 0) {
      log.warn(
        { customerId, fields, requestId },
        'XGateway sent fields that this release does not know; they are stored',
      );
    }
  };
  return {
    name: 'unknown values',
    committed({ updates }) {
      for (const update of updates) {
        if (!FROM_XGATEWAY.has(update.source)) continue;
        if (update.extra != null || statusOf(update.status) === 'UNRECOGNIZED') look(update);
      }
    },
  };
}
