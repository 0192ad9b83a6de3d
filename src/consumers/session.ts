/** One lease of a consumer: reads the feed, hands updates to the handler and saves progress, until the lease ends. */
import { Attempt } from './attempt.ts';
import { Intake } from './intake.ts';
import { Keeper } from './keeper.ts';
import { endOf, type SessionEnd } from './outcome.ts';
import { Progress } from './progress.ts';
import { readOwnerStart } from './start.ts';
import { type SessionOptions, Work } from './work.ts';

/** How long handlers have to end, in milliseconds. */
const STOP_MS = 3_000;
const TICK_MS = 100;

/** Runs one lease. */
export class Session {
  readonly #given: SessionOptions;
  readonly #work: Work;
  readonly #keeper: Keeper;
  readonly #intake: Intake;
  readonly #end = Promise.withResolvers<SessionEnd>();
  /** Reads the owner's cursor. */
  #starting: Attempt | null = null;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;
  #isClosed = false;

  constructor(given: SessionOptions) {
    const { record, options, journal, feed } = given;
    const ended = (end: SessionEnd) => this.#finish(end);
    this.#given = given;
    this.#work = new Work(given, { isHeld: () => this.#keeper.isHeld, freed: () => this.#intake.fill(), ended });
    this.#intake = new Intake({ feed, filter: options.filter, work: this.#work, ended });
    this.#keeper = new Keeper({
      consumers: journal.consumers,
      record,
      leaseMs: options.leaseMs,
      ledger: this.#work.ledger,
      place: () => this.#work.progress.place,
      saved: () => this.#intake.fill(),
      changed: () => void this.#work.readRetries().catch((error: unknown) => ended(endOf(error))),
      ended,
    });
  }

  /** Works until the lease ends. Never rejects. */
  async run(): Promise<SessionEnd> {
    this.#tick();
    void this.#begin().catch((error: unknown) => this.#finish(endOf(error)));
    const end = await this.#end.promise;
    await this.#close(end);
    return end;
  }

  /** Ends the lease. */
  stop(): void {
    this.#finish({ why: 'stopped' });
  }

  /** A person may have changed something. */
  look(): void {
    void this.#keeper.save();
  }

  async #begin(): Promise<void> {
    const { record, options } = this.#given;
    let skipped: ReadonlySet<number> = new Set();
    if (options.readCursor !== null) {
      this.#starting = new Attempt({ attempt: 1, replayed: false, fence: record.fence }, options.timeoutMs);
      const start = await readOwnerStart(this.#given, options.readCursor, this.#starting);
      this.#work.progress = new Progress(start.place);
      skipped = start.skipped;
    }
    await this.#work.readRetries();
    if (!this.#isEnding) this.#intake.open(this.#work.progress.place, skipped);
  }

  #finish(end: SessionEnd): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#work.end();
    this.#intake.close();
    this.#end.resolve(end);
  }

  async #close(end: SessionEnd): Promise<void> {
    const { dispatcher } = this.#work;
    // Pausing a consumer does not interrupt what is under way.
    if (end.why === 'paused') await dispatcher.idle(STOP_MS);
    const reason = new DOMException('The consumer stops here.', 'AbortError');
    this.#starting?.abort(reason);
    dispatcher.abort(reason);
    await dispatcher.idle(STOP_MS);
    this.#isClosed = true;
    clearTimeout(this.#timer);
    if (end.why !== 'fenced') await this.#keeper.release(end.why === 'failed' ? end.error : undefined);
  }

  #tick(): void {
    const { dispatcher, lanes, isIdle } = this.#work;
    const now = performance.now();
    dispatcher.checkDeadlines(now);
    lanes.wake(now);
    this.#keeper.tick(now);
    dispatcher.dispatch();
    if (!this.#isClosed) this.#timer = setTimeout(() => this.#tick(), isIdle ? this.#keeper.idleMs : TICK_MS);
  }
}
