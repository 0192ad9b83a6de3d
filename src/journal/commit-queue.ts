/** The commit queue: many concurrent reports, one commit. */
import { BatchQueue, type BatchQueueOptions } from './batch-queue.ts';
import type { AppendOutcome, Journal, Submission } from './journal.ts';

/** Limits of a commit queue, and what is called after its commits. */
export interface CommitQueueOptions {
  /** How many reports may wait, default 10,000. Beyond that, reports are refused with `QUEUE_FULL`. */
  readonly capacity?: number;
  /** How many reports one transaction takes at most, default 1,000. */
  readonly batchSize?: number;
  /** See `BatchQueueOptions`. */
  readonly atEndOfTurn?: NonNullable<BatchQueueOptions<Submission, AppendOutcome>['atEndOfTurn']>;
  /** Called after each commit with its batch, before its submitters get their outcomes. Must not throw. */
  readonly onCommit?: NonNullable<BatchQueueOptions<Submission, AppendOutcome>['onWritten']>;
  /** Called for each commit that failed because the journal is unavailable. Must not throw. */
  readonly onUnavailable?: (error: unknown) => void;
}

/** Gathers submissions into batches for a journal. */
export class CommitQueue {
  readonly #batches: BatchQueue<Submission, AppendOutcome>;

  constructor(
    journal: Journal,
    { capacity, batchSize, atEndOfTurn, onCommit, onUnavailable }: CommitQueueOptions = {},
  ) {
    this.#batches = new BatchQueue({
      write: (submissions) => journal.append(submissions),
      capacity: capacity ?? 10_000,
      batchSize: batchSize ?? 1_000,
      fullMessage: 'Too many reports are waiting for the journal. Try again later.',
      ...(atEndOfTurn && { atEndOfTurn }),
      ...(onCommit && { onWritten: onCommit }),
      ...(onUnavailable && { onUnavailable }),
    });
  }

  /**
   * Records a report. Resolves once the outcome is durable.
   * Rejects with `QUEUE_FULL`, `SHUTTING_DOWN` or `JOURNAL_UNAVAILABLE`: the sender should try again later.
   */
  submit(submission: Submission): Promise<AppendOutcome> {
    return this.#batches.add(submission);
  }

  /** Refuses new submissions, and resolves when everything that was accepted before has its answer. */
  close(): Promise<void> {
    return this.#batches.close();
  }
}
