/** Reading many customers at once. */
import { isCustomerId } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import type { CustomerRecord, Journal } from './journal.ts';

/** How many customers may be named in one read. */
export const MAX_CUSTOMERS_AT_ONCE = 200;

/**
 * What is known of each customer, or null, in the order given. Rejects with `BAD_USER_INPUT` for more than
 * `MAX_CUSTOMERS_AT_ONCE`, and for text that can't be a customer ID.
 */
export async function readCustomers(
  journal: Journal,
  customerIds: readonly string[],
): Promise<readonly (CustomerRecord | null)[]> {
  if (customerIds.length > MAX_CUSTOMERS_AT_ONCE) {
    const given = `${customerIds.length} customer IDs, at most ${MAX_CUSTOMERS_AT_ONCE} at once.`;
    throw new KycError('BAD_USER_INPUT', `${given} Ask several times.`);
  }
  const wrong = customerIds.findIndex((customerId) => !isCustomerId(customerId));
  if (wrong !== -1) throw new KycError('BAD_USER_INPUT', `Not a valid customer ID: number ${wrong + 1} in the list.`);
  return customerIds.length === 0 ? [] : journal.customersByIds(customerIds);
}
