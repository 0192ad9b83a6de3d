/** The public errors of the gateway: each has a code that callers may rely on, and a message that names the next step. */

/** Codes of GraphQL answers and of every HTTP answer but the callback endpoint's. */
const API_ERROR_CODES = [
  // Authentication and authorisation.
  'UNAUTHENTICATED',
  'AUTHENTICATION_UNAVAILABLE',
  'FORBIDDEN',
  // The request itself.
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'CURSOR_UNKNOWN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'DOCUMENT_NOT_FOUND',
  'DOCUMENT_NOT_TRUSTED',
  'SUBSCRIPTION_CALLBACK_FAILED',
  'METHOD_NOT_ALLOWED',
  'NOT_FOUND',
  'REVISION_OUTDATED',
  // Limits.
  'QUERY_TOO_COMPLEX',
  'TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'TOO_MANY_CONNECTIONS',
  'TOO_MANY_SUBSCRIPTIONS',
  // Unavailable parts.
  'DOCUMENTS_UNAVAILABLE',
  'XGATEWAY_UNAVAILABLE',
  'XGATEWAY_NOT_CONFIGURED',
  'JOURNAL_UNAVAILABLE',
  'QUEUE_FULL',
  'NOT_READY',
  'SHUTTING_DOWN',
  'INTERNAL_SERVER_ERROR',
] as const;

/** Codes of the callback endpoint's answers. */
const CALLBACK_ERROR_CODES = [
  'OTHER_CALLBACK_TYPE',
  'NOT_GENUINE',
  'IMPOSSIBLE_CUSTOMER_ID',
  'NOT_JSON',
  'ADDRESS_NOT_ALLOWED',
  'TOO_MANY_REFUSED',
  'TOO_MANY_FOR_CUSTOMER',
  'UNSUPPORTED_ENCODING',
  'UNAVAILABLE',
] as const;

/** Every code that an error of the gateway can carry, in HTTP bodies and in GraphQL's `extensions.code`. */
export const ERROR_CODES = [...API_ERROR_CODES, ...CALLBACK_ERROR_CODES] as const;

/** A public error code. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** What a `KycError` may carry besides its message. */
export interface KycErrorOptions extends ErrorOptions {
  /** When the caller may try again, in seconds. Default: what the code's row in http/error-response.ts says. */
  readonly retryAfter?: number | undefined;
}

/**
 * An error whose code and message may be shown to a client. Everything else is an internal error and is not shown.
 *
 * @example
 * ```ts
 * import { createKycGateway, KycError } from 'xgateway-kyc';
 *
 * const gateway = await createKycGateway({ secrets: { current: 'secret' }, access: { key: { secret: 'x'.repeat(32) } } });
 * await gateway.start();
 * try {
 *   await gateway.confirm('customer-1', 3, { by: 'alice@shop.example' });
 * } catch (error) {
 *   // Somebody else decided, or a callback arrived, in between.
 *   if (!(error instanceof KycError && error.code === 'REVISION_OUTDATED')) throw error;
 * }
 * ```
 */
export class KycError extends Error {
  readonly code: ErrorCode;
  /** The code again, where GraphQL servers look for it: they copy an error's extensions into the answer. */
  readonly extensions: { readonly code: ErrorCode; readonly retryAfter?: number };

  constructor(code: ErrorCode, message: string, options: KycErrorOptions = {}) {
    super(message, options);
    this.name = 'KycError';
    this.code = code;
    this.extensions = { code, ...(options.retryAfter !== undefined && { retryAfter: options.retryAfter }) };
  }
}

/** Whether the journal could not take a write at the moment: the same write may succeed later. */
export function isUnavailable(error: unknown): boolean {
  return (
    error instanceof KycError &&
    (error.code === 'JOURNAL_UNAVAILABLE' || error.code === 'QUEUE_FULL' || error.code === 'SHUTTING_DOWN')
  );
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const MAX_CAUSES = 5;
const MAX_REASON_LENGTH = 500;

/**
 * What went wrong and why: the messages of an error and of its causes. `fetch` only says "fetch failed"; this says `connect ECONNREFUSED
 * 127.0.0.1:4000`. Credentials in a URL are left out.
 */
export function describeError(error: unknown): string {
  const reasons: string[] = [];
  let current: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && current !== undefined && current !== null; depth++) {
    const reason = ownReason(current);
    if (reason !== '' && !reasons.some((known) => known.includes(reason))) reasons.push(reason);
    current = current instanceof Error ? current.cause : undefined;
  }
  const text = (reasons.join(': ') || 'no reason given').replaceAll(/\/\/[^/\s@]*@/g, '//');
  return text.length > MAX_REASON_LENGTH ? `${text.slice(0, MAX_REASON_LENGTH)}…` : text;
}

/** A text that should be a URL, for a message about it: credentials in it are left out, wherever they end. */
export function withoutCredentials(text: string): string {
  return text.replace(/\/\/.*@/s, '//…@');
}

function ownReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The causes say more.
  if (error.message === 'fetch failed' && error.cause !== undefined) return '';
  // One for each address that was tried.
  if (error instanceof AggregateError && error.errors.length > 0)
    return [...new Set(error.errors.map(ownReason))].join(', ');
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return error.message.replace(OPENSSL, '$1: $2') || code;
}

/** OpenSSL's errors name threads, functions and source files around what they say. */
const OPENSSL = /^[0-9A-F]+:error:[0-9A-F]+:([^:]+):[^:]*:([^:]+):[\s\S]*$/;
