/**
 * Handles every customer's updates at least once, in order, in a separate process: the position is kept in a store, and whatever
 * fails, the next attempt starts after it.
 */
import { ask } from './ask.ts';
import { connect, type KycConnectionOptions } from './connection.ts';
import { CONSUME_KYC, NOW } from './documents.ts';
import { failureOf, graphqlFailure, KycFollowError, remedyOf } from './failure.ts';
import type { KycUpdate, KycUpdateFilter } from './generated/kyc.ts';
import { jitteredDelay, sleep } from './retry.ts';
import type { RawResult } from './transport.ts';

/** Keeps the position of each consumer. Once `save` resolves, the position must survive the end of the process. */
export interface ConsumerStore {
  /** The cursor of the last update that was handled; null: none was. */
  load(name: string): string | null | Promise<string | null>;
  save(name: string, cursor: string): unknown;
}

/** An update as a consumer gets it: without what needs another scope. */
export type ConsumedUpdate = Omit<KycUpdate, 'extra' | 'kyc' | 'requestId'>;

/** What is known about one call of a handler. */
export interface ConsumerCall {
  /** 1 for the first call with this update since the process started, then 2, 3, … */
  readonly attempt: number;
  /** Aborts when the consumer is closed. */
  readonly signal: AbortSignal;
}

/** What to consume, and with what. */
export interface ConsumeKycOptions
  extends Pick<
    KycConnectionOptions,
    'url' | 'token' | 'tokenTimeoutMs' | 'streamUrl' | 'retryDelay' | 'silenceMs' | 'fetch'
  > {
  /** Names the position in the store. One process at a time may use a name. */
  readonly name: string;
  readonly store: ConsumerStore;
  /**
   * Called with one update at a time. When it returns, or its promise resolves, the position is saved; when it fails, it is called again
   * with the same update after a pause, and nothing else is delivered meanwhile. It may see an update again after a crash: make it
   * idempotent, by `customerId` and `revision`.
   */
  readonly handler: (update: ConsumedUpdate, call: ConsumerCall) => unknown;
  /** Where a consumer without a position starts: at the beginning (default), with what comes now, or after a cursor. */
  readonly from?: 'earliest' | 'now' | (string & {}) | undefined;
  /** Which updates. Default: all. */
  readonly filter?: KycUpdateFilter | null | undefined;
  /** Closes the consumer, after the update that is being handled. */
  readonly signal?: AbortSignal | undefined;
  /** Called with each failure that is retried: of the connection, or thrown by the handler. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Consumes updates until `signal` aborts; then it resolves. Rejects when retrying cannot help: with a `KycFollowError`
 * `CURSOR_UNKNOWN` when the gateway's journal no longer holds the position (it was restored or replaced: decide what has to be handled
 * again, and save another cursor), `FORBIDDEN`, `UNAUTHENTICATED` with a plain token, and with what the store throws.
 *
 * @example
 * ```ts
 * import { consumeKyc, fileStore } from 'xgateway-kyc/client/node';
 *
 * await consumeKyc({
 *   url: 'https://kyc.example/graphql',
 *   token: () => freshToken(),
 *   name: 'risk-engine',
 *   store: fileStore('/var/lib/risk-engine'),
 *   handler: (update) => grantAccess(update.customerId, update.verified),
 * });
 * ```
 */
export async function consumeKyc(options: ConsumeKycOptions): Promise<void> {
  const closing = options.signal ?? new AbortController().signal;
  const { name, store, retryDelay = jitteredDelay, onError = () => {} } = options;
  let position: string | null = null;
  let isLoaded = false;
  for (let failures = 0; !closing.aborted; ) {
    try {
      if (!isLoaded) {
        position = await store.load(name);
        isLoaded = true;
      }
      if (position === null) {
        // Saved before the first update is handled, so that a crash until then misses nothing.
        position = await startOf(options, closing);
        if (position !== 'earliest') await saved(store, name, position);
      }
      for await (const result of updatesAfter(position, options, closing)) {
        const update = updateIn(result);
        if (!(await handled(update, options, closing))) return;
        await saved(store, name, update.cursor);
        position = update.cursor;
        failures = 0;
      }
    } catch (thrown) {
      if (closing.aborted) return;
      if (thrown instanceof StoreFailure) throw thrown.cause;
      if (!isLoaded) throw thrown;
      const failure = failureOf(thrown);
      const remedy = remedyOf(failure.code, { renewable: typeof options.token === 'function', resumed: false });
      if (remedy !== 'retry') throw failure;
      onError(failure);
    }
    await sleep(retryDelay(failures), closing);
    failures += 1;
  }
}

function updatesAfter(
  after: string,
  options: ConsumeKycOptions,
  closing: AbortSignal,
): AsyncGenerator<RawResult, void> {
  // Over SSE a slow handler slows the gateway down, and nothing queues in memory.
  const variables = { after, filter: options.filter ?? null };
  return connect('sse', options, { query: CONSUME_KYC, variables }, closing, () => {});
}

function updateIn({ data, errors }: RawResult): ConsumedUpdate {
  if (errors !== undefined && errors.length > 0) throw graphqlFailure(errors);
  const update = data?.['kycUpdates'];
  if (typeof update === 'object' && update !== null) return update as ConsumedUpdate;
  throw new KycFollowError('NOT_UNDERSTOOD', 'The gateway sent a result without an update.');
}

/** Calls the handler until it succeeds. False: the consumer was closed before. */
async function handled(
  update: ConsumedUpdate,
  { handler, retryDelay = jitteredDelay, onError = () => {} }: ConsumeKycOptions,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempt = 1; !signal.aborted; attempt++) {
    try {
      await handler(update, { attempt, signal });
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      onError(error);
      await sleep(retryDelay(attempt - 1), signal);
    }
  }
  return false;
}

/** Where a consumer without a position starts. */
async function startOf({ from = 'earliest', ...options }: ConsumeKycOptions, closing: AbortSignal): Promise<string> {
  if (from !== 'now') return from;
  const { kycCustomers } = await ask<{ readonly kycCustomers: { readonly asOf: string } }>(options, NOW, {}, closing);
  return kycCustomers.asOf;
}

/** The store failed: the consumer can't go on without a position. */
class StoreFailure extends Error {}

async function saved(store: ConsumerStore, name: string, cursor: string): Promise<void> {
  try {
    await store.save(name, cursor);
  } catch (cause) {
    throw new StoreFailure('The store failed.', { cause });
  }
}
