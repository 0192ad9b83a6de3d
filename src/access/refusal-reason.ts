/** Why a token was refused, for the log and the metrics. Clients are never told. */
import { errors } from 'jose';
import { KycError } from '../errors.ts';

/** Every reason. `unavailable`: fetching the issuer's keys, or the owner's `authenticate`, failed or timed out. */
export const REFUSAL_REASONS = [
  'expired',
  'signature',
  'claim',
  'malformed',
  'algorithm',
  'unknown_key',
  'unavailable',
  'other',
] as const;

/** Why a token was refused. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

const REASONS: Readonly<Record<string, RefusalReason>> = {
  [errors.JWTExpired.code]: 'expired',
  [errors.JWSSignatureVerificationFailed.code]: 'signature',
  [errors.JWTClaimValidationFailed.code]: 'claim',
  [errors.JWSInvalid.code]: 'malformed',
  [errors.JWTInvalid.code]: 'malformed',
  [errors.JOSEAlgNotAllowed.code]: 'algorithm',
  [errors.JOSENotSupported.code]: 'algorithm',
  [errors.JWKSNoMatchingKey.code]: 'unknown_key',
  [errors.JWKSMultipleMatchingKeys.code]: 'unknown_key',
};

/** The reason in an error from `authenticate`; for `claim`, also which one: `iss`, `aud`, `exp` or `nbf`. */
export function refusalReason(error: unknown): { readonly reason: RefusalReason; readonly claim?: string } {
  if (!(error instanceof KycError)) return { reason: 'other' };
  if (error.code === 'AUTHENTICATION_UNAVAILABLE') return { reason: 'unavailable' };
  const { cause } = error;
  if (cause === undefined) return { reason: 'malformed' };
  const code = (cause as { readonly code?: unknown }).code;
  const reason = REASONS[String(code)] ?? 'other';
  if (cause instanceof errors.JWTClaimValidationFailed) return { reason, claim: cause.claim };
  return { reason };
}
