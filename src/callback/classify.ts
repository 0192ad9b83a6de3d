/** What a callback is: something to record, or a reason why not. The same for one that comes and one that is replayed. */
import { isCustomerId } from '../domain/kyc.ts';
import type { KycReport } from '../domain/update.ts';
import type { DeadLetterReason } from '../journal/dead-letters.ts';
import type { MatchedSecret } from '../xgateway/callback-hash.ts';
import { readPayload } from '../xgateway/callback-payload.ts';

/** The judgement on a callback. */
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

/** Judges the body of a callback. `match` says which secret made its hash for a customer. */
export function judge(body: object, match: (customerId: string) => MatchedSecret): Classification {
  const { callbackType, customerId } = body as { readonly callbackType?: unknown; readonly customerId?: unknown };
  const known = typeof customerId === 'string' && isCustomerId(customerId) ? customerId : null;
  const refused = (reason: DeadLetterReason): Classification => ({
    isGenuine: false,
    report: null,
    reason,
    customerId: known,
    problems: [],
    secret: null,
  });
  if (callbackType !== 'kyc') return refused('OTHER_CALLBACK_TYPE');
  if (typeof customerId !== 'string') return refused('NOT_GENUINE');
  if (known === null) return refused('IMPOSSIBLE_CUSTOMER_ID');
  const secret = match(known);
  if (secret === null) return refused('NOT_GENUINE');
  const payload = readPayload(body);
  if (payload.understood) return { isGenuine: true, report: payload.report, secret };
  const { problems } = payload;
  return { isGenuine: true, report: null, reason: 'NOT_UNDERSTOOD', customerId: known, problems, secret };
}
