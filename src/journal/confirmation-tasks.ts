/**
 * The questions that XGateway's API is to be asked: which customers, and when. Durable, so that a restart forgets nobody.
 *
 * What has to be asked follows from the journal. So nothing is written with a callback: its question is saved a moment
 * later, and after a crash the journal is looked through again from the last position that was saved.
 */
import type { MaybePromise } from './maybe-promise.ts';

/** A question about one customer. */
export interface ConfirmationTask {
  readonly customerId: string;
  /** Goes before those that are not. */
  readonly urgent: boolean;
  /** How often it was asked without an answer. */
  readonly attempts: number;
}

/** How far the asking has come. */
export interface ConfirmationProgress {
  /** The journal position up to which it is known who has to be asked about. */
  readonly position: number;
  /** When some gateway last lived, in milliseconds since 1970. */
  readonly aliveAt: number;
}

/** What changes among the questions, in one transaction. */
export interface ConfirmationTaskChanges {
  readonly progress?: ConfirmationProgress;
  /** New questions. One that is there already only becomes more urgent, and due sooner. */
  readonly asked?: readonly { readonly customerId: string; readonly urgent: boolean; readonly dueAt: number }[];
  /** Customers for which no lookup is needed any more. */
  readonly settled?: readonly string[];
  /** ConfirmationTasks that found no answer. */
  readonly postponed?: readonly { readonly customerId: string; readonly attempts: number; readonly dueAt: number }[];
}

/** Part of a sweep over all customers. */
export interface Sweep {
  /** Only customers whose latest update is after this position. */
  readonly after: number;
  /** How many customers to look at. */
  readonly limit: number;
  /** Ask about those that the API never confirmed, and about those with one of these statuses (null: any) … */
  readonly statuses: readonly (string | null)[] | null;
  /** … that it last confirmed before this time. */
  readonly confirmedBefore: number;
  readonly dueAt: number;
}

/** The contract of a question store. Promises reject as those of a `Journal` do. */
export interface ConfirmationTasks {
  /** Null: nothing was ever asked. */
  progress(): MaybePromise<ConfirmationProgress | null>;
  save(changes: ConfirmationTaskChanges): MaybePromise<void>;
  /** Takes up to `limit` questions that are due at `now`, the urgent and the oldest first, and hides them until `until`. */
  claim(now: number, until: number, limit: number): MaybePromise<readonly ConfirmationTask[]>;
  /** Looks at some customers. Returns the position to go on from, or null when there are no more. */
  sweep(sweep: Sweep): MaybePromise<number | null>;
  /** How many questions there are, and since when the first of them is due (milliseconds since 1970). */
  backlog(): MaybePromise<{ readonly count: number; readonly oldestDueAt: number | null }>;
}

/** The name of the fact that holds the progress. */
export const PROGRESS_FACT = 'question_progress';

/** The progress as a fact holds it. */
export function writeProgress(progress: ConfirmationProgress): Uint8Array {
  return Buffer.from(JSON.stringify(progress));
}

/** The progress in a fact; null without one. */
export function readProgress(value: unknown): ConfirmationProgress | null {
  return value instanceof Uint8Array ? (JSON.parse(Buffer.from(value).toString()) as ConfirmationProgress) : null;
}
