/**
 * Follows updates, each once and in order: for one customer the current state and then every change, for all customers every change.
 * Survives reconnects, restarts of the gateway, expired tokens and, with a storage, reloads of the page.
 *
 * A follower is a cursor: that of the last update its consumer has handled. Whatever fails, the next attempt starts after
 * it, and the gateway sends what was missed. There is no limit on attempts.
 */
import { connect } from './connection.ts';
import { cursorMemory } from './cursor-storage.ts';
import { failureOf, graphqlFailure, KycFollowError, reachedGateway, remedyOf } from './failure.ts';
import type { FollowedUpdate, FollowerOptions, KycFollower, KycFollowState } from './follow-contract.ts';
import { jitteredDelay, sleep } from './retry.ts';
import type { RawResult } from './transport.ts';
import { TransportSelector } from './transport-selector.ts';

/** What a follower subscribes to. */
export interface Subject {
  /** The subscription's field. */
  readonly field: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Distinguishes the cursors of different subjects in one storage. */
  readonly key: string;
  /**
   * The cursor of now, for a stream that has no snapshot to begin with: what happens until it is connected belongs to it. Null where
   * the stream begins with a snapshot.
   */
  readonly now: ((closing: AbortSignal) => Promise<string>) | null;
}

/** A connection that was live for this long resets the count of failures. */
const STABLE_MS = 5_000;

/** The `after` that means the beginning of the journal. */
const EARLIEST = 'earliest';

/** Starts a follower. */
export function follow(
  options: FollowerOptions & { readonly after?: string | null | undefined },
  subject: Subject,
): KycFollower {
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
  const updates = run(options, subject, enter, closing);
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
  options: FollowerOptions & { readonly after?: string | null | undefined },
  { field, query, variables, key: subjectKey, now }: Subject,
  enter: (state: KycFollowState) => void,
  ending: AbortController,
): AsyncGenerator<FollowedUpdate, void, undefined> {
  const closing = ending.signal;
  const key = options.storageKey ?? `xgateway-kyc:${options.url}:${subjectKey}`;
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
      const resumed = cursor !== null && cursor !== EARLIEST;
      try {
        if (now !== null) cursor ??= await now(closing);
        let snapshot = cursor === null;
        const subscription = { query, variables: { ...variables, after: cursor } };
        for await (const result of connect(transports.current, options, subscription, closing, accepted)) {
          const update = updateIn(result, field);
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
          // A stream from the beginning starts from the beginning again.
          cursor = options.after === EARLIEST ? EARLIEST : null;
          await memory.write(null);
          options.onReset?.(failure);
        }
        // Skip the pause only where another failure cannot follow at once.
        const mayRetryAtOnce = failure.code === 'CONSUMER_BEHIND' || (remedy === 'reset' && resumed);
        if (!mayRetryAtOnce) await sleep((options.retryDelay ?? jitteredDelay)(failures++), closing);
      }
    }
  } catch (error) {
    enter({ name: 'closed', error: failureOf(error) });
    throw error;
  } finally {
    enter({ name: 'closed', error: null });
    // Also when the follower gave up on its own: it leaves no listener on the caller's signal.
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

function updateIn({ data, errors }: RawResult, field: string): Omit<FollowedUpdate, 'snapshot'> {
  if (errors !== undefined && errors.length > 0) throw graphqlFailure(errors);
  const update = data?.[field] as Omit<FollowedUpdate, 'snapshot'> | undefined;
  if (typeof update?.cursor === 'string') return update;
  throw new KycFollowError('NOT_UNDERSTOOD', 'The answer is not a KYC update. Check the URL.');
}
