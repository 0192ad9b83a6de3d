/**
 * Follows one customer's KYC: the state now, then every change, each once and in order, across reconnects, restarts of the
 * gateway, expired tokens and, with a storage, reloads of the page.
 *
 * A follower is a cursor: the cursor of the last update that its consumer has handled. Whatever breaks, the next attempt
 * starts after it, and the gateway sends what was missed. Attempts never run out.
 */
import { connect, type KycConnectionOptions } from './connection.ts';
import { type CursorStorage, cursorMemory } from './cursor-storage.ts';
import { failureOf, graphqlFailure, KycFollowError, reachedGateway, remedyOf } from './failure.ts';
import type { KycUpdate } from './generated/kyc.ts';
import { jitteredDelay, pause, TransportSelector } from './retry.ts';
import type { RawResult, TransportName } from './transport-selector.ts';

/** An update as a follower gives it. */
export interface FollowedUpdate extends KycUpdate {
  /**
   * True for the state that a stream without a cursor begins with: it is the customer's latest update, and there may be
   * earlier ones that this follower never gave. After the first, it comes again only after `onReset`.
   */
  readonly snapshot: boolean;
}

/** How a follower is connected. */
export type KycFollowState =
  /** Not connected yet. */
  | { readonly name: 'connecting' }
  /** Updates arrive as they happen. */
  | { readonly name: 'live'; readonly transport: TransportName }
  /** The connection broke, or was refused for now; it stays so until an attempt succeeds. `reason` is the last failure. */
  | { readonly name: 'retrying'; readonly reason: KycFollowError }
  /** Over: closed by its owner (`error` is null), or because going on can't help. */
  | { readonly name: 'closed'; readonly error: KycFollowError | null };

/** What to follow, and who is told. */
export interface FollowKycOptions extends KycConnectionOptions {
  /** The customer; the token's own when left out. */
  readonly customerId?: string | null | undefined;
  /** Start after this cursor, rather than with the state now. What is in `storage` goes before it. */
  readonly after?: string | null | undefined;
  /** Keeps the cursor: a follower with the same storage goes on after the last update that was handled. */
  readonly storage?: CursorStorage | undefined;
  /** The name of the cursor in the storage. Default: made of the URL and the customer. */
  readonly storageKey?: string | undefined;
  /**
   * Takes each update. With it the follower starts at once; without, it starts when it is iterated. When it returns a promise
   * the next update waits for it. When it throws, the follower closes, and the update counts as not handled.
   */
  readonly onUpdate?: ((update: FollowedUpdate) => unknown) | undefined;
  /** Told of each state, after the first. */
  readonly onState?: ((state: KycFollowState) => void) | undefined;
  /**
   * The gateway does not know the cursor: its journal was restored from a backup, or is another one. The cursor is dropped and
   * a snapshot comes next; what was given before may no longer be true.
   */
  readonly onReset?: ((reason: KycFollowError) => void) | undefined;
  /** Closes the follower. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A running follower. It can be iterated once, by one consumer; asking for the next update says that the one before is
 * handled. The iteration ends when the follower is closed and throws a `KycFollowError` when going on can't help.
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

/** A connection that was live for so long starts counting failures anew. */
const STABLE_MS = 5_000;

/** Follows a customer's KYC. */
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
  const updates = run(options, enter, closing.signal);
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
  closing: AbortSignal,
): AsyncGenerator<FollowedUpdate, void, undefined> {
  const customerId = options.customerId ?? null;
  const memory = cursorMemory(options.storage, options.storageKey ?? `xgateway-kyc:${options.url}:${customerId ?? ''}`);
  const ways = new TransportSelector(options.transport ?? 'auto');
  let cursor = (await memory.read()) ?? options.after ?? null;
  let failures = 0;
  try {
    while (!closing.aborted) {
      let acceptedAt: number | null = null;
      const accepted = (): void => {
        acceptedAt = Date.now();
        enter({ name: 'live', transport: ways.current });
      };
      const resumed = cursor !== null;
      try {
        let snapshot = !resumed;
        const subscription = { query: QUERY, variables: { customerId, after: cursor } };
        for await (const result of connect(ways.current, options, subscription, closing, accepted)) {
          const update = updateIn(result);
          failures = 0;
          yield { ...update, snapshot };
          // The consumer has come back for the next: this one is handled.
          snapshot = false;
          cursor = update.cursor;
          await memory.write(cursor);
        }
      } catch (error) {
        if (closing.aborted) break;
        const failure = failureOf(error);
        if (failure.code !== 'TOKEN_FAILED') ways.tried(acceptedAt !== null || reachedGateway(failure));
        if (acceptedAt !== null && Date.now() - acceptedAt > STABLE_MS) failures = 0;
        const remedy = remedyOf(failure.code, { renewable: typeof options.token === 'function', resumed });
        if (remedy === 'give up') throw failure;
        enter({ name: 'retrying', reason: failure });
        if (remedy === 'reset') {
          cursor = null;
          await memory.write(null);
          options.onReset?.(failure);
        } else if (failure.code !== 'CONSUMER_BEHIND') {
          await pause((options.retryDelay ?? jitteredDelay)(failures++), closing);
        }
      }
    }
  } catch (error) {
    enter({ name: 'closed', error: failureOf(error) });
    throw error;
  } finally {
    enter({ name: 'closed', error: null });
  }
}

/** Hands out updates until the follower is closed. */
async function deliver(
  updates: AsyncIterable<FollowedUpdate>,
  onUpdate: (update: FollowedUpdate) => unknown,
  isToldOfStates: boolean,
): Promise<void> {
  try {
    for await (const update of updates) await onUpdate(update);
  } catch (error) {
    // Whoever listens to states knows that it is closed, and why. Anything else is an error that nobody handles.
    if (!(error instanceof KycFollowError && isToldOfStates)) throw error;
  }
}

function updateIn({ data, errors }: RawResult): KycUpdate {
  if (errors !== undefined && errors.length > 0) throw graphqlFailure(errors);
  const update = data?.[FIELD] as KycUpdate | undefined;
  if (typeof update?.cursor === 'string') return update;
  throw new KycFollowError('NOT_UNDERSTOOD', 'This is not an update of KYC. Is the URL right?');
}
