/** Calls the handler: at most so many at once, each customer's updates one after the other, and never so long that others wait. */
import type { KycUpdate } from '../domain/update.ts';
import { currentTime } from '../schedule/clock.ts';
import { Attempt } from './attempt.ts';
import type { Entry } from './entry.ts';
import type { Lane, Lanes } from './lanes.ts';
import type { ConsumerContext } from './options.ts';

/** How a dispatcher works, and what it reports to. */
export interface DispatcherOptions {
  readonly lanes: Lanes;
  readonly fence: number;
  readonly concurrency: number;
  readonly timeoutMs: number;
  /** Undefined: handle an update of this age, in milliseconds, at once; otherwise a promise for a later turn of the event loop. */
  readonly turn: (ageMs: number) => Promise<void> | undefined;
  /** Whether the lease is still held: a process that was suspended must not begin anything before it has checked. */
  isHeld(): boolean;
  /** The entry's update; null: it was erased. Rejects with an `UnreadError` when it can't be read now. */
  read(entry: Entry): KycUpdate | null | Promise<KycUpdate | null>;
  handle(update: KycUpdate, context: ConsumerContext): unknown;
  succeeded(lane: Lane, entry: Entry): void;
  /** `wasStopped`: after the handler was told to end, because its consumer stops here. */
  failed(lane: Lane, entry: Entry, error: unknown, wasStopped: boolean): void;
}

/** Runs the attempts of one lease. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #running = new Set<Attempt>();
  #isStopped = false;
  #isYielding = false;
  #becameIdle = () => {};

  constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Whether a handler is being called. */
  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Starts what can be started. */
  dispatch(): void {
    while (this.#canStart) {
      // An embedded journal answers synchronously, so quick handlers would keep callbacks waiting.
      const later = this.#options.turn(this.#ageOfNext());
      if (later === undefined) this.#startNext();
      else {
        this.#isYielding = true;
        void later.then(() => {
          this.#isYielding = false;
          // This is the turn that was asked for: asking again would wait for yet another.
          if (this.#canStart) this.#startNext();
          this.dispatch();
        });
      }
    }
  }

  get #canStart(): boolean {
    const { lanes, concurrency, isHeld } = this.#options;
    const isFree = !this.#isStopped && !this.#isYielding && this.#running.size < concurrency;
    return isFree && lanes.ready > 0 && isHeld();
  }

  /** How long ago the next update was received, in milliseconds; one that is not read yet has waited for long. */
  #ageOfNext(): number {
    const receivedAt = this.#options.lanes.peek()?.first?.update?.receivedAt;
    return receivedAt === undefined ? Number.POSITIVE_INFINITY : currentTime() - receivedAt;
  }

  #startNext(): void {
    const lane = this.#options.lanes.next();
    if (lane?.first !== undefined) void this.#attempt(lane, lane.first);
  }

  /** Ends the attempts that have taken too long. */
  checkDeadlines(now: number): void {
    for (const attempt of this.#running) attempt.checkDeadline(now);
  }

  /** Starts nothing more. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Tells the handlers that are running to end. */
  abort(reason: unknown): void {
    for (const attempt of this.#running) attempt.abort(reason);
  }

  /** Resolves when no handler is running, and at the latest after `deadlineMs`. */
  async idle(deadlineMs: number): Promise<void> {
    if (this.#running.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const deadline = setTimeout(resolve, deadlineMs);
    this.#becameIdle = resolve;
    await promise;
    clearTimeout(deadline);
  }

  async #attempt(lane: Lane, entry: Entry): Promise<void> {
    const { fence, timeoutMs, read, handle, succeeded, failed } = this.#options;
    const attempt = new Attempt({ attempt: entry.attempts + 1, replayed: entry.isReplayed, fence }, timeoutMs);
    this.#running.add(attempt);
    let end = () => succeeded(lane, entry);
    try {
      const reading = read(entry);
      const update = reading instanceof Promise ? await reading : reading;
      if (update !== null) await attempt.run((context) => handle(update, context));
    } catch (error) {
      end = () => failed(lane, entry, error, attempt.wasStopped);
    }
    this.#running.delete(attempt);
    end();
    this.dispatch();
    if (this.#running.size === 0) this.#becameIdle();
  }
}
