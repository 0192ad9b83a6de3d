/** The consumers of this process, by name. */
import type { Logger } from 'pino';
import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { Feed } from '../feed/feed.ts';
import { CONSUMER_LIMITS } from '../journal/consumers.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { type ConsumeOptions, type ConsumerContext, resolveConsumeOptions } from './options.ts';
import type { ConsumerObserver } from './outcome.ts';
import { Runner } from './runner.ts';

/** What consumers need. */
export interface ConsumerRegistryOptions {
  readonly journal: Journal;
  readonly feed: Feed;
  /** The place that a cursor names; rejects with `BAD_USER_INPUT` and `CURSOR_UNKNOWN`. */
  readonly placeOf: (cursor: string) => Promise<Head>;
  /** Undefined: handle an update of this age, in milliseconds, at once; otherwise a promise for a later turn of the event loop. */
  readonly turn: (ageMs: number) => Promise<void> | undefined;
  readonly observe: ConsumerObserver;
  readonly log: Logger;
}

/** A consumer that this process runs, or stands by to run. */
export interface KycConsumerHandle extends AsyncDisposable {
  readonly name: string;
  /** Stops it in this process: handlers are aborted, progress is saved, and another instance may take over. Never rejects. */
  stop(): Promise<void>;
}

/** Runs consumers. */
export class ConsumerRegistry {
  readonly #given: ConsumerRegistryOptions;
  readonly #runners = new Map<string, Runner>();
  readonly #starting = new Set<string>();
  #isStopped = false;

  constructor(given: ConsumerRegistryOptions) {
    this.#given = given;
  }

  /** Whether this process holds the consumer's lease; null: it has no handler for it. */
  isRunning(name: string): boolean | null {
    return this.#runners.get(name)?.isRunning ?? null;
  }

  /** The names of the consumers that this process has handlers for. */
  get names(): readonly string[] {
    return [...this.#runners.keys()];
  }

  /** Starts a consumer. Resolves once it is known to the journal. */
  async consume(
    name: string,
    handle: (update: KycUpdate, context: ConsumerContext) => unknown,
    given: ConsumeOptions,
  ): Promise<KycConsumerHandle> {
    const options = resolveConsumeOptions(name, given);
    const { journal, feed } = this.#given;
    if (typeof handle !== 'function') throw new KycError('BAD_USER_INPUT', 'A consumer needs a handler function.');
    if (this.#runners.get(name)?.isRemoved === true) this.#runners.delete(name);
    if (this.#runners.has(name) || this.#starting.has(name)) {
      throw new KycError('BAD_USER_INPUT', `This process has a consumer "${name}" already.`);
    }
    this.#starting.add(name);
    try {
      // Claim the name and fix "now" before anything is awaited.
      const now = feed.place;
      const existing = await journal.consumers.find(name);
      if (existing === null) await this.#create(name, await this.#place(options.start, now));
      // A restart may have fixed whatever stopped it.
      else if (existing.state === 'STOPPED') await journal.consumers.setState(name, 'RUNNING');
    } finally {
      this.#starting.delete(name);
    }
    if (this.#isStopped) throw new KycError('SHUTTING_DOWN', 'The gateway is shutting down.');
    const runner = new Runner({ ...this.#given, options, handle });
    this.#runners.set(name, runner);
    const stop = async () => {
      await runner.stop();
      if (this.#runners.get(name) === runner) this.#runners.delete(name);
    };
    return { name, stop, [Symbol.asyncDispose]: stop };
  }

  /** Checks at once whether a person has changed this consumer. */
  look(name: string): void {
    this.#runners.get(name)?.look();
  }

  /** Stops all of them here. Never rejects. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
  }

  async #place(start: string | null, now: Head): Promise<Head> {
    if (start === 'now') return now;
    if (start === 'earliest' || start === null) return { position: 0, digest: this.#given.journal.seed };
    return this.#given.placeOf(start);
  }

  async #create(name: string, place: Head): Promise<void> {
    if ((await this.#given.journal.consumers.create(name, place)) !== 'full') return;
    throw new KycError(
      'BAD_USER_INPUT',
      `There are ${CONSUMER_LIMITS.consumers} consumers already. Remove one that is not used any more.`,
    );
  }
}
