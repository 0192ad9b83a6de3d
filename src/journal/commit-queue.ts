/**
 * The commit queue: many concurrent reports, one commit.
 *
 * While no batch is under way, everything that is submitted in one turn of the event loop becomes the next batch. While one
 * is, the next gathers. There is no timer, so a lone report does not wait.
 */
import { isUnavailable, KycError } from '../errors.ts';
import type { AppendOutcome, Journal, Submission } from './journal.ts';

/** Limits of a commit queue, and who hears of its commits. */
export interface CommitQueueOptions {
  /** How many reports may wait, default 10,000. One more is refused with `QUEUE_FULL`. */
  readonly capacity?: number;
  /** How many reports one transaction takes at most, default 1,000. */
  readonly batchSize?: number;
  /** Called after each commit with its batch, before its submitters hear of it. Must not throw. */
  readonly onCommit?: (outcomes: readonly AppendOutcome[], tookMs: number, batch: readonly Submission[]) => void;
  /** Called for each commit that failed because the journal is unavailable. Must not throw. */
  readonly onUnavailable?: (error: unknown) => void;
}

interface Waiting {
  readonly submission: Submission;
  readonly resolve: (outcome: AppendOutcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Gathers submissions into batches for a journal. */
export class CommitQueue {
  readonly #journal: Journal;
  readonly #capacity: number;
  readonly #batchSize: number;
  readonly #onCommit: NonNullable<CommitQueueOptions['onCommit']>;
  readonly #onUnavailable: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #closed = false;

  constructor(journal: Journal, options: CommitQueueOptions = {}) {
    this.#journal = journal;
    this.#capacity = options.capacity ?? 10_000;
    this.#batchSize = options.batchSize ?? 1_000;
    this.#onCommit = options.onCommit ?? (() => {});
    this.#onUnavailable = options.onUnavailable ?? (() => {});
  }

  /**
   * Records a report. Resolves once the outcome is durable.
   * Rejects with `QUEUE_FULL`, `SHUTTING_DOWN` or `JOURNAL_UNAVAILABLE`: the sender should try again later.
   */
  submit(submission: Submission): Promise<AppendOutcome> {
    if (this.#closed) return Promise.reject(new KycError('SHUTTING_DOWN', 'The gateway is shutting down. Try again.'));
    if (this.#waiting.length >= this.#capacity) {
      return Promise.reject(new KycError('QUEUE_FULL', 'Too many reports wait for the journal. Try again later.'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ submission, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Refuses new submissions, and resolves when everything that was accepted before has its answer. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // Everything that the sockets deliver in this turn joins the first batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#batchSize);
      const failure = await this.#commit(batch);
      if (failure === null) continue;
      if (isUnavailable(failure)) this.#onUnavailable(failure);
      // An I/O error fails the whole batch. An error in the data fails one report: find it, once.
      if (isUnavailable(failure) || batch.length === 1) for (const { reject } of batch) reject(failure);
      else await this.#commitOneByOne(batch);
    }
    this.#running = null;
  }

  async #commitOneByOne(batch: readonly Waiting[]): Promise<void> {
    for (const waiting of batch) {
      const failure = await this.#commit([waiting]);
      if (failure !== null) waiting.reject(failure);
    }
  }

  /** Commits and answers a batch. Returns what went wrong, or null. */
  async #commit(batch: readonly Waiting[]): Promise<unknown> {
    const submissions = batch.map(({ submission }) => submission);
    const startedAt = performance.now();
    let outcomes: readonly AppendOutcome[];
    try {
      const appended = this.#journal.append(submissions);
      outcomes = appended instanceof Promise ? await appended : appended;
    } catch (error) {
      return error ?? new Error('The journal failed without an error.');
    }
    this.#onCommit(outcomes, performance.now() - startedAt, submissions);
    for (const [index, { resolve }] of batch.entries()) resolve(outcomes[index] as AppendOutcome);
    return null;
  }
}
