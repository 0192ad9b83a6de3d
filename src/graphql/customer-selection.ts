/** Which customers a list shows, as the journal is asked for them. */
import { standingsOf } from '../domain/customer-filter.ts';
import { FULL_USER, isCustomerIdPrefix, KYC_STATUSES, statusOf } from '../domain/kyc.ts';
import { KycError } from '../errors.ts';
import type { CustomerSelection, Journal } from '../journal/journal.ts';
import { positionOf } from './connection.ts';
import type { KycFilter } from './generated/resolvers.ts';

/** A filter's conditions. Rejects with `BAD_USER_INPUT` and `CURSOR_UNKNOWN` for one that can't be. */
export async function customerSelection(
  journal: Journal,
  filter: KycFilter,
): Promise<Omit<CustomerSelection, 'before' | 'limit'>> {
  const { changedAfter, customerIdPrefix, changedFrom = null, changedTo = null } = filter;
  if (customerIdPrefix != null && !isCustomerIdPrefix(customerIdPrefix)) {
    throw new KycError('BAD_USER_INPUT', 'No customer ID can begin with this "customerIdPrefix".');
  }
  const standings = standingsOf(filter);
  return {
    changedAfter: changedAfter == null ? 0 : await positionOf(journal, changedAfter),
    statuses: await rawStatuses(journal, filter, standings !== null || changedFrom !== null || changedTo !== null),
    standings,
    customerIdPrefix: customerIdPrefix || null,
    changedFrom,
    changedTo,
  };
}

/** The statuses as sent that are in use and selected; null: all of them. */
async function rawStatuses(
  journal: Journal,
  { statuses, verified, inDoubt }: KycFilter,
  isByIndex: boolean,
): Promise<readonly (string | null)[] | null> {
  if (statuses == null && !isByIndex) return null;
  // Only a `FULL_USER` can be verified or in doubt, and the index of standings and times is by status.
  const possible = verified === true || inDoubt === true ? [FULL_USER] : KYC_STATUSES;
  const wanted = (statuses ?? KYC_STATUSES).filter((status) => possible.includes(status));
  return [...(await journal.statusCounts()).keys()].filter((raw) => wanted.includes(statusOf(raw)));
}
