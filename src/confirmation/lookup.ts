/** One lookup of one customer: from the call to XGateway's API to the record of its answer. */

import type { Logger } from 'pino';
import { FULL_USER } from '../domain/kyc.ts';
import type { KycReport, KycUpdate } from '../domain/update.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import { currentTime } from '../schedule/clock.ts';
import { ApiError, type LookUpKyc } from '../xgateway/kyc-api.ts';
import type { CircuitBreaker, RateLimit } from './circuit-breaker.ts';
import { KeyCheck } from './key-check.ts';
import type { Lookup, LookupObserver } from './lookup-result.ts';

/** What lookups need. */
export interface LookupOptions {
  readonly journal: Journal;
  readonly queue: CommitQueue;
  readonly call: LookUpKyc;
  readonly requireConfirmation: boolean;
  readonly breaker: CircuitBreaker;
  readonly rate: RateLimit;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly observe?: LookupObserver;
}

/** How often the API is called again because the customer has changed meanwhile. */
const MAX_ROUNDS = 3;

interface OpenLookup {
  readonly learns: boolean;
  /** The revision that the current call is about; null: not read yet. */
  revision: number | null;
  readonly lookup: Promise<Lookup>;
}

/** Looks customers up, each in at most one lookup at a time. */
export class Lookups {
  readonly #options: LookupOptions;
  readonly #open = new Map<string, OpenLookup>();
  #key = new KeyCheck();

  constructor(options: LookupOptions) {
    this.#options = options;
  }

  /**
   * Looks a customer up and records the answer. Shares an open lookup if that one will answer the same: it is about the
   * customer's latest revision, and may learn of an unknown customer if this one may. Otherwise it starts after that one. Rejects
   * with an `ApiError`.
   * @param learns whether a customer of which nothing is known may be recorded.
   */
  async about(customerId: string, learns: boolean): Promise<Lookup> {
    let latest: number | null = null;
    for (let open = this.#open.get(customerId); open !== undefined; open = this.#open.get(customerId)) {
      // Every lookup that starts from now on sees what is committed by now.
      latest ??= (await this.#options.journal.customer(customerId))?.latest.revision ?? 0;
      if ((open.learns || !learns) && (open.revision === null || open.revision >= latest)) return open.lookup;
      await open.lookup.catch(() => {});
    }
    return this.#start(customerId, learns);
  }

  /** The API key has changed: whether it belongs to the right account has to be proved again. */
  keyChanged(): void {
    this.#key = new KeyCheck();
  }

  #start(customerId: string, learns: boolean): Promise<Lookup> {
    const begin = async () => {
      try {
        const lookup = await this.#lookUp(customerId, open);
        this.#options.observe?.answered(lookup.result);
        return lookup;
      } finally {
        this.#open.delete(customerId);
      }
    };
    const { promise, resolve } = Promise.withResolvers<Lookup>();
    const open: OpenLookup = { learns, revision: null, lookup: promise };
    this.#open.set(customerId, open);
    resolve(begin());
    return promise;
  }

  async #lookUp(customerId: string, open: OpenLookup): Promise<Lookup> {
    const { journal, queue, requireConfirmation } = this.#options;
    for (let round = 1; round <= MAX_ROUNDS; round++) {
      const known = await journal.customer(customerId);
      const atRevision = known?.latest.revision ?? 0;
      open.revision = atRevision;
      // Erased since the lookup became due, or while it was open: an answer must not create them again.
      if (known === null && (!open.learns || round > 1)) return { result: 'unknown', revision: atRevision };
      const answer = await this.#call(customerId);
      if (known === null && (answer === null || answer.status === null)) {
        return { result: 'unknown', revision: atRevision };
      }
      this.#requireKnownKey(known, answer);
      // XGateway's null means that it has no user for this customer.
      const report = answer ?? { customerId, status: null };
      const recorded = await queue.submit({
        report,
        circumstances: { source: 'API', receivedAt: currentTime(), requireConfirmation, atRevision },
      });
      if (recorded.outcome === 'unchanged') return { result: 'agreed', revision: atRevision };
      if (recorded.outcome === 'applied') return this.#applied(known, report, recorded.update);
      if (recorded.denied === true) return { result: 'denied', revision: recorded.revision };
    }
    return { result: 'moved_on', revision: 0 };
  }

  #requireKnownKey(known: CustomerRecord | null, answer: KycReport | null): void {
    const doubt = this.#key.answered(known, answer);
    if (doubt === null) return;
    this.#options.observe?.failed(doubt.failure);
    throw doubt;
  }

  #applied(known: CustomerRecord | null, report: KycReport, update: KycUpdate): Lookup {
    const { customerId, revision } = update;
    const { log } = this.#options;
    if (known === null) return { result: 'learned', revision };
    if (!update.confirmed) {
      log.error(
        { customerId, answered: report.status, revision },
        "XGateway's API denies FULL_USER: the customer is not verified until the API agrees or a person confirms",
      );
      return { result: 'denied', revision };
    }
    const { status: before, verified } = known.latest;
    if (before === FULL_USER && update.status === FULL_USER && !verified) return { result: 'doubt_lifted', revision };
    const level = before === FULL_USER ? 'error' : 'warn';
    log[level](
      { customerId, before, after: update.status, revision },
      "XGateway's API contradicts what was received: its answer is recorded",
    );
    return { result: 'corrected', revision };
  }

  async #call(customerId: string): Promise<KycReport | null> {
    const { call, breaker, rate, signal, observe } = this.#options;
    await rate.acquire(signal);
    if (!breaker.pass()) {
      throw new ApiError('UNAVAILABLE', "XGateway's API is failing: calls to it are paused. Try again later.");
    }
    const startedAt = performance.now();
    try {
      const answer = await call(customerId, signal);
      breaker.succeeded();
      return answer;
    } catch (error) {
      if (error instanceof ApiError) {
        breaker.failed(error);
        observe?.failed(error.failure);
      }
      throw error;
    } finally {
      observe?.lookedUp(performance.now() - startedAt);
    }
  }
}
