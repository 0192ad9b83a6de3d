/** What a person with the scope `kyc:admin` can do apart from reading. The caller checks the scope. */
import type { Logger } from 'pino';
import type { Confirmer } from '../confirmation/confirmer.ts';
import type { ConsumerActions } from '../consumers/actions.ts';
import type { Feed } from '../feed/feed.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { ErasureOutcome, Journal } from '../journal/journal.ts';
import { type Acknowledge, type Acknowledged, acknowledge } from './acknowledge.ts';
import { type AttentionList, attentionList } from './attention.ts';
import { type Confirm, confirm } from './confirm.ts';
import { type Correct, correct } from './correct.ts';
import { type Discard, discard } from './discard.ts';
import { type Erase, erase } from './erase.ts';
import { type ImportedReport, type ImportGrounds, type Recorded, recordImport } from './record.ts';
import { createRefresh, type Refresh } from './refresh.ts';
import type { ReplayDeadLetters } from './replay.ts';
import type { Decided } from './staff-update.ts';
import { type Withdraw, type Withdrawn, withdraw } from './withdraw.ts';

/** The actions, each described where it is defined. */
export interface KycActions {
  /** About named consumers. */
  readonly consumers: ConsumerActions;
  /** What waits for a person. */
  readonly attention: AttentionList;
  readonly refresh: Refresh;
  confirm(given: Confirm): Promise<Decided>;
  correct(given: Correct): Promise<Decided>;
  acknowledge(given: Acknowledge): Promise<Acknowledged>;
  withdraw(given: Withdraw): Promise<Withdrawn>;
  readonly replay: ReplayDeadLetters;
  discard(given: Discard): Promise<readonly number[]>;
  erase(given: Erase): Promise<ErasureOutcome | null>;
  record(report: ImportedReport, given: ImportGrounds): Promise<Recorded>;
}

/** What the actions need. */
export interface ActionOptions {
  readonly consumers: ConsumerActions;
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly feed: Feed;
  readonly replay: ReplayDeadLetters;
  /** Null without an API key. */
  readonly confirmer: Confirmer | null;
  /** Whether every `FULL_USER` waits for a confirmation. */
  readonly requireConfirmation: boolean;
  /** Whether two people are needed to make a customer verified. */
  readonly confirmRequiresTwo: boolean;
  readonly log: Logger;
}

/** Makes the actions. */
export function createActions({
  consumers,
  journal,
  queue,
  feed,
  replay,
  confirmer,
  requireConfirmation,
  confirmRequiresTwo,
  log,
}: ActionOptions): KycActions {
  return {
    consumers,
    attention: attentionList({ journal, consumers, apiPausedSince: () => confirmer?.pausedSince ?? null }),
    refresh: createRefresh(journal, confirmer),
    confirm: (given) => confirm({ journal, queue, confirmRequiresTwo }, given),
    correct: (given) => correct({ journal, queue, confirmRequiresTwo, log }, given),
    acknowledge: (given) => acknowledge({ journal }, given),
    withdraw: (given) => withdraw({ journal, log }, given),
    replay,
    discard: (given) => discard({ deadLetters: journal.deadLetters, log }, given),
    erase: (given) => erase({ journal, feed, log }, given),
    record: (report, given) => recordImport({ queue, requireConfirmation, confirmRequiresTwo, log }, report, given),
  };
}
