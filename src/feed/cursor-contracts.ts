/** What a cursor works with: a source of updates, an owner that keeps account of it, and the subscriber that pulls. */
import type { KycUpdate } from '../domain/update.ts';
import type { FeedCursor } from './cursor.ts';

/**
 * Where an update is relative to a cursor's place: `behind` it (seen before), the `next` one, further `ahead`; or the place
 * itself is in doubt, because the journal was `replaced` or its customer erased.
 */
export type Comparison = 'behind' | 'next' | 'ahead' | 'replaced';

/** What a cursor follows, and its place in it. Knows no cursor. */
export interface CursorSource {
  /** The one customer whose updates it has; null: all customers. */
  readonly customerId: string | null;
  /** Whether the place is known to be part of the chain that the feed follows. */
  readonly isAnchored: boolean;
  /** Compares an update of the feed's chain with the place. Pure. `before`: the digest of the entry before; null: unknown. */
  compare(update: KycUpdate, before: number | null): Comparison;
  /** Moves the place to an update. Returns whether the subscriber wants it. `fromFeed`: the feed's chain has it. */
  advance(update: KycUpdate, fromFeed: boolean): boolean;
  /**
   * At most `limit` updates after the place, in order; empty when there are none; null when the customer was erased.
   * Rejects with `CURSOR_UNKNOWN` when the journal no longer holds the place, with `JOURNAL_UNAVAILABLE` when it can't be read.
   */
  read(limit: number): Promise<readonly KycUpdate[] | null>;
}

/** Keeps account of cursors. */
export interface CursorOwner {
  /** The journal is unavailable: call `retry` when it may be back. */
  onStalled(cursor: FeedCursor): void;
  /** The cursor has read past the feed: call `verify` when the feed has caught up. */
  onUnanchored(cursor: FeedCursor): void;
  /** The subscriber is gone. */
  onClosed(cursor: FeedCursor): void;
}

/** Receives the next update. The same object may pull again and again. */
export interface Pull {
  take(update: KycUpdate): void;
  /** The stream has ended; with an error: because updates can't be read. */
  end(error?: unknown): void;
}
