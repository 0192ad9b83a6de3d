/** What a callback is: a report to record, or the reason not to. The same rules apply to arrivals and replays. */
import { isTooDeep, MAX_NESTING } from '../domain/exact-json.ts';
import { isCustomerId } from '../domain/kyc.ts';
import type { KycReport } from '../domain/update.ts';
import type { DeadLetterReason } from '../journal/dead-letters.ts';
import type { MatchedSecret } from '../xgateway/callback-hash.ts';
import { readPayload } from '../xgateway/callback-payload.ts';

/** What a callback is. */
export type Classification =
  | { readonly isGenuine: true; readonly report: KycReport; readonly secret: NonNullable<MatchedSecret> }
  | {
      readonly isGenuine: boolean;
      readonly report: null;
      readonly reason: DeadLetterReason;
      readonly customerId: string | null;
      readonly problems: readonly string[];
      readonly secret: MatchedSecret;
    };

/**
 * Classifies a callback.
 * @param body the parsed body.
 * @param text the same as it was sent, where that is known: fields that this release does not know keep the digits of their numbers.
 * @param match says which secret made the callback's hash for a customer.
 */
export function classify(
  body: object,
  text: string | null,
  match: (customerId: string) => MatchedSecret,
): Classification {
  const { callbackType, customerId } = body as { readonly callbackType?: unknown; readonly customerId?: unknown };
  const known = typeof customerId === 'string' && isCustomerId(customerId) ? customerId : null;
  if (callbackType !== 'kyc') return refused('OTHER_CALLBACK_TYPE', known);
  if (typeof customerId !== 'string') return refused('NOT_GENUINE', null);
  if (known === null) return refused('IMPOSSIBLE_CUSTOMER_ID', null);
  const secret = match(known);
  if (secret === null) return refused('NOT_GENUINE', known);
  if (isTooDeep(body, text)) {
    const problems = [`body: nested deeper than ${MAX_NESTING} levels`];
    return { isGenuine: true, report: null, reason: 'NOT_UNDERSTOOD', customerId: known, problems, secret };
  }
  const payload = readPayload(body, text);
  if (payload.understood) return { isGenuine: true, report: payload.report, secret };
  const { problems } = payload;
  return { isGenuine: true, report: null, reason: 'NOT_UNDERSTOOD', customerId: known, problems, secret };
}

function refused(reason: DeadLetterReason, customerId: string | null): Classification {
  return { isGenuine: false, report: null, reason, customerId, problems: [], secret: null };
}
