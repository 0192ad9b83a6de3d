/** The package's public names. */
export { KYC_SOURCES, KYC_STATUSES, type KycNextAction, type KycSource, type KycStatus } from './domain/kyc.ts';
export { ERROR_CODES, type ErrorCode, KycError } from './errors.ts';
