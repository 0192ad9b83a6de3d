/** Who is looked up, and why: the one place that decides it. */

import { FULL_USER } from '../domain/kyc.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { ConfirmationProgress } from '../journal/confirmation-tasks.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import type { ConfirmationSchedule } from './schedule.ts';

/** The statuses in which customers wait for XGateway: their confirmations expire (`waitingMs`). */
export const WAITING_STATUSES: readonly string[] = ['KYC_PENDING', 'PENDING_KYC_DATA'];

/**
 * Whether an update makes a lookup of its customer due at once: they enter or leave `FULL_USER`, are `FULL_USER` and not verified,
 * repeat an earlier revision, may be late, or were replayed.
 */
export function needsLookup(update: KycUpdate): boolean {
  // A denied customer has a confirmation task already, with growing pauses that more callbacks must not shorten.
  if (update.confirmed || isDenied(update)) return false;
  const [was, is] = [update.previousStatus === FULL_USER, update.status === FULL_USER];
  return (
    was !== is ||
    (is && !update.verified) ||
    update.repeatsRevision !== null ||
    update.possiblyLate === true ||
    update.source === 'REPLAY'
  );
}

/** Whether XGateway's API has denied the `FULL_USER` that the customer still is. */
export function isDenied({ status, doubt }: Pick<KycUpdate, 'status' | 'doubt'>): boolean {
  return status === FULL_USER && doubt === 'DENIAL';
}

/** The same at start, for an update of an earlier process: whether it is the customer's latest and still unanswered. */
export async function isUnanswered(journal: Journal, update: KycUpdate): Promise<boolean> {
  if (!needsLookup(update) && !isDenied(update)) return false;
  const known = await journal.customer(update.customerId);
  return known?.latest.position === update.position && known.confirmedAt === null;
}

/** Whether every customer has to be looked up at start, because no gateway ran for so long that XGateway may have given up. */
export function wasDownForLong(progress: ConfirmationProgress | null, { downtimeMs }: ConfirmationSchedule): boolean {
  return progress !== null && currentTime() - progress.aliveAt > downtimeMs;
}

const PAGE = 200;

/** Every `FULL_USER` that nobody has confirmed, in pages: they are looked up when a gateway starts with a key for the first time. */
export async function* unconfirmedFullUsers(journal: Journal): AsyncGenerator<readonly string[]> {
  for (let before: number | null = null; ; ) {
    const page: readonly CustomerRecord[] = await journal.customers({
      statuses: [FULL_USER],
      changedAfter: 0,
      before,
      limit: PAGE,
    });
    yield page.flatMap(({ latest, confirmedAt }) =>
      confirmedAt === null && !latest.confirmed ? [latest.customerId] : [],
    );
    if (page.length < PAGE) return;
    before = page.at(-1)?.latest.position ?? null;
  }
}
