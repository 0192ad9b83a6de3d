/** Looking a customer up at XGateway, now. */
import { requireCustomerId } from '../access/customer-id.ts';
import type { Confirmer } from '../confirmation/confirmer.ts';
import type { LookupResult } from '../confirmation/lookup-result.ts';
import { KycError } from '../errors.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';
import { ApiError } from '../xgateway/kyc-api.ts';

/** What a refresh changed, and the customer afterwards. */
export interface Refreshed {
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'UNKNOWN_TO_XGATEWAY';
  readonly customer: CustomerRecord | null;
}

/**
 * Looks a customer up at XGateway's API and records the answer. Rejects with `XGATEWAY_NOT_CONFIGURED` without an API key, with
 * `XGATEWAY_UNAVAILABLE` when there is no answer, and with `REVISION_OUTDATED` when the customer changed during each call.
 */
export type Refresh = (customerId: string) => Promise<Refreshed>;

const OUTCOMES: Readonly<Record<Exclude<LookupResult, 'moved_on'>, Refreshed['outcome']>> = {
  agreed: 'UNCHANGED',
  unknown: 'UNKNOWN_TO_XGATEWAY',
  doubt_lifted: 'APPLIED',
  corrected: 'APPLIED',
  denied: 'APPLIED',
  learned: 'APPLIED',
};

/** Makes the action. `confirmer` is null without an API key. */
export function createRefresh(journal: Journal, confirmer: Confirmer | null): Refresh {
  return async (customerId) => {
    requireCustomerId(customerId);
    if (confirmer === null) {
      throw new KycError('XGATEWAY_NOT_CONFIGURED', 'There is no API key for XGateway. Set XGATEWAY_API_KEY.');
    }
    const { result } = await confirmer.refresh(customerId).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      throw new KycError('XGATEWAY_UNAVAILABLE', error.message, { cause: error });
    });
    if (result === 'moved_on') {
      throw new KycError('REVISION_OUTDATED', 'The customer changed while XGateway was called. Try again.');
    }
    return { outcome: OUTCOMES[result], customer: await journal.customer(customerId) };
  };
}
