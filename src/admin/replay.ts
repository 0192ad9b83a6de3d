/** Replaying dead letters: after a secret is corrected, or with a release that has learned a new shape. */

import { classify } from '../callback/classify.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { DeadLetter, DeadLetters } from '../journal/dead-letters.ts';
import { type CallbackSecrets, matchSecretByDigest } from '../xgateway/callback-hash.ts';

/** What can become of a dead letter. */
export const REPLAY_OUTCOMES = ['APPLIED', 'UNCHANGED', 'SUPERSEDED', 'STILL_REFUSED', 'NOT_FOUND'] as const;

/** What became of a dead letter. */
export type ReplayOutcome = (typeof REPLAY_OUTCOMES)[number];

/** What became of one dead letter. */
export interface ReplayResult {
  readonly id: number;
  readonly outcome: ReplayOutcome;
  /** The update that it made; null when it made none. */
  readonly update: KycUpdate | null;
}

/** What a replay needs. */
export interface ReplayOptions {
  readonly queue: CommitQueue;
  readonly deadLetters: DeadLetters;
  readonly secrets: CallbackSecrets;
  readonly requireConfirmation: boolean;
  /** Called with a customer of whom a dead letter was superseded: only XGateway's API can say what holds. */
  readonly onSuperseded?: ((customerId: string) => void) | undefined;
}

/**
 * Replays dead letters, the earliest first whatever the order of `ids`. Those that were recorded, or said nothing new, leave their
 * category; the others stay. Safe to repeat: a dead letter that was recorded by a replay that broke off is then unchanged.
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
    // A 202 is not sent again: what is genuine and came once more was said once more, perhaps after something else was recorded.
    // What was refused is sent again for that alone.
    const receivedAt = category === 'GENUINE' ? deadLetter.lastSeenAt : deadLetter.receivedAt;
    // What is on the category of the genuine was proven when it came; its secret may be gone since.
    const parsed: unknown = JSON.parse(body);
    // Only the beginning was kept.
    if (typeof parsed !== 'object' || parsed === null) return { id, outcome: 'STILL_REFUSED', update: null };
    const classified = classify(parsed, body, (customerId) => {
      if (category === 'GENUINE') return 'current';
      return hashDigest === null ? null : matchSecretByDigest(customerId, hashDigest, secrets);
    });
    if (classified.report === null) return { id, outcome: 'STILL_REFUSED', update: null };
    const recordedAt = Date.now();
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
    // Submitted in this order, they are recorded in this order.
    const results = await Promise.all(found.map(replay));
    const done = results.filter(({ outcome }) => outcome === 'APPLIED' || outcome === 'UNCHANGED');
    if (done.length > 0) await deadLetters.discard(done.map(({ id }) => id));
    const byId = new Map(results.map((result) => [result.id, result]));
    return ids.map((id) => byId.get(id) ?? { id, outcome: 'NOT_FOUND', update: null });
  };
}
