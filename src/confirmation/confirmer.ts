/**
 * Confirmation: what callbacks say is checked against XGateway's API, soon after its commit and never in its way.
 *
 * Asked at once: who enters or leaves `FULL_USER`, repeats an earlier revision, or was replayed. By a sweep: everybody else
 * who was never confirmed, who has been waiting for long, and after a long downtime everybody. The questions are durable (see
 * questions.ts); a callback costs a look at its update, and its question is saved with others a moment later.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import { messageOf } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { ConfirmationTask } from '../journal/confirmation-tasks.ts';
import type { Journal } from '../journal/journal.ts';
import { ApiError, type XgatewayApiOptions, xgatewayApi } from '../xgateway/kyc-api.ts';
import { Backlog, needsLookup } from './backlog.ts';
import { backOff, CircuitBreaker, RateLimit } from './circuit-breaker.ts';
import { type Lookup, type LookupObserver, Lookups } from './lookup.ts';
import type { ConfirmationSchedule } from './schedule.ts';

/** What confirmation needs. */
export interface ConfirmerOptions {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly api: XgatewayApiOptions;
  readonly requireConfirmation: boolean;
  readonly log: Logger;
  readonly pace: ConfirmationSchedule;
  readonly observe?: LookupObserver;
}

const WAITING_STATUSES = ['KYC_PENDING', 'PENDING_KYC_DATA'];
/** Looked through again at start: another instance may have died with questions that it had not saved. */
const LOOK_BACK = 1_000;
const LOOK_BATCH = 500;
const SWEEP_BATCH = 2_000;

/** Asks what has to be asked. */
export class Confirmer {
  readonly #options: ConfirmerOptions;
  readonly #backlog: Backlog;
  readonly #breaker: CircuitBreaker;
  readonly #lookups: Lookups;
  #sweptAt = 0;
  #underWay = 0;
  #isWoken = false;
  #wakeUp = () => {};
  #running: Promise<void> | null = null;
  readonly #stop = new AbortController();

