/** What a person with the right scope can do besides reading: ask XGateway, confirm, replay, discard, erase. */
import type { Logger } from 'pino';
import type { Confirmer } from '../confirmation/confirmer.ts';
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { CustomerRecord, ErasureOutcome, Journal } from '../journal/journal.ts';
import { ApiError } from '../xgateway/kyc-api.ts';
import type { ReplayDeadLetters } from './replay.ts';

/** The actions. Who is allowed to is the caller's to check. */
export interface KycActions {
  /** Asks XGateway's API now. Rejects with `XGATEWAY_NOT_CONFIGURED` or `XGATEWAY_UNAVAILABLE`. */
  refresh(customerId: string): Promise<{
    readonly outcome: 'APPLIED' | 'UNCHANGED' | 'UNKNOWN_TO_XGATEWAY';
    readonly customer: CustomerRecord | null;
  }>;
  /** Records that `by` has checked this revision. Rejects with `REVISION_OUTDATED` when it is not the latest. */
  confirm(
    customerId: string,
    revision: number,
    by: string,
  ): Promise<{ readonly outcome: 'APPLIED' | 'UNCHANGED'; readonly customer: CustomerRecord }>;
  readonly replay: ReplayDeadLetters;
  discard(ids: readonly number[], by: string): Promise<readonly number[]>;
  /** Null: nothing was known. */
  erase(customerId: string, by: string): Promise<ErasureOutcome | null>;
}

/** What the actions need. */
export interface ActionOptions {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly feed: Feed;
  readonly replay: ReplayDeadLetters;
  /** Null without an API key. */
  readonly confirmer: Confirmer | null;
  readonly requireConfirmation: boolean;
  readonly log: Logger;
}

/** Makes the actions. */
export function createActions({
  journal,
  queue,
  feed,
  replay,
  confirmer,
  requireConfirmation,
  log,
}: ActionOptions): KycActions {
  return {
    async refresh(customerId) {
      if (confirmer === null) {
        throw new KycError(
          'XGATEWAY_NOT_CONFIGURED',
          'There is no API key to ask XGateway with. Set XGATEWAY_API_KEY.',
        );
      }
      if (!isCustomerId(customerId)) throw new KycError('BAD_USER_INPUT', 'This cannot be a customer ID.');
      const { result } = await confirmer.refresh(customerId).catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
        throw new KycError('XGATEWAY_UNAVAILABLE', error.message, { cause: error });
      });
      return {
        outcome: result === 'unknown' ? 'UNKNOWN_TO_XGATEWAY' : result === 'agreed' ? 'UNCHANGED' : 'APPLIED',
        customer: await journal.customer(customerId),
      };
    },

    async confirm(customerId, revision, by) {
      const outdated = () =>
        new KycError('REVISION_OUTDATED', 'The customer is at another revision. Look again, then confirm.');
      const known = await journal.customer(customerId);
      if (known?.latest.revision !== revision) throw outdated();
      const circumstances = {
        source: 'STAFF',
        receivedAt: Date.now(),
        requireConfirmation,
        atRevision: revision,
      } as const;
      const report = { customerId, status: known.latest.status, extra: { confirmedBy: by } };
      const recorded = await queue.submit({ report, circumstances });
      const customer = await journal.customer(customerId);
      if (recorded.outcome === 'superseded' || customer === null) throw outdated();
      return { outcome: recorded.outcome === 'applied' ? 'APPLIED' : 'UNCHANGED', customer };
    },

    replay,

    async discard(ids, by) {
      const discarded = await journal.deadLetters.discard(ids);
      if (discarded.length > 0) log.warn({ by, deadLetters: discarded }, 'dead letters were thrown away');
      return discarded;
    },

    async erase(customerId, by) {
      const outcome = await journal.erase(customerId, { at: Date.now(), by });
      feed.invalidate(customerId);
      if (outcome !== null) {
        const { updates, deadLetters, record } = outcome;
        log.warn({ by, updates, deadLetters, position: record.position }, 'a customer was erased');
      }
      return outcome;
    },
  };
}
