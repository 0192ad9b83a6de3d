/** A follower's options, updates and states. */
import type { KycConnectionOptions } from './connection.ts';
import type { CursorStorage } from './cursor-storage.ts';
import type { KycFollowError } from './failure.ts';
import type { KycUpdate, KycUpdateFilter } from './generated/kyc.ts';
import type { TransportName } from './transport.ts';

/** An update as a follower gives it: without what needs a scope, and without the customer, who is what the updates show. */
export interface FollowedUpdate extends Omit<KycUpdate, 'extra' | 'kyc' | 'requestId'> {
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
export interface FollowKycOptions extends FollowerOptions {
  /** The customer; the token's own when left out. */
  readonly customerId?: string | null | undefined;
  /** Start after this cursor instead of with the current state. A cursor in `storage` takes precedence. */
  readonly after?: string | null | undefined;
}

/** Which updates of all customers to follow, and what to call. */
export interface FollowKycUpdatesOptions extends FollowerOptions {
  /** Which updates. All when left out. */
  readonly filter?: KycUpdateFilter | null | undefined;
  /**
   * Start after this cursor (of an update, or an `asOf`), or with the first update of all (`earliest`), instead of now. A cursor in
   * `storage` takes precedence.
   */
  readonly after?: string | null | undefined;
}

/** What every follower takes. */
export interface FollowerOptions extends KycConnectionOptions {
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
   * a snapshot comes next (when following all customers: changes from now on, or everything again if it began with `earliest`).
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
