/** The check of every customer ID that an action is given. */
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';

/** Throws `BAD_USER_INPUT` for text that can't be a customer ID. */
export function checkCustomerId(customerId: string): void {
  if (!isCustomerId(customerId)) throw new KycError('BAD_USER_INPUT', 'Not a valid customer ID.');
}
