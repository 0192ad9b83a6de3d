/**
 * Follows one customer's KYC: the current state, then every change, each once and in order, across reconnects, restarts of the
 * gateway, expired tokens and, with a storage, reloads of the page.
 *
 * A follower is a cursor: that of the last update that its consumer has handled. Whatever breaks, the next attempt starts after
 * it, and the gateway sends what was missed. There is no limit on attempts.
 */
import { connect, type KycConnectionOptions } from './connection.ts';
import { type CursorStorage, cursorMemory } from './cursor-storage.ts';
import { failureOf, graphqlFailure, KycFollowError, reachedGateway, remedyOf } from './failure.ts';
import type { KycUpdate } from './generated/kyc.ts';
import { jitteredDelay, sleep } from './retry.ts';
import type { RawResult, TransportName } from './transport.ts';
import { TransportSelector } from './transport-selector.ts';

/** An update as a follower gives it. */
export interface FollowedUpdate extends KycUpdate {
  /**
   * True for the state that a stream without a cursor begins with: the customer's latest update. There may be earlier ones that
   * this follower never delivered. It comes once at the start, and again after each `onReset`.
   */
  readonly snapshot: boolean;
}

/** How a follower is connected. */
export type KycFollowState =
  /** Not connected yet. */
  | { readonly name: 'connecting' }
  /** Updates arrive as they happen. */
  | { readonly name: 'live'; readonly transport: TransportName }
  /** The connection broke or was refused, and is being retried. `reason` is the last failure. */
  | { readonly name: 'retrying'; readonly reason: KycFollowError }
  /** Closed by its owner (`error` is null), or because retrying cannot help. */
  | { readonly name: 'closed'; readonly error: KycFollowError | null };

