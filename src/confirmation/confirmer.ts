/**
 * Confirmation: what callbacks say is checked against XGateway's API, soon after its commit and never delaying it.
 *
 * policy.ts decides who is looked up. The tasks are durable (see journal/confirmation-tasks.ts): a callback costs one check of its update,
 * and its task is saved with others a moment later.
 */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import { describeError } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { ConfirmationTask } from '../journal/confirmation-tasks.ts';
import type { Journal } from '../journal/journal.ts';
import { backOff } from '../schedule/back-off.ts';
import { currentTime } from '../schedule/clock.ts';
import { ApiError, type ApiFailure, type XgatewayApiOptions, xgatewayApi } from '../xgateway/kyc-api.ts';
import { Backlog } from './backlog.ts';
import { CatchUp } from './catch-up.ts';
import { CircuitBreaker, RateLimit } from './circuit-breaker.ts';
import { Lookups } from './lookup.ts';
import type { Lookup, LookupObserver } from './lookup-result.ts';
import { WAITING_STATUSES, wasDownForLong } from './policy.ts';
import type { ConfirmationSchedule } from './schedule.ts';

/** What confirmation needs. */
export interface ConfirmerOptions {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly api: XgatewayApiOptions;
  readonly requireConfirmation: boolean;
  readonly log: Logger;
  readonly schedule: ConfirmationSchedule;
  readonly observe?: LookupObserver;
}

/** Transient failures: the lookup is repeated with growing pauses. */
const PASSING: ReadonlySet<ApiFailure> = new Set(['UNAVAILABLE', 'RATE_LIMITED', 'KEY_UNPROVEN']);

/** Runs the lookups that are due. */
export class Confirmer {
  readonly #options: ConfirmerOptions;
  readonly #backlog: Backlog;
  readonly #catchUp: CatchUp;
  readonly #breaker: CircuitBreaker;
  readonly #lookups: Lookups;
  #sweptAt = Number.NEGATIVE_INFINITY;
  #running = 0;
  #isWoken = false;
  #wakeUp = () => {};
  #loop: Promise<void> | null = null;
  readonly #stop = new AbortController();

