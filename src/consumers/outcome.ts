/** How a lease ends, and what observers learn about a consumer. */
import { isUnavailable, messageOf } from '../errors.ts';

/** What stops a consumer. */
export type FailureCode = 'CURSOR_UNKNOWN' | 'DEAD_LETTERS_FULL' | 'HANDLER_FAILED' | 'INTERNAL';

/** Why a lease ended. */
export type SessionEnd =
  /** The consumer was stopped here or paused, or another instance took the lease. */
  | { readonly why: 'stopped' | 'fenced' | 'paused' }
  /** The journal, or the owner's cursor, can't be read now. */
  | { readonly why: 'unavailable'; readonly error: unknown }
  /** The consumer stops everywhere. */
  | { readonly why: 'failed'; readonly error: string; readonly code: FailureCode };

/** Observes a consumer. Must not throw. */
export interface ConsumerObserver {
  handled(name: string): void;
  /** An attempt failed; `isGivenUp`: the update is a dead letter now. */
  failed(name: string, isGivenUp: boolean): void;
  stopped(name: string, code: FailureCode): void;
}

/** How a lease ends after this error. */
export function endOf(error: unknown): SessionEnd {
  if (isUnavailable(error)) return { why: 'unavailable', error };
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (code === 'CURSOR_UNKNOWN') return { why: 'failed', code: 'CURSOR_UNKNOWN', error: messageOf(error) };
  return { why: 'failed', code: 'INTERNAL', error: messageOf(error) };
}
