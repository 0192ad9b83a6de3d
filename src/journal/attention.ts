/**
 * Updates that wait until a person acknowledges them: reversals, unrecognised statuses, updates that are possibly late
 * (see domain/attention.ts). Each has a row, written in the transaction that appends it; a customer in doubt has none, their standing
 * says it.
 */
import type { Acknowledgement } from '../domain/attention.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** An update that waits, and why: the bits of `FLAGS`. */
export interface FlaggedUpdate {
  readonly update: KycUpdate;
  readonly flags: number;
}

/** The state of an update that had flags. */
export interface FlagState {
  readonly isOpen: boolean;
  /** Null: nobody has acknowledged it. */
  readonly acknowledgement: Acknowledgement | null;
}

/** Which updates are acknowledged. */
export interface AcknowledgedUpdates {
  readonly customerId: string;
  /** The positions of the first and the last of them. */
  readonly from: number;
  readonly to: number;
}

/** How much waits, each counted up to a limit. */
export interface WaitingCounts {
  /** Customers in doubt. */
  readonly inDoubt: number;
  /** Updates that wait, by their flags. */
  readonly flagged: ReadonlyMap<number, number>;
  /** Pending decisions: what else their update waits for. */
  readonly pending: readonly { readonly isInDoubt: boolean; readonly flags: number }[];
}

/** The contract of the store. Promises reject as those of a `Journal` do. */
export interface Attention {
  /** Updates with exactly these flags that wait, after `position`, in order, at most `limit`. */
  flaggedAfter(flags: number, position: number, limit: number): MaybePromise<readonly FlaggedUpdate[]>;
  /** The latest updates of customers in doubt, after `position`, in order, at most `limit`. */
  inDoubtAfter(position: number, limit: number): MaybePromise<readonly KycUpdate[]>;
  /** How much waits; each count is at most `limit`. */
  counts(limit: number): MaybePromise<WaitingCounts>;
  /** The state of the updates at these positions that have flags. */
  states(positions: readonly number[]): MaybePromise<ReadonlyMap<number, FlagState>>;
  /** Acknowledges what still waits, and returns the number of updates. */
  acknowledge(updates: AcknowledgedUpdates, acknowledgement: Acknowledgement): MaybePromise<number>;
}

/** A row of `attention_items` as far as readers see it. */
export interface FlagStateRow {
  readonly position: number;
  readonly is_open: number;
  readonly acknowledgement: string | null;
}

/** Reads rows. */
export function readFlagStates(rows: readonly FlagStateRow[]): ReadonlyMap<number, FlagState> {
  return new Map(
    rows.map(({ position, is_open, acknowledgement }) => [
      position,
      {
        isOpen: is_open === 1,
        acknowledgement: acknowledgement === null ? null : (JSON.parse(acknowledgement) as Acknowledgement),
      },
    ]),
  );
}