  constructor(options: ConfirmerOptions) {
    this.#options = options;
    const { pace, api, journal } = options;
    this.#backlog = new Backlog(journal.confirmationTasks);
    this.#breaker = new CircuitBreaker({ after: pace.breakAfter, pauseMs: pace.breakMs, maxPauseMs: pace.maxBreakMs });
    this.#lookups = new Lookups({
      ...options,
      ask: xgatewayApi({ timeoutMs: pace.timeoutMs, ...api }),
      breaker: this.#breaker,
      rate: new RateLimit(pace.perSecond),
      signal: this.#stop.signal,
    });
  }

  /** Whether the API fails so much that it is left alone. */
  get isPaused(): boolean {
    return this.#breaker.isOpen;
  }

  /** Begins. Rejects when the journal can't be read. */
  async start(): Promise<void> {
    const { journal, pace } = this.#options;
    const progress = await journal.confirmationTasks.progress();
    this.#backlog.position = progress?.position ?? (await journal.head()).position;
    const lookFrom = Math.max(0, this.#backlog.position - LOOK_BACK);
    const isLate = progress !== null && Date.now() - progress.aliveAt > pace.downtimeMs;
    this.#running = this.#run(lookFrom, isLate);
  }

  /** Takes what was just committed. */
  committed(updates: readonly KycUpdate[]): void {
    let asks = false;
    for (const update of updates) if (this.#backlog.take(update)) asks = true;
    if (asks) this.#wake();
  }

  /** Asks now, before all others. Rejects with an `ApiError` when there is no answer. */
  async refresh(customerId: string): Promise<Lookup> {
    const lookup = await this.#lookups.about(customerId, true);
    this.#backlog.settle(customerId, lookup.revision);
    return lookup;
  }

  /** Asks soon. */
  ask(customerId: string): void {
    this.#backlog.ask(customerId);
    this.#wake();
  }

  /** Saves what is known and begins nothing more. ConfirmationTasks that are under way are asked again after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    await this.#backlog.save().catch(() => {});
  }

  async #run(lookFrom: number, isLate: boolean): Promise<void> {
    const { pace, log } = this.#options;
    const { signal } = this.#stop;
    let isLooking = true;
    while (!signal.aborted) {
      try {
        if (isLooking) {
          await this.#lookThrough(lookFrom);
          if (isLate) await this.#sweep(null, Date.now());
          isLooking = false;
        }
        await this.#backlog.save();
        if (Date.now() - this.#sweptAt > pace.sweepMs) {
          this.#sweptAt = Date.now();
          await this.#sweep(WAITING_STATUSES, Date.now() - pace.waitingMs);
        }
        await this.#askDue();
      } catch (error) {
        log.warn({ err: error }, 'confirmation waits for the journal');
      }
      await this.#rest(pace.pollMs);
      // What else comes now is saved with it.
      await wait(pace.gatherMs, undefined, { signal }).catch(() => {});
    }
  }

  #wake(): void {
    this.#isWoken = true;
    this.#wakeUp();
  }

  /** Waits until somebody wakes us, or has since the last rest. */
  async #rest(atMostMs: number): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, atMostMs).unref();
        this.#wakeUp = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isWoken = false;
  }

  async #askDue(): Promise<void> {
    const { journal, pace } = this.#options;
    const free = this.#breaker.isOpen ? 1 - this.#underWay : pace.concurrency - this.#underWay;
    if (free <= 0 || !this.#breaker.isReady) return;
    const now = Date.now();
    for (const task of await journal.confirmationTasks.claim(now, now + pace.leaseMs, free)) {
      this.#underWay++;
      void this.#ask(task).finally(() => {
        this.#underWay--;
        this.#wake();
      });
    }
  }

  /** Never rejects. */
  async #ask({ customerId, attempts }: ConfirmationTask): Promise<void> {
    const { pace, log } = this.#options;
    try {
      const { result, revision } = await this.#lookups.about(customerId, false);
      this.#backlog.settle(customerId, result === 'unknown' ? Number.POSITIVE_INFINITY : revision);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const failure = error instanceof ApiError ? error.failure : 'UNAVAILABLE';
      const isPassing = failure === 'UNAVAILABLE' || failure === 'RATE_LIMITED';
      const report = { customerId, failure, attempts, reason: messageOf(error) };
      log[isPassing ? 'warn' : 'error'](report, 'XGateway gave no answer about a customer');
      const pause = isPassing ? backOff(attempts, pace.retryMs, pace.maxRetryMs) : pace.sweepMs;
      this.#backlog.postpone(customerId, attempts + 1, Date.now() + pause);
    }
  }

  /** Takes up the customers whose last update after `position` calls for a question and is not confirmed yet. */
  async #lookThrough(position: number): Promise<void> {
    const { journal } = this.#options;
    for (let reached = position; !this.#stop.signal.aborted; ) {
      const updates = await journal.entriesAfter(reached, LOOK_BATCH);
      for (const update of updates) {
        reached = update.position;
        if (!needsLookup(update)) continue;
        const known = await journal.customer(update.customerId);
        if (known?.latest.position === reached && known.confirmedAt === null) this.#backlog.take(update);
      }
      if (updates.length < LOOK_BATCH) return;
      await wait(0);
    }
  }

  async #sweep(statuses: readonly string[] | null, confirmedBefore: number): Promise<void> {
    if (statuses === null) this.#options.log.warn('nobody listened for long: asking XGateway about everybody');
    const { confirmationTasks } = this.#options.journal;
    for (let after: number | null = 0; after !== null && !this.#stop.signal.aborted; await wait(0)) {
      after = await confirmationTasks.sweep({
        after,
        limit: SWEEP_BATCH,
        statuses,
        confirmedBefore,
        dueAt: Date.now(),
      });
    }
  }
}
