/** The life of a gateway: `start`, `drain` and `stop` may be called in any order, at once, and more than once. */
import { KycError } from '../errors.ts';
import { sendGraphqlError } from '../http/error-response.ts';
import type { NodeHandler } from '../http/node-handler.ts';

/** How long `stop` waits for queries in progress, in milliseconds. */
const QUERIES_DEADLINE_MS = 5_000;

/** The work of each stage. None is called twice. */
export interface LifecycleParts {
  start(): Promise<void>;
  /** Never rejects. */
  drain(): Promise<void>;
  /** Releases everything. Never rejects. */
  release(): Promise<void>;
}

/** Runs each stage once and in order. */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  #starting: Promise<void> | null = null;
  #draining: Promise<void> | null = null;
  #stopping: Promise<void> | null = null;
  #isStarted = false;
  #isStopped = false;
  #queries = 0;
  #becameIdle = () => {};

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Throws `SHUTTING_DOWN` once the gateway no longer takes callbacks. */
  checkRunning(): void {
    if (this.#draining !== null || this.#stopping !== null) throw shuttingDown();
  }

  /** Throws `NOT_READY` until the gateway has started, and `SHUTTING_DOWN` once it is drained. */
  checkStarted(): void {
    this.checkRunning();
    if (!this.#isStarted) throw new KycError('NOT_READY', 'The gateway has not started. Await gateway.start() first.');
  }

  /** Throws `SHUTTING_DOWN` once the gateway no longer answers queries. */
  checkNotStopped(): void {
    if (this.#isStopped) throw shuttingDown();
  }

  start(): Promise<void> {
    if (this.#stopping !== null) return Promise.reject(shuttingDown());
    this.#starting ??= this.#parts.start().then(() => {
      this.#isStarted = true;
    });
    return this.#starting;
  }

  drain(): Promise<void> {
    this.#draining ??= this.#parts.drain();
    return this.#draining;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /**
   * Counts the queries of `handler`, so that `stop` waits for them, and answers 503 once the gateway is stopped. No cache keeps an
   * answer: it is one viewer's.
   */
  query(handler: NodeHandler): NodeHandler {
    return (request, response, next) => {
      response.setHeader('Cache-Control', 'no-store');
      if (this.#isStopped) {
        response.setHeader('Connection', 'close');
        return sendGraphqlError(response, shuttingDown());
      }
      this.#queries++;
      response.once('close', () => this.#queryEnded());
      return handler(request, response, next);
    };
  }

  /** Runs a query of the application's own code as one of those that `stop` waits for. `SHUTTING_DOWN` once the gateway is stopped. */
  async run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    this.checkNotStopped();
    this.#queries++;
    try {
      return await work();
    } catch (error) {
      // It took longer than `stop` waits: the journal was closed beneath it.
      throw this.#isStopped ? shuttingDown(error) : error;
    } finally {
      this.#queryEnded();
    }
  }

  #queryEnded(): void {
    if (--this.#queries === 0) this.#becameIdle();
  }

  async #stop(): Promise<void> {
    // A start in progress is finished first: what it opens has to be released.
    await this.#starting?.catch(() => {});
    await this.drain();
    if (this.#queries > 0) {
      await new Promise<void>((resolve) => {
        const deadline = setTimeout(resolve, QUERIES_DEADLINE_MS);
        this.#becameIdle = () => {
          clearTimeout(deadline);
          resolve();
        };
      });
    }
    this.#isStopped = true;
    await this.#parts.release();
  }
}

function shuttingDown(cause?: unknown): KycError {
  return new KycError('SHUTTING_DOWN', 'The gateway is shutting down. Try again.', { cause });
}
