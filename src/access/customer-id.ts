/** The check of every customer ID that comes from outside. */
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';

/** The customer ID. Throws `BAD_USER_INPUT` for text that can't be one. */
export function requireCustomerId(customerId: string): string {
  if (isCustomerId(customerId)) return customerId;
  throw new KycError('BAD_USER_INPUT', 'Not a valid customer ID.');
}
