/** The keys of a token issuer, from its JWKS URL. */
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  type FetchImplementation,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { KycError } from '../errors.ts';

/** Errors that are about the token itself, not about reaching its issuer. */
const NOT_AMONG_KEYS = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** How long a failed fetch of the keys is not repeated, in milliseconds. */
export const FAILURE_CACHE_MS = 3_000;

/**
 * The issuer's keys, cached for ten minutes. When they cannot be fetched, no token can be checked: verifying one throws
 * `AUTHENTICATION_UNAVAILABLE`, and the next fetch is 3 seconds later at the earliest, however many tokens arrive.
 */
export function issuerKeys(url: URL): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(url, { [customFetch]: fetchOncePerFailure() });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (NOT_AMONG_KEYS.some((kind) => cause instanceof kind)) throw cause;
      const message = "Cannot verify tokens: the issuer's signing keys are unavailable. Try again in a few seconds.";
      throw new KycError('AUTHENTICATION_UNAVAILABLE', message, { cause });
    }
  };
}

function fetchOncePerFailure(): FetchImplementation {
  let failedAt = Number.NEGATIVE_INFINITY;
  let failure: unknown;
  return async (url, init) => {
    if (performance.now() - failedAt < FAILURE_CACHE_MS) throw failure;
    try {
      const response = await fetch(url, init as RequestInit);
      if (response.status !== 200) throw new Error(`The JWKS URL answered with HTTP ${response.status}.`);
      // Read here, so that a body that never ends, or holds no keys, counts as a failure too.
      const keys: unknown = await response.json();
      createLocalJWKSet(keys as JSONWebKeySet);
      return Response.json(keys);
    } catch (error) {
      failure = error;
      failedAt = performance.now();
      throw error;
    }
  };
}
