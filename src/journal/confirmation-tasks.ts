/**
 * Confirmation tasks: which customers have to be looked up at XGateway's API, and when. Durable, so that a restart loses none.
 *
 * They follow from the journal, so nothing is written with a callback: its task is saved a moment later, and after a crash the
 * journal is read again from the last position that was saved.
 */
import type { MaybePromise } from './maybe-promise.ts';

/** A lookup that is due for one customer. */
export interface ConfirmationTask {
  readonly customerId: string;
  /** Urgent tasks are claimed before the others. */
  readonly urgent: boolean;
  /** How often the lookup has failed, or the customer was denied, in a row. */
  readonly attempts: number;
}

/** How far the journal has been considered. */
export interface ConfirmationProgress {
  /** The journal position up to which every update has its task. */
  readonly position: number;
  /** When a gateway was last alive, in milliseconds since 1970. */
  readonly aliveAt: number;
}

/** Changes to the tasks, in one transaction. */
export interface ConfirmationTaskChanges {
  readonly progress?: ConfirmationProgress;
  /** New tasks. A task that exists only becomes more urgent, and due sooner. */
  readonly added?: readonly { readonly customerId: string; readonly urgent: boolean; readonly dueAt: number }[];
  /** Customers whose task is done. */
  readonly settled?: readonly string[];
  /** Tasks to repeat later. */
  readonly postponed?: readonly { readonly customerId: string; readonly attempts: number; readonly dueAt: number }[];
}

/** One part of a sweep over all customers. */
export interface Sweep {
  /** Only customers whose latest update is after this position. */
  readonly after: number;
  /** How many customers to look at. */
  readonly limit: number;
  /** Adds a task for customers that the API never confirmed, and for those with one of these statuses (null: any) … */
  readonly statuses: readonly (string | null)[] | null;
  /** … that it last confirmed before this time (milliseconds since 1970). */
  readonly confirmedBefore: number;
  readonly dueAt: number;
}

/** The contract of a store of confirmation tasks. Promises reject as those of a `Journal` do. */
export interface ConfirmationTasks {
  /** Null: no gateway with an API key has run on this journal. */
  progress(): MaybePromise<ConfirmationProgress | null>;
  save(changes: ConfirmationTaskChanges): MaybePromise<void>;
  /** Claims up to `limit` tasks that are due at `now`, urgent and oldest first. They are due again at `until`. */
  claim(now: number, until: number, limit: number): MaybePromise<readonly ConfirmationTask[]>;
  /** Considers some customers. Returns the position to continue from, or null when there are no more. */
  sweep(sweep: Sweep): MaybePromise<number | null>;
  /** How many tasks there are, and when the oldest is due (milliseconds since 1970). */
  backlog(): MaybePromise<{ readonly count: number; readonly oldestDueAt: number | null }>;
}

/** The key under which the progress is stored among the journal's facts. */
export const PROGRESS_FACT = 'confirmation_progress';

/** The progress in stored form. */
export function writeProgress(progress: ConfirmationProgress): Uint8Array {
  return Buffer.from(JSON.stringify(progress));
}

/** Parses stored progress; null when there is none. */
export function readProgress(value: unknown): ConfirmationProgress | null {
  return value instanceof Uint8Array ? (JSON.parse(Buffer.from(value).toString()) as ConfirmationProgress) : null;
}
