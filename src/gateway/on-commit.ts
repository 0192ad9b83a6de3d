/**
 * What happens after each commit and before its callbacks are answered: the listeners run in order, and each is guarded. The
 * commit is durable by then, so an error in a listener must neither stop the others nor keep the answers back.
 */
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import type { CommitQueueOptions } from '../journal/commit-queue.ts';
import type { AppendOutcome, Submission } from '../journal/journal.ts';

/** One durable commit. */
export interface Commit {
  readonly batch: readonly Submission[];
  /** The outcome of each submission of `batch`, by index. */
  readonly outcomes: readonly AppendOutcome[];
  /** The updates among the outcomes, in position order. */
  readonly updates: readonly KycUpdate[];
  /** How long the commit took, in milliseconds. */
  readonly tookMs: number;
  /** When it became durable, as `performance.now()`. */
  readonly durableAt: number;
}

/** Called with each commit. May throw: the error is logged. */
export interface CommitListener {
  /** Names the listener in the log. */
  readonly name: string;
  committed(commit: Commit): void;
}

/** Calls `listeners` in their order with each commit. Never throws. */
export function notifyInOrder(
  listeners: readonly CommitListener[],
  log: Logger,
): NonNullable<CommitQueueOptions['onCommit']> {
  return (outcomes, tookMs, batch) => {
    const durableAt = performance.now();
    const updates = outcomes.flatMap((one) => (one.outcome === 'applied' ? [one.update] : []));
    const commit: Commit = { batch, outcomes, updates, tookMs, durableAt };
    for (const listener of listeners) {
      try {
        listener.committed(commit);
      } catch (error) {
        log.error({ err: error, listener: listener.name }, 'A commit listener failed; the commit itself is durable');
      }
    }
  };
}
