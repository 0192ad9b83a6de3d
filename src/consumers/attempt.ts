/** One call of a handler, bounded in time whatever the handler does. */
import type { ConsumerContext } from './options.ts';

/** What a handler is told about an attempt. */
type AttemptFacts = Omit<ConsumerContext, 'signal'>;

/** A call that is under way. */
export class Attempt {
  readonly context: ConsumerContext;
  /** How long it may take. */
  readonly timeoutMs: number;
  readonly #deadlineAt: number;
  /** Made when the handler asks for the signal. */
  #controller: AbortController | null = null;
  #abortReason: unknown;
  #isAborted = false;
  #wasStopped = false;
  #reject: (error: unknown) => void = () => {};

  constructor(facts: AttemptFacts, timeoutMs: number) {
    this.timeoutMs = timeoutMs;
    this.#deadlineAt = performance.now() + timeoutMs;
    this.context = new AttemptContext(facts, () => this.#signal);
  }

  /** Whether the handler was told to end because its consumer stops. */
  get wasStopped(): boolean {
    return this.#wasStopped;
  }

  /** Resolves when `call` has done its work; rejects when it throws or rejects, and when it takes too long. */
  run(call: (context: ConsumerContext) => unknown): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#reject = reject;
      try {
        const returned = call(this.context);
        Promise.resolve(returned).then(() => resolve(), reject);
      } catch (error) {
        reject(error);
      }
    });
  }

  /** Ends the attempt when its time is over. */
  checkDeadline(now: number): void {
    if (now < this.#deadlineAt || this.#isAborted) return;
    const reason = new DOMException(`The handler did not finish within ${this.timeoutMs} ms.`, 'TimeoutError');
    this.#abort(reason);
    this.#reject(reason);
  }

  /** Tells the handler to end; it may still succeed. */
  abort(reason: unknown): void {
    this.#wasStopped = !this.#isAborted;
    this.#abort(reason);
  }

  #abort(reason: unknown): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#abortReason = reason;
    this.#controller?.abort(reason);
  }

  get #signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isAborted) this.#controller.abort(this.#abortReason);
    }
    return this.#controller.signal;
  }
}

/** A class: an object with a getter of its own takes V8 as long as everything else about an attempt. */
class AttemptContext implements ConsumerContext {
  readonly attempt: number;
  readonly replayed: boolean;
  readonly fence: number;
  readonly #signal: () => AbortSignal;

  constructor({ attempt, replayed, fence }: AttemptFacts, signal: () => AbortSignal) {
    this.attempt = attempt;
    this.replayed = replayed;
    this.fence = fence;
    this.#signal = signal;
  }

  get signal(): AbortSignal {
    return this.#signal();
  }
}
