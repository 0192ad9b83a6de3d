/** One question to XGateway's API about one customer, from the asking to the record. */
import type { Logger } from 'pino';
import { FULL_USER } from '../domain/kyc.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import { ApiError, type ApiFailure, type LookUpKyc } from '../xgateway/kyc-api.ts';
import type { CircuitBreaker, RateLimit } from './circuit-breaker.ts';

/** What an answer can change. */
export const LOOKUP_RESULTS = ['agreed', 'doubt_lifted', 'corrected', 'learned', 'unknown'] as const;

/**
 * What an answer changed. `agreed`: nothing but the time of the confirmation; `doubt_lifted`: `verified`; `corrected`: what we
 * held; `learned`: a customer of whom no callback came; `unknown`: neither we nor XGateway know them.
 */
export type LookupResult = (typeof LOOKUP_RESULTS)[number];

/** An answer that was recorded. */
export interface Lookup {
  readonly result: LookupResult;
  /** The customer's revision that the answer is about. */
  readonly revision: number;
}

/** Who counts questions. */
export interface LookupObserver {
  /** After each question, with how long it took. */
  asked(tookMs: number): void;
  answered(result: LookupResult): void;
  failed(failure: ApiFailure): void;
}

/** What questions need. */
export interface LookupOptions {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly ask: LookUpKyc;
  readonly requireConfirmation: boolean;
  readonly breaker: CircuitBreaker;
  readonly rate: RateLimit;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly observe?: LookupObserver;
}

/** How often a question is asked again because the customer has changed meanwhile. */
const MAX_ROUNDS = 3;

/** So many customers in a row whom we know and XGateway does not: then it is not XGateway's word that is believed. */
const MAX_CONSECUTIVE_UNKNOWN = 3;

/** Asks; one question a customer at a time. */
export class Lookups {
  readonly #options: LookupOptions;
  readonly #open = new Map<string, Promise<Lookup>>();
  #consecutiveUnknown = 0;

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  /**
   * Asks about a customer and records the answer. Who asks while a question is open shares it. Rejects with an `ApiError`.
   * @param learns whether a customer of whom nothing is known may be learned of.
   */
  about(customerId: string, learns: boolean): Promise<Lookup> {
    const open = this.#open.get(customerId);
    if (open !== undefined) return open;
    const lookup = this.#inquire(customerId, learns)
      .then((answered) => {
        this.#options.observe?.answered(answered.result);
        return answered;
      })
      .finally(() => this.#open.delete(customerId));
    this.#open.set(customerId, lookup);
    return lookup;
  }

  async #inquire(customerId: string, learns: boolean): Promise<Lookup> {
    const { journal, queue, requireConfirmation } = this.#options;
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const known = await journal.customer(customerId);
      const revision = known?.latest.revision ?? 0;
      // Erased since the question came up, or while it was under way: an answer must not bring them back.
      if (known === null && (!learns || round > 1)) return { result: 'unknown', revision };
      const answer = await this.#ask(customerId);
      if (known === null && (answer === null || answer.status === null)) return { result: 'unknown', revision };
      // A customer without a user at XGateway is what its null means.
      const report = answer ?? { customerId, status: null };
      this.#checkStranger(known, answer === null);
      const circumstances = {
        source: 'API',
        receivedAt: Date.now(),
        requireConfirmation,
        atRevision: revision,
      } as const;
      const recorded = await queue.submit({ report, circumstances });
      if (recorded.outcome === 'unchanged') return { result: 'agreed', revision };
      if (recorded.outcome === 'superseded') continue;
      const { update } = recorded;
      const result = known === null ? 'learned' : isLifted(known, report.status) ? 'doubt_lifted' : 'corrected';
      if (result === 'corrected') this.#warn(customerId, known?.latest.status ?? null, update.status, update.revision);
      return { result, revision: update.revision };
    }
    throw new ApiError('UNAVAILABLE', 'The customer changed during each question. Ask again later.');
  }

  async #ask(customerId: string) {
    const { ask, breaker, rate, signal, observe } = this.#options;
    await rate.turn(signal);
    if (!breaker.pass()) throw new ApiError('UNAVAILABLE', "XGateway's API fails: no more questions for a while.");
    const startedAt = performance.now();
    try {
      const answer = await ask(customerId, signal);
      breaker.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof ApiError) {
        breaker.failed(error);
        observe?.failed(error.failure);
      }
      throw error;
    } finally {
      observe?.asked(performance.now() - startedAt);
    }
  }

  /** With the key of another account XGateway would know nobody, and everybody would lose their status. */
  #checkStranger(known: CustomerRecord | null, isStranger: boolean): void {
    if (!isStranger) this.#consecutiveUnknown = 0;
    else if (known !== null && known.latest.status !== null && ++this.#consecutiveUnknown > MAX_CONSECUTIVE_UNKNOWN) {
      const message = 'XGateway does not know any of the last customers that it told us of';
      throw new ApiError(
        'MALFORMED',
        `${message}. Check that XGATEWAY_API_KEY is of the account that sends the callbacks.`,
      );
    }
  }

  #warn(customerId: string, before: string | null, after: string | null, revision: number): void {
    const level = before === FULL_USER ? 'error' : 'warn';
    this.#options.log[level]({ customerId, before, after, revision }, "XGateway's API contradicts what was received");
  }
}

function isLifted({ latest }: CustomerRecord, status: string | null): boolean {
  return status === FULL_USER && latest.status === FULL_USER && !latest.verified;
}