/** What to follow, and what to call. */
export interface FollowKycOptions extends KycConnectionOptions {
  /** The customer; the token's own when left out. */
  readonly customerId?: string | null | undefined;
  /** Start after this cursor instead of with the current state. A cursor in `storage` takes precedence. */
  readonly after?: string | null | undefined;
  /** Keeps the cursor: a later follower with the same storage continues after the last update that was handled. */
  readonly storage?: CursorStorage | undefined;
  /** How long the storage may take to answer, in milliseconds. Default 5,000. After that the follower continues without it. */
  readonly storageTimeoutMs?: number | undefined;
  /** The cursor's key in the storage. Default: made from the URL and the customer. */
  readonly storageKey?: string | undefined;
  /**
   * Called with each update. With it the follower starts at once; without it, when it is iterated. When it returns a promise, the
   * next update waits for it. When it throws, the follower closes, and the update counts as not handled.
   */
  readonly onUpdate?: ((update: FollowedUpdate) => unknown) | undefined;
  /** Called with each new state; the first, `connecting`, is not reported. */
  readonly onState?: ((state: KycFollowState) => void) | undefined;
  /**
   * The gateway does not know the cursor: its journal was restored from a backup, or is another one. The cursor is dropped and
   * a snapshot comes next. What was delivered before may no longer be true.
   */
  readonly onReset?: ((reason: KycFollowError) => void) | undefined;
  /** Closes the follower. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A running follower. It can be iterated once, by one consumer; asking for the next update says that the one before is
 * handled. The iteration ends when the follower is closed, and throws a `KycFollowError` when retrying cannot help.
 */
export interface KycFollower extends AsyncIterable<FollowedUpdate> {
  /** How it is connected now. */
  readonly state: KycFollowState;
  /** Closes the connection and ends the iteration. */
  close(): void;
}

const FIELDS = [
  'customerId revision status rawStatus processingStatus missingDocuments { type } rejectLabels endUserMessage nextAction',
  'verified confirmed cursor previousStatus reversal repeatsRevision source receivedAt',
].join(' ');
const FIELD = 'kycStatusChanged';
const QUERY = `subscription FollowKyc($customerId: ID, $after: String) {
  ${FIELD}(customerId: $customerId, after: $after) { ${FIELDS} }
}`;

/** A connection that was live for this long resets the count of failures. */
const STABLE_MS = 5_000;

/**
 * Follows a customer's KYC.
 *
 * @example
 * const follower = followKyc({
 *   url: 'https://kyc.shop.example/graphql',
 *   token: () => fetch('/api/kyc-token').then((response) => response.text()),
 *   onUpdate: ({ status, verified }) => show(status, verified),
 * });
 * // later
 * follower.close();
 */
export function followKyc(options: FollowKycOptions): KycFollower {
  const closing = new AbortController();
  let state: KycFollowState = { name: 'connecting' };
  const enter = (next: KycFollowState): void => {
    if (state.name === 'closed') return;
    state = next;
    options.onState?.(next);
  };
  const close = (): void => {
    closing.abort();
    enter({ name: 'closed', error: null });
  };
  const updates = run(options, enter, closing);
  options.signal?.addEventListener('abort', close, { signal: closing.signal });
  if (options.signal?.aborted) close();
  if (options.onUpdate !== undefined) void deliver(updates, options.onUpdate, options.onState !== undefined);
  return {
    get state() {
      return state;
    },
    close,
    [Symbol.asyncIterator]: () => updates,
  };
}

async function* run(
  options: FollowKycOptions,
  enter: (state: KycFollowState) => void,
  ending: AbortController,
): AsyncGenerator<FollowedUpdate, void, undefined> {
  const closing = ending.signal;
  const customerId = options.customerId ?? null;
  const key = options.storageKey ?? `xgateway-kyc:${options.url}:${customerId ?? ''}`;
  const memory = cursorMemory(options.storage, key, options.storageTimeoutMs);
  const transports = new TransportSelector(options.transport ?? 'auto');
  let cursor = (await memory.read()) ?? options.after ?? null;
  let failures = 0;
  try {
    while (!closing.aborted) {
      let acceptedAt: number | null = null;
      const accepted = (): void => {
        acceptedAt = performance.now();
        enter({ name: 'live', transport: transports.current });
      };
      const resumed = cursor !== null;
      try {
        let snapshot = !resumed;
        const subscription = { query: QUERY, variables: { customerId, after: cursor } };
        for await (const result of connect(transports.current, options, subscription, closing, accepted)) {
          const update = updateIn(result);
          failures = 0;
          yield { ...update, snapshot };
          // The consumer requested the next update, so this one is handled.
          snapshot = false;
          cursor = update.cursor;
          await memory.write(cursor);
        }
      } catch (error) {
        if (closing.aborted) break;
        const failure = failureOf(error);
        if (failure.code !== 'TOKEN_FAILED') transports.record(acceptedAt !== null || reachedGateway(failure));
        if (acceptedAt !== null && performance.now() - acceptedAt > STABLE_MS) failures = 0;
        const remedy = remedyOf(failure.code, { renewable: typeof options.token === 'function', resumed });
        if (remedy === 'give up') throw failure;
        enter({ name: 'retrying', reason: failure });
        if (remedy === 'reset') {
          cursor = null;
          await memory.write(null);
          options.onReset?.(failure);
        }
        // Without a pause only where another failure cannot follow at once.
        const mayRetryAtOnce = failure.code === 'CONSUMER_BEHIND' || (remedy === 'reset' && resumed);
        if (!mayRetryAtOnce) await sleep((options.retryDelay ?? jitteredDelay)(failures++), closing);
      }
    }
  } catch (error) {
    enter({ name: 'closed', error: failureOf(error) });
    throw error;
  } finally {
    enter({ name: 'closed', error: null });
    // Also when the follower gave up by itself: nothing of it stays on the caller's signal.
    ending.abort();
  }
}

/** Delivers updates until the follower is closed. */
async function deliver(
  updates: AsyncIterable<FollowedUpdate>,
  onUpdate: (update: FollowedUpdate) => unknown,
  reportsStates: boolean,
): Promise<void> {
  try {
    for await (const update of updates) await onUpdate(update);
  } catch (error) {
    // `onState` has reported that it is closed, and why. Anything else is an unhandled error of the application.
    if (!(error instanceof KycFollowError && reportsStates)) throw error;
  }
}

function updateIn({ data, errors }: RawResult): KycUpdate {
  if (errors !== undefined && errors.length > 0) throw graphqlFailure(errors);
  const update = data?.[FIELD] as KycUpdate | undefined;
  if (typeof update?.cursor === 'string') return update;
  throw new KycFollowError('NOT_UNDERSTOOD', 'The answer is not a KYC update. Check the URL.');
}
