/** The callback endpoint of a gateway, from the HTTP request to the commit queue or a dead letter. */
import type { Logger } from 'pino';
import { DeadLetterQueue } from '../callback/dead-letter-queue.ts';
import { guardedHook } from '../callback/guarded-hook.ts';
import { callbackHandler } from '../callback/handler.ts';
import { createIntake } from '../callback/intake.ts';
import type { Confirmer } from '../confirmation/confirmer.ts';
import { addressReader } from '../http/client-address.ts';
import type { NodeHandler } from '../http/node-handler.ts';
import type { CommitQueue } from '../journal/commit-queue.ts';
import type { Journal } from '../journal/journal.ts';
import { type AnsweredCallback, CALLBACK_MESSAGE, callbackFields } from '../telemetry/callback-line.ts';
import type { Tracing } from '../telemetry/tracing.ts';
import type { ResolvedOptions } from './options.ts';

/** What the callback endpoint needs. */
export interface ReceivingOptions {
  readonly options: ResolvedOptions;
  readonly queue: CommitQueue;
  readonly deadLetters: DeadLetterQueue;
  /** Null without XGateway's API. */
  readonly confirmer: Confirmer | null;
  /** Null: the application does not trace. */
  readonly tracing: Tracing | null;
}

/** The callback endpoint. */
export interface Receiving {
  readonly handler: NodeHandler;
  /** Resolves when every dead letter that was accepted is written. */
  settled(): Promise<void>;
}

/** Makes the queue of a journal's dead letters. */
export function createDeadLetterQueue(
  { deadLetters }: Journal,
  { log, metrics }: Pick<ResolvedOptions, 'log' | 'metrics'>,
): DeadLetterQueue {
  return new DeadLetterQueue(deadLetters, {
    onDropped: guardedHook((count) => metrics.droppedDeadLetters.inc(count), log),
    onError: (error) => log.error({ err: error }, 'Could not write refused callbacks to the dead letters'),
  });
}

/** Makes the callback endpoint. */
export function createReceiving({ options, queue, deadLetters, confirmer, tracing }: ReceivingOptions): Receiving {
  const { secrets, requireConfirmation, log, metrics } = options;
  const writeLine = answeredHook(options);
  const intake = createIntake({
    queue,
    deadLetters,
    secrets: secrets.callbacks,
    requireConfirmation,
    passOtherTypes: options.passOtherCallbackTypes,
    callbacksPerCustomerPerMinute: options.callbacksPerCustomerPerMinute,
    onCustomerRateLimited: (customerId) => confirmer?.lookUpSoon(customerId),
    log,
    tracing,
    onGenuine: (secret) => metrics.genuineCallbacks.count(secret),
    onAnswered(callback) {
      metrics.callbackDuration.observe(callback.tookMs / 1_000);
      return writeLine?.(callback);
    },
  });
  const handler = callbackHandler({
    intake,
    allowedIps: options.callbackAllowedIps,
    addressOf: addressReader(options.trustProxy),
    trustsProxy: options.trustProxy !== undefined,
    passOtherTypes: options.passOtherCallbackTypes,
    log,
    onOutcome: ({ answer }) => metrics.callbacks.count(answer),
  });
  return { handler, settled: () => deadLetters.settled() };
}

/** Writes the line of each genuine callback that was answered. Undefined: there are none. */
function answeredHook({ customerNames, onCallback, log }: ResolvedOptions) {
  // The level is read once: asking the log each time costs as much as the line. This log already applies LOG_CUSTOMER_IDS.
  if (onCallback === undefined) return log.isLevelEnabled?.('info') === true ? toLog(log) : undefined;
  if (!customerNames.isHashed) return onCallback;
  return (callback: AnsweredCallback): void =>
    onCallback({ ...callback, customerId: customerNames.nameOf(callback.customerId) });
}

function toLog(log: Logger): (callback: AnsweredCallback) => void {
  return (callback) => log.info(callbackFields(callback), CALLBACK_MESSAGE);
}
