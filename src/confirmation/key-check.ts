/** Whether the API key belongs to the account that sends the callbacks. */
import type { KycReport } from '../domain/update.ts';
import type { CustomerRecord } from '../journal/journal.ts';
import { ApiError } from '../xgateway/kyc-api.ts';

/** Once XGateway has not known more than this many known customers in a row, the key is not trusted. */
const MAX_CONSECUTIVE_UNKNOWN = 3;

/**
 * With another account's key, XGateway knows none of our customers, and each would lose their status. So a 404 about a known
 * customer only counts once the key has answered for one, and only a few times in a row.
 */
export class KeyCheck {
  #consecutiveUnknown = 0;
  #isProven = false;

  /** Takes an answer (null: 404) about a customer. Returns the error to report instead of believing it, or null. */
  answered(known: CustomerRecord | null, answer: KycReport | null): ApiError | null {
    if (answer !== null) {
      this.#consecutiveUnknown = 0;
      if (known !== null && answer.status !== null) this.#isProven = true;
      return null;
    }
    if (known === null || known.latest.status === null) return null;
    this.#consecutiveUnknown++;
    if (this.#isProven && this.#consecutiveUnknown <= MAX_CONSECUTIVE_UNKNOWN) return null;
    return new ApiError(
      'KEY_UNPROVEN',
      'XGateway does not know a customer that its callbacks named, and has not answered for another one since. Check that ' +
        'XGATEWAY_API_KEY belongs to the account that sends the callbacks.',
    );
  }
}
