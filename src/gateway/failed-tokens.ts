/** Counts failed authentications by address, so that guessing tokens is not free. */
import type { AuthenticationRequest, FindViewer } from '../access/viewer.ts';
import { RefusalRateLimit } from '../callback/rate-limit.ts';
import { KycError } from '../errors.ts';
import type { AddressedRequest } from '../http/client-address.ts';
import { counted } from '../text/counted.ts';

/** How many tokens from one address may fail in a minute before the answer is `TOO_MANY_REQUESTS`. */
export const MAX_FAILED_TOKENS_PER_MINUTE = 600;

/**
 * Wraps `authenticate`: after 600 failures in a minute from one address, `TOO_MANY_REQUESTS` replaces `UNAUTHENTICATED` until that
 * minute ends. The limit never refuses a valid token: behind a proxy everyone has one address. Memory is bounded to 10,000 addresses.
 */
export function limitFailedTokens(
  authenticate: FindViewer,
  addressOf: (request: AddressedRequest) => string,
  onRefused: (error: unknown, address: string) => void = () => {},
  failures = new RefusalRateLimit(MAX_FAILED_TOKENS_PER_MINUTE),
): FindViewer {
  const refused = (error: unknown, request: AuthenticationRequest): never => {
    const address = addressOf(request);
    if (!(error instanceof KycError && error.code === 'SHUTTING_DOWN')) onRefused(error, address);
    if (!(error instanceof KycError) || error.code !== 'UNAUTHENTICATED') throw error;
    // An owner may pass only headers.
    if (address === '') throw error;
    const retryAfter = failures.waitSeconds(address);
    failures.note(address);
    if (retryAfter === 0) throw error;
    const message = `Too many tokens from this address were refused. Send a valid token, or try again in ${counted(retryAfter, 'second')}.`;
    throw new KycError('TOO_MANY_REQUESTS', message, { cause: error, retryAfter });
  };
  return (request) => {
    const viewer = authenticate(request);
    return viewer instanceof Promise ? viewer.catch((error: unknown) => refused(error, request)) : viewer;
  };
}
