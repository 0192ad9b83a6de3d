/** A virtual clock: everything that happens is an event on it, and which of the events that are due comes first is random. */
import type { Scheduler } from '../../src/feed/scheduler.ts';
import type { Random } from './random.ts';

interface Event {
  readonly at: number;
  readonly run: () => void;
  isCancelled: boolean;
}

/** The clock of one schedule. */
export class VirtualTime {
  readonly #random: Random;
  #events: Event[] = [];
  #now = 0;
  /** Called after each event and everything that it has settled. */
  afterEach = (): void => {};

  constructor(random: Random) {
    this.#random = random;
  }

  /** Milliseconds since the schedule began. */
  get now(): number {
    return this.#now;
  }

  /** Runs an event after `ms`. Returns what cancels it. */
  after(ms: number, run: () => void): () => void {
    const event = { at: this.#now + ms, run, isCancelled: false };
    this.#events.push(event);
    return () => {
      event.isCancelled = true;
    };
  }

  /** Runs an event after at most `ms`. */
  soon(ms: number, run: () => void): void {
    this.after(this.#random.int(ms + 1), run);
  }

  /** Runs every event that is due until `until`; between two of them, whatever they have settled goes on. */
  async run(until: number): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      this.afterEach();
      this.#events = this.#events.filter(({ isCancelled }) => !isCancelled);
      const earliest = this.#events.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY);
      if (earliest > until) break;
      this.#now = earliest;
      const event = this.#random.pick(this.#events.filter(({ at }) => at === earliest));
      this.#events.splice(this.#events.indexOf(event), 1);
      event.run();
    }
    this.#now = until;
  }

  /** The scheduler of a process, for as long as it lives. */
  scheduler(isAlive: () => boolean): Scheduler {
    const guarded = (run: () => void) => () => {
      if (isAlive()) run();
    };
    return {
      now: () => this.#now,
      after: (ms, task) => this.after(ms, guarded(task)),
      yieldToEventLoop: () => new Promise((resolve) => void this.after(0, guarded(resolve))),
    };
  }
}
