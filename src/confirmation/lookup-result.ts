/** How a lookup can end, and what observes it. */
import type { ApiFailure } from '../xgateway/kyc-api.ts';

/** What an answer can change. */
export const LOOKUP_RESULTS = [
  'agreed',
  'doubt_lifted',
  'corrected',
  'denied',
  'learned',
  'unknown',
  'moved_on',
] as const;

/**
 * What an answer changed. `agreed`: only the time of the confirmation; `doubt_lifted`: `verified`; `corrected`: the state of the
 * customer; `denied`: the customer moved on and is `FULL_USER`, which the answer denies; `learned`: there is a customer for which no
 * callback came; `unknown`: neither we nor XGateway know them; `moved_on`: nothing, the customer changed during each call.
 */
export type LookupResult = (typeof LOOKUP_RESULTS)[number];

/** An answer that was recorded. */
export interface Lookup {
  readonly result: LookupResult;
  /** The customer's revision that the answer is about. */
  readonly revision: number;
}

/** Counts lookups. */
export interface LookupObserver {
  /** Is called after each call to the API, with how long it took. */
  lookedUp(tookMs: number): void;
  answered(result: LookupResult): void;
  failed(failure: ApiFailure): void;
}
