/** One consumer in this process: waits for the lease, works while it holds it, and waits again. */
import { randomUUID } from 'node:crypto';
import { isUnavailable } from '../errors.ts';
import type { ConsumerRecord } from '../journal/consumers.ts';
import { backOff } from '../schedule/back-off.ts';
import type { SessionEnd } from './outcome.ts';
import { Session } from './session.ts';
import type { SessionOptions } from './work.ts';

/** How often a consumer that another instance holds is checked, as a fraction of its lease. */
const LOOKS = 4;
/** The shortest pause between two leases, in milliseconds. */
const AGAIN_MS = 50;
const UNAVAILABLE_FIRST_MS = 500;
const UNAVAILABLE_MAX_MS = 30_000;

/** What a runner needs. */
export type RunnerOptions = Omit<SessionOptions, 'record'>;

interface Seen {
  readonly fence: number;
  readonly beats: number;
  readonly at: number;
}

/** Runs one consumer until it is stopped. */
export class Runner {
  readonly #given: RunnerOptions;
  readonly #holder = randomUUID();
  readonly #ended: Promise<void>;
  #session: Session | null = null;
  #isStopped = false;
  #isRemoved = false;
  #failures = 0;
  #wakeUp = () => {};

  constructor(given: RunnerOptions) {
    this.#given = given;
    this.#ended = this.#run();
  }

  /** Whether this process holds the lease. */
  get isRunning(): boolean {
    return this.#session !== null;
  }

  /** Whether the consumer was removed: nothing runs any more. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /** Checks whether a person has changed something. */
  look(): void {
    this.#wakeUp();
    this.#session?.look();
  }

  /** Aborts the handlers, saves progress and releases the lease. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#session?.stop();
    this.#wakeUp();
    await this.#ended;
  }

  async #run(): Promise<void> {
    // Not synchronously: the caller has to register us first.
    await Promise.resolve();
    while (!this.#isStopped) {
      const record = await this.#acquire();
      if (record === null) return;
      const session = new Session({ ...this.#given, record });
      this.#session = session;
      const end = await session.run();
      this.#session = null;
      await this.#after(end);
    }
  }

  async #after(end: SessionEnd): Promise<void> {
    const { log, observe, options } = this.#given;
    const consumer = options.name;
    if (end.why === 'fenced') log.warn({ consumer }, 'Another instance took over a consumer, or a person changed it');
    else if (end.why === 'failed') {
      observe.stopped(consumer, end.code);
      log.error({ consumer, code: end.code, reason: end.error }, 'A consumer stopped: see docs/consumers.md');
    }
    if (end.why !== 'unavailable') {
      this.#failures = 0;
      // Also when the lease was held only briefly.
      await this.#sleep(AGAIN_MS);
    } else {
      log.error({ err: end.error, consumer }, 'A consumer cannot read; retrying');
      await this.#sleep(backOff(this.#failures++, UNAVAILABLE_FIRST_MS, UNAVAILABLE_MAX_MS));
    }
  }

  /** Waits for the lease. Null: the consumer was stopped here, or removed. */
  async #acquire(): Promise<ConsumerRecord | null> {
    const { journal, options, log } = this.#given;
    let seen: Seen | null = null;
    while (!this.#isStopped) {
      const lookedAt = performance.now();
      try {
        const record: ConsumerRecord | null = await journal.consumers.find(options.name);
        if (record === null) {
          this.#isRemoved = true;
          log.warn({ consumer: options.name }, 'A consumer was removed: its handler gets no more updates');
          return null;
        }
        const { fence, beats, holder, state } = record;
        if (seen === null || seen.fence !== fence || seen.beats !== beats)
          seen = { fence, beats, at: performance.now() };
        // The holder was silent for a whole lease, between two of our checks.
        const isFree = holder === null || lookedAt - seen.at >= options.leaseMs;
        const lease = state === 'RUNNING' && isFree ? await journal.consumers.acquire(record, this.#holder) : null;
        if (lease !== null) return lease;
      } catch (error) {
        // The holder can't send beats either while the journal is unavailable.
        seen = null;
        if (!isUnavailable(error))
          log.error({ err: error, consumer: options.name }, 'A consumer could not take its lease');
      }
      await this.#sleep(backOff(0, options.leaseMs / LOOKS, options.leaseMs));
    }
    return null;
  }

  #sleep(ms: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
