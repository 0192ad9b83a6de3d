/** Why a sign-in failed: a kind for the page that the person sees, and a reason for the log. */
import { describeError } from '../errors.ts';

/**
 * - `unavailable`: the provider does not answer, or not with what it should.
 * - `refused`: it does not accept the code or the refresh token (used before, expired, withdrawn).
 * - `denied`: it ended the sign-in, or the person did.
 * - `invalid`: its answer, or the browser's return from it, does not belong to this sign-in.
 * - `no_role`: the person has no role that may see the console.
 * - `configuration`: it does not accept this server as its client.
 */
export type SignInFailureKind = 'unavailable' | 'refused' | 'denied' | 'invalid' | 'no_role' | 'configuration';

/** A failed sign-in. The message is for the log; it holds no code, token or secret. */
export class SignInFailure extends Error {
  readonly kind: SignInFailureKind;

  constructor(kind: SignInFailureKind, message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = 'SignInFailure';
    this.kind = kind;
  }
}

/** Error codes of RFC 6749 that say something about this server and not about the person. */
const OF_THE_CLIENT: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_request',
  'unsupported_response_type',
]);
/** What openid-client calls answers that are not what the protocol says: a login page, half a document, HTTP 404. */
const GARBAGE: ReadonlySet<unknown> = new Set([
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
]);

/** Makes a `SignInFailure` of an error of openid-client. */
export function signInFailure(error: unknown): SignInFailure {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof SignInFailure) return cause;
  }
  const { name, error: oauthCode, code } = (error ?? {}) as { name?: string; error?: unknown; code?: unknown };
  // The provider chose its description: only the code is repeated.
  const told = typeof oauthCode === 'string' ? oauthCode.slice(0, 60).replace(/[^\w.-]/g, '?') : '';
  if (name === 'ResponseBodyError') {
    const kind = OF_THE_CLIENT.has(oauthCode) ? 'configuration' : 'refused';
    return new SignInFailure(kind, `The provider answered ${told}`, { cause: error });
  }
  if (name === 'AuthorizationResponseError') {
    const kind = OF_THE_CLIENT.has(oauthCode) ? 'configuration' : 'denied';
    return new SignInFailure(kind, `The provider answered ${told}`, { cause: error });
  }
  if (name === 'WWWAuthenticateChallengeError') {
    return new SignInFailure('configuration', 'The provider does not accept the client ID and secret', {
      cause: error,
    });
  }
  const kind = GARBAGE.has(code) ? 'unavailable' : 'invalid';
  return new SignInFailure(kind, describeError(error), { cause: error });
}