  /** Throws when the API's URL is not usable. */
  constructor(options: ConfirmerOptions) {
    this.#options = options;
    const { schedule, api, journal } = options;
    const { breakAfter: after, breakMs: pauseMs, maxBreakMs: maxPauseMs } = schedule;
    this.#backlog = new Backlog(journal.confirmationTasks);
    this.#catchUp = new CatchUp(journal, this.#backlog, this.#stop.signal);
    this.#breaker = new CircuitBreaker({ after, pauseMs, maxPauseMs });
    this.#lookups = new Lookups({
      ...options,
      call: xgatewayApi({ timeoutMs: schedule.timeoutMs, ...api }),
      breaker: this.#breaker,
      rate: new RateLimit(schedule.perSecond),
      signal: this.#stop.signal,
    });
  }

  /** Whether calls to the API are paused because it fails. */
  get isPaused(): boolean {
    return this.#breaker.isOpen;
  }

  /** Since when they are, in milliseconds since 1970; null: they are not. */
  get pausedSince(): number | null {
    return this.#breaker.openSince;
  }

  /** Starts. Rejects when the journal can't be read. */
  async start(): Promise<void> {
    const { journal, schedule } = this.#options;
    const progress = await journal.confirmationTasks.progress();
    this.#backlog.position = progress?.position ?? (await journal.head()).position;
    const reached = this.#backlog.position;
    this.#loop = this.#run(async () => {
      if (progress === null) await this.#catchUp.addUnconfirmed();
      await this.#catchUp.lookBackFrom(reached);
      if (wasDownForLong(progress, schedule)) {
        this.#options.log.warn('No gateway ran for a while: every customer is looked up at XGateway');
        await this.#catchUp.sweep(null, currentTime());
      }
    });
  }

  /** Takes what was just committed. */
  committed(updates: readonly KycUpdate[]): void {
    let isDue = false;
    for (const update of updates) if (this.#backlog.take(update)) isDue = true;
    if (isDue) this.#wake();
  }

  /** Looks a customer up now. Rejects with an `ApiError` when there is no answer. */
  async refresh(customerId: string): Promise<Lookup> {
    const lookup = await this.#lookups.about(customerId, true);
    this.#settle({ customerId, attempts: 0 }, lookup);
    // There may have been no task that the denial could postpone.
    if (lookup.result === 'denied') this.#backlog.add(customerId, currentTime() + this.#options.schedule.retryMs);
    return lookup;
  }

  /** Looks a customer up soon. */
  lookUpSoon(customerId: string): void {
    this.#backlog.add(customerId);
    this.#wake();
  }

  /** The API key has changed: lookups that failed with the old one are retried at once. */
  keyChanged(): void {
    this.#lookups.keyChanged();
    this.#breaker.succeeded();
    this.#wake();
  }

  /** Saves the tasks and starts no further lookups. Those that are open are repeated after the next start. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#loop;
    await this.#backlog.save().catch(() => {});
  }

  async #run(prepare: () => Promise<void>): Promise<void> {
    const { schedule, log } = this.#options;
    const { signal } = this.#stop;
    let isPrepared = false;
    while (!signal.aborted) {
      try {
        if (!isPrepared) await prepare();
        isPrepared = true;
        await this.#backlog.save();
        if (performance.now() - this.#sweptAt > schedule.sweepMs) {
          this.#sweptAt = performance.now();
          await this.#catchUp.sweep(WAITING_STATUSES, currentTime() - schedule.waitingMs);
        }
        await this.#startDue();
      } catch (error) {
        log.warn({ err: error }, 'The journal is unavailable: confirmation waits for it');
      }
      await this.#sleep(schedule.pollMs);
      // Whatever arrives meanwhile is saved with it.
      await sleep(schedule.gatherMs, undefined, { signal }).catch(() => {});
    }
  }

  #wake(): void {
    this.#isWoken = true;
    this.#wakeUp();
  }

  /** Sleeps until `#wake` is called, or was since the last sleep. */
  async #sleep(atMostMs: number): Promise<void> {
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

  async #startDue(): Promise<void> {
    const { journal, schedule } = this.#options;
    const free = (this.#breaker.isOpen ? 1 : schedule.concurrency) - this.#running;
    if (free <= 0 || !this.#breaker.isReady) return;
    const now = currentTime();
    for (const task of await journal.confirmationTasks.claim(now, now + schedule.leaseMs, free)) {
      this.#running++;
      void this.#complete(task).finally(() => {
        this.#running--;
        this.#wake();
      });
    }
  }

  /** Never rejects. */
  async #complete(task: ConfirmationTask): Promise<void> {
    const { schedule, log } = this.#options;
    const { customerId, attempts } = task;
    try {
      this.#settle(task, await this.#lookups.about(customerId, false));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const failure = error instanceof ApiError ? error.failure : 'UNAVAILABLE';
      const level = failure === 'UNAVAILABLE' || failure === 'RATE_LIMITED' ? 'warn' : 'error';
      log[level]({ customerId, failure, attempts, reason: describeError(error) }, 'A customer could not be looked up');
      const pause = PASSING.has(failure) ? backOff(attempts, schedule.retryMs, schedule.maxRetryMs) : schedule.sweepMs;
      this.#backlog.postpone(customerId, attempts + 1, currentTime() + pause);
    }
  }

  #settle({ customerId, attempts }: Pick<ConfirmationTask, 'customerId' | 'attempts'>, lookup: Lookup): void {
    const { retryMs, maxRetryMs } = this.#options.schedule;
    const { result, revision } = lookup;
    switch (result) {
      case 'denied':
        this.#backlog.deny(customerId, attempts + 1, currentTime() + backOff(attempts, retryMs, maxRetryMs));
        break;
      case 'moved_on':
        this.#backlog.add(customerId);
        break;
      case 'unknown':
        this.#backlog.settle(customerId, Number.POSITIVE_INFINITY);
        break;
      default:
        this.#backlog.settle(customerId, revision);
    }
  }
}
