/** Customers that many resolvers load at once, from any number of operations, are one read. */
import DataLoader from 'dataloader';
import { MAX_CUSTOMERS_AT_ONCE } from '../journal/customers.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';

const loaders = new WeakMap<Journal, DataLoader<string, CustomerRecord | null>>();

/** What is known of a customer now, or null. Nothing is cached: a request after the read has begun causes another. */
export function loadCustomer(journal: Journal, customerId: string): Promise<CustomerRecord | null> {
  const known = loaders.get(journal);
  if (known !== undefined) return known.load(customerId);
  const loader = new DataLoader((ids: readonly string[]) => readAll(journal, ids), {
    cache: false,
    maxBatchSize: MAX_CUSTOMERS_AT_ONCE,
  });
  loaders.set(journal, loader);
  return loader.load(customerId);
}

async function readAll(journal: Journal, ids: readonly string[]): Promise<readonly (CustomerRecord | null)[]> {
  const distinct = [...new Set(ids)];
  const customers = await journal.customersByIds(distinct);
  const byId = new Map(distinct.map((id, index) => [id, customers[index] ?? null]));
  return ids.map((id) => byId.get(id) ?? null);
}
