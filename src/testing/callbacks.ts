/** Callbacks as XGateway sends them. */
import { callbackHash } from '../xgateway/callback-hash.ts';

/** The callback secret of a test gateway, unless it is given another. */
export const TEST_SECRET = 'the callback secret of a test gateway';

/** What a callback says. Fields of your own are sent as they are. */
export interface CallbackContent {
  readonly customerId: string;
  readonly status?: string | null;
  readonly docsMissing?: readonly (string | { readonly docType: string })[] | null;
  readonly kycRejectLabel?: string | null;
  readonly kycEndUserErrorMessage?: string | null;
  readonly kycProcessingStatus?: string | null;
  readonly [field: string]: unknown;
}

/** A callback with its type and hash: post it as JSON. */
export type SignedCallback<Content extends object = CallbackContent> = Content & {
  readonly callbackType: unknown;
  readonly hash: string;
};

/**
 * Signs a callback as XGateway does. `callbackType` is `kyc` unless the content has one.
 *
 * @param secret default `TEST_SECRET`, which a test gateway accepts
 *
 * @example
 * ```ts
 * import { signCallback } from 'xgateway-kyc/testing';
 *
 * const body = JSON.stringify(signCallback({ customerId: 'customer-1', status: 'FULL_USER' }, 'your secret key'));
 * await fetch('http://127.0.0.1:4000/callbacks/kyc', { method: 'POST', body });
 * ```
 */
export function signCallback<const Content extends { readonly customerId: string }>(
  content: Content,
  secret: string = TEST_SECRET,
): SignedCallback<Content> {
  return { callbackType: 'kyc', ...content, hash: callbackHash(content.customerId, secret) };
}

/** What XGateway usually sends with each status. */
const USUAL: Readonly<Record<string, Omit<CallbackContent, 'customerId' | 'status'>>> = {
  PENDING_KYC_DATA: { docsMissing: [{ docType: 'PASSPORT' }, { docType: 'SELFIE' }] },
  SOFT_KYC_FAILED: {
    docsMissing: [{ docType: 'SELFIE' }],
    kycRejectLabel: 'BAD_SELFIE',
    kycEndUserErrorMessage: 'Please take the selfie again.',
  },
  HARD_KYC_FAILED: { kycRejectLabel: 'FORGERY', kycEndUserErrorMessage: 'Your application was refused.' },
};

/**
 * A signed callback with a status, and with what XGateway usually sends with it.
 *
 * @param status any text, or null: no KYC user yet
 * @param content what differs from the usual; `customerId` is `customer-1` unless given
 *
 * @example
 * ```ts
 * import { callbackFor } from 'xgateway-kyc/testing';
 *
 * const callback = callbackFor('SOFT_KYC_FAILED', { customerId: 'customer-7', kycRejectLabel: 'BAD_PASSPORT' });
 * console.log(callback.docsMissing, callback.hash);
 * ```
 */
export function callbackFor(
  status: string | null,
  content: Partial<CallbackContent> = {},
  secret: string = TEST_SECRET,
): SignedCallback {
  const usual = (status !== null && Object.hasOwn(USUAL, status) && USUAL[status]) || {};
  const empty = { docsMissing: null, kycRejectLabel: null, kycEndUserErrorMessage: null };
  return signCallback({ ...empty, ...usual, customerId: 'customer-1', status, ...content }, secret);
}
