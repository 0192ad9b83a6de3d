/** The intake: from the body of a callback to its outcome. Knows no HTTP framework. */

import type { Logger } from 'pino';
import { isTooDeep } from '../domain/exact-json.ts';
import type { KycReport } from '../domain/update.ts';
import { isUnavailable } from '../errors.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import { currentTime } from '../schedule/clock.ts';
import type { AnsweredCallback } from '../telemetry/callback-line.ts';
import type { TraceContext, Tracing } from '../telemetry/tracing.ts';
import { type CallbackSecrets, type MatchedSecret, matchSecret } from '../xgateway/callback-hash.ts';
import { type Classification, classify } from './classify.ts';
import { CustomerRateLimit } from './customer-rate-limit.ts';
import { jsonDeadLetter, textDeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './dead-letter-queue.ts';
import { guardedHook } from './guarded-hook.ts';
import type { CallbackOutcome } from './responses.ts';

/** Changes of one customer per minute unless the owner says otherwise. */
export const DEFAULT_CALLBACKS_PER_CUSTOMER_PER_MINUTE = 120;

/** What the intake needs. */
export interface IntakeOptions {
  readonly queue: CommitQueue;
  readonly deadLetters: DeadLetterQueue;
  readonly secrets: CallbackSecrets;
  readonly requireConfirmation: boolean;
  /** Callbacks of other types are passed to the application: nothing is kept of them. Default false. */
  readonly passOtherTypes?: boolean;
  /**
   * Journal entries and genuine dead letters about one customer per minute; more are refused with 429. Default 120; 0 turns the limit
   * off. Repetitions don't count, and what takes `FULL_USER` away is never refused.
   */
  readonly callbacksPerCustomerPerMinute?: number | undefined;
  /** Called with a customer whose limit is used up, once a minute, so that they can be looked up at XGateway's API. */
  readonly onCustomerRateLimited?: ((customerId: string) => void) | undefined;
  readonly log: Logger;
  /** Null: the application does not trace. */
  readonly tracing?: Tracing | null;
  /** Called for each genuine callback with the secret that made its hash. An error that it throws is logged. */
  readonly onGenuine?: (secret: NonNullable<MatchedSecret>) => void;
  /** Called for each genuine callback that was recorded, unchanged or kept. An error that it throws is logged. */
  readonly onAnswered?: (callback: AnsweredCallback) => void;
}

/** Where a callback came from. */
export interface CallbackOrigin {
  /** The sender's address. */
  readonly address: string;
  readonly requestId: string;
  /** The address is in the owner's list. False without a list. */
  readonly isAllowedAddress: boolean;
  /** When it began to arrive, as `performance.now()`. */
  readonly startedAt: number;
}

/** A callback whose body is a JSON object. `text`: the same as sent; null when only the parsed value is left. */
export interface ReceivedCallback extends CallbackOrigin {
  readonly body: Record<string, unknown>;
  readonly text: string | null;
}

/** The callback intake. */
export interface Intake {
  /** Classifies and records one callback. Never rejects. */
  receive(callback: ReceivedCallback): Promise<CallbackOutcome>;
  /** Keeps what is not a JSON object. */
  refuseText(text: string, origin: CallbackOrigin): CallbackOutcome;
}

type Unrecorded = Extract<Classification, { readonly report: null }>;

/** Makes the intake. */
export function createIntake(options: IntakeOptions): Intake {
  const { tracing, deadLetters } = options;
  const receiver = new Receiver(options);
  return {
    receive: (callback) =>
      tracing == null ? receiver.receive(callback) : tracing.callback((traced) => receiver.receive(callback, traced)),
    refuseText(text, origin) {
      deadLetters.refuse(textDeadLetter(text, origin));
      return { answer: 'NOT_JSON' };
    },
  };
}

class Receiver {
  readonly #options: IntakeOptions;
  readonly #customers: CustomerRateLimit;
  readonly #onGenuine: (secret: NonNullable<MatchedSecret>) => void;
  readonly #onAnswered: (callback: AnsweredCallback) => void;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#onGenuine = guardedHook(options.onGenuine, options.log);
    this.#onAnswered = guardedHook(options.onAnswered, options.log);
    this.#customers = new CustomerRateLimit(
      options.callbacksPerCustomerPerMinute ?? DEFAULT_CALLBACKS_PER_CUSTOMER_PER_MINUTE,
    );
  }

  async receive(callback: ReceivedCallback, traced?: TraceContext): Promise<CallbackOutcome> {
    const { secrets, log } = this.#options;
    const { hash } = callback.body;
    const classified = classify(callback.body, callback.text, (customerId) =>
      typeof hash === 'string' ? matchSecret(customerId, hash, secrets) : null,
    );
    if (!classified.isGenuine) return this.#refuse(callback, classified);
    this.#onGenuine(classified.secret as NonNullable<MatchedSecret>);
    const customerId = classified.report?.customerId ?? (classified as Unrecorded).customerId ?? '';
    try {
      const outcome = await (classified.report === null
        ? this.#keep(callback, classified, customerId)
        : this.#record(callback, classified.report, traced));
      this.#answered(callback, outcome, { customerId, status: classified.report?.status, traced });
      return outcome;
    } catch (error) {
      this.#customers.release(customerId);
      const { requestId } = callback;
      if (!isUnavailable(error)) log.error({ err: error, customerId, requestId }, 'The journal refused a callback');
      return { answer: 'UNAVAILABLE' };
    }
  }

  #answered(
    { requestId, startedAt }: ReceivedCallback,
    { answer, revision }: CallbackOutcome,
    {
      customerId,
      status,
      traced,
    }: Pick<AnsweredCallback, 'customerId' | 'status'> & { traced: TraceContext | undefined },
  ): void {
    if (answer !== 'applied' && answer !== 'unchanged' && answer !== 'kept') return;
    const tookMs = performance.now() - startedAt;
    const traceId = traced === undefined ? undefined : this.#options.tracing?.traceIdOf(traced);
    this.#onAnswered({ customerId, status, outcome: answer, revision, tookMs, requestId, traceId });
  }

  async #record(callback: ReceivedCallback, report: KycReport, traced?: TraceContext): Promise<CallbackOutcome> {
    const { queue, requireConfirmation } = this.#options;
    const { customerId } = report;
    const { requestId } = callback;
    const isRateLimited = !this.#customers.take(customerId);
    const circumstances = { source: 'CALLBACK', receivedAt: currentTime(), requireConfirmation, requestId } as const;
    const recorded = await queue.submit({
      report,
      circumstances: isRateLimited ? { ...circumstances, isRateLimited } : circumstances,
      ...(traced !== undefined && { traced }),
    });
    if (recorded.outcome === 'applied') return { answer: 'applied', revision: recorded.update.revision };
    this.#customers.release(customerId);
    if (recorded.outcome !== 'superseded') return { answer: 'unchanged', revision: recorded.revision };
    // Repetitions that arrived at the same time were counted too: take them back.
    if (this.#customers.hasRoom(customerId)) return this.#record(callback, report, traced);
    return this.#limit(callback, customerId);
  }

  async #keep(callback: ReceivedCallback, classified: Unrecorded, customerId: string): Promise<CallbackOutcome> {
    const { deadLetters, log } = this.#options;
    if (!this.#customers.take(customerId)) {
      this.#customers.release(customerId);
      return this.#limit(callback, customerId);
    }
    const { requestId } = callback;
    const isKept = await deadLetters.keep(jsonDeadLetter(callback, classified));
    if (!isKept) {
      this.#customers.release(customerId);
      const advice = 'XGateway retries it. Replay or discard some of them';
      log.error({ customerId, requestId }, `A genuine callback was not kept: no room for more dead letters. ${advice}`);
      return { answer: 'UNAVAILABLE' };
    }
    const { problems } = classified;
    // The request ID makes each message unique: the log drops repeated messages.
    const message = `The genuine callback ${requestId} was not understood and is kept as a dead letter`;
    log.error({ customerId, problems, requestId }, message);
    return { answer: 'kept' };
  }

  #limit({ address, requestId }: ReceivedCallback, customerId: string): CallbackOutcome {
    const { log, onCustomerRateLimited } = this.#options;
    const { retryAfter, isFirst } = this.#customers.refuse(customerId);
    if (isFirst) {
      const message =
        'Too many changes of one customer in a minute: callbacks about them get 429. Has their hash leaked?';
      log.error({ customerId, address, requestId }, message);
      try {
        onCustomerRateLimited?.(customerId);
      } catch (error) {
        log.error({ err: error, customerId }, 'Could not look up a rate-limited customer at XGateway');
      }
    }
    return { answer: 'TOO_MANY_FOR_CUSTOMER', retryAfter };
  }

  #refuse(callback: ReceivedCallback, classified: Classification): CallbackOutcome {
    const { deadLetters, passOtherTypes, log } = this.#options;
    const { reason, customerId } = classified as Unrecorded;
    const { address, requestId } = callback;
    if (reason === 'NOT_UNDERSTOOD') throw new Error('A refused callback is never "not understood".');
    if (isTooDeep(callback.body, callback.text)) {
      deadLetters.refuse(textDeadLetter(callback.text ?? '', callback));
      return { answer: 'NOT_JSON' };
    }
    if (reason === 'NOT_GENUINE') {
      const ms = Math.round(performance.now() - callback.startedAt);
      const refusal = { customerId, address, outcome: 'refused', code: reason, ms, requestId };
      log.warn(refusal, 'Refused a callback: its hash is missing or wrong');
    }
    if (reason === 'OTHER_CALLBACK_TYPE' && passOtherTypes === true) return { answer: reason };
    deadLetters.refuse(jsonDeadLetter(callback, classified as Unrecorded));
    return { answer: reason === 'NOT_JSON' ? 'NOT_JSON' : reason };
  }
}
