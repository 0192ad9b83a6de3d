/** Replaying dead letters: after a secret was corrected, or with a release that understands a new shape. */

import { classify } from '../callback/classify.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { DeadLetter, DeadLetters } from '../journal/dead-letters.ts';
import { currentTime } from '../schedule/clock.ts';
import { type CallbackSecrets, matchSecretByDigest } from '../xgateway/callback-hash.ts';

/** Every outcome of a replay. */
export const REPLAY_OUTCOMES = ['APPLIED', 'UNCHANGED', 'SUPERSEDED', 'STILL_REFUSED', 'NOT_FOUND'] as const;

/** The outcome of replaying one dead letter. */
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];

/** What a replay did with one dead letter. */
export interface ReplayResult {
  readonly id: number;
  readonly outcome: ReplayOutcome;
  /** The update that it made; null: none. */
  readonly update: KycUpdate | null;
}

/** What a replay needs. */
export interface ReplayOptions {
  readonly queue: CommitQueue;
  readonly deadLetters: DeadLetters;
  readonly secrets: CallbackSecrets;
  readonly requireConfirmation: boolean;
  /** Called with the customer of a superseded dead letter: only XGateway's API can say what is true now. */
  readonly onSuperseded?: ((customerId: string) => void) | undefined;
}

/**
 * Replays dead letters, the earliest first whatever the order of `ids`. Those that are recorded, or that say nothing new, are removed;
 * the others stay. Safe to repeat: what an interrupted replay recorded is unchanged the next time.
 */
export type ReplayDeadLetters = (ids: readonly number[]) => Promise<readonly ReplayResult[]>;

/** Makes the replay. */
export function createReplay({
  queue,
  deadLetters,
  secrets,
  requireConfirmation,
  onSuperseded,
}: ReplayOptions): ReplayDeadLetters {
  const replay = async (deadLetter: DeadLetter): Promise<ReplayResult> => {
    const { id, category, body, hashDigest } = deadLetter;
    // XGateway does not retry after a 202, so a genuine callback that arrived twice was sent twice: its last arrival counts. A refused
    // one may only have been retried: its first arrival counts.
    const receivedAt = category === 'GENUINE' ? deadLetter.lastSeenAt : deadLetter.receivedAt;
    const parsed: unknown = JSON.parse(body);
    // Only the beginning was kept.
    if (typeof parsed !== 'object' || parsed === null) return { id, outcome: 'STILL_REFUSED', update: null };
    // A genuine one was proven when it arrived; its secret may have been rotated out since.
    const classified = classify(parsed, body, (customerId) => {
      if (category === 'GENUINE') return 'current';
      return hashDigest === null ? null : matchSecretByDigest(customerId, hashDigest, secrets);
    });
    if (classified.report === null) return { id, outcome: 'STILL_REFUSED', update: null };
    const recordedAt = currentTime();
    const circumstances = { source: 'REPLAY', receivedAt, recordedAt, requireConfirmation } as const;
    const recorded = await queue.submit({ report: classified.report, circumstances });
    if (recorded.outcome === 'superseded') onSuperseded?.(classified.report.customerId);
    return {
      id,
      outcome: ({ applied: 'APPLIED', unchanged: 'UNCHANGED', superseded: 'SUPERSEDED' } as const)[recorded.outcome],
      update: recorded.outcome === 'applied' ? recorded.update : null,
    };
  };

  return async (ids) => {
    const found = await deadLetters.find(ids);
    // They are recorded in the order in which they are submitted.
    const results = await Promise.all(found.map(replay));
    const done = results.filter(({ outcome }) => outcome === 'APPLIED' || outcome === 'UNCHANGED');
    if (done.length > 0) await deadLetters.discard(done.map(({ id }) => id));
    const byId = new Map(results.map((result) => [result.id, result]));
    return ids.map((id) => byId.get(id) ?? { id, outcome: 'NOT_FOUND', update: null });
  };
}
