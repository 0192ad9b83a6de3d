/** Customers by a part of their ID, or by one that is close to theirs. */
import type { Api } from './api.ts';
import { FindByPrefixDocument, FindNearDocument, type KnownFragment } from './generated/operations.ts';

/** How many are offered. */
const OFFERED = 8;

/** Customers whose ID begins with `prefix`, the most recently changed first. */
export async function findByPrefix(api: Api, prefix: string): Promise<readonly KnownFragment[]> {
  if (prefix === '') return [];
  return (await api.ask(FindByPrefixDocument, { prefix, first: OFFERED })).kycCustomers.nodes;
}

/** Customers whose ID is close to one that does not exist. */
export async function findNear(api: Api, customerId: string): Promise<readonly KnownFragment[]> {
  return (await api.ask(FindNearDocument, { customerId, first: OFFERED })).kycCustomersNear;
}
