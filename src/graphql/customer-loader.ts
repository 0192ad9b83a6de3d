/** Customers that many resolvers ask for at once, whatever operation they belong to, are one read. */
import { nextTurn } from '../http/turn.ts';
import { MAX_CUSTOMERS_AT_ONCE } from '../journal/customers.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';

type Waiting = Map<string, PromiseWithResolvers<CustomerRecord | null>>;

/** Those that nobody has begun to read. */
const waiting = new WeakMap<Journal, Waiting>();

/** What is known of a customer now, or null. Nothing is kept: who asks after the read has begun causes another. */
export function loadCustomer(journal: Journal, customerId: string): Promise<CustomerRecord | null> {
  let batch = waiting.get(journal);
  if (batch === undefined) {
    const begun: Waiting = new Map();
    waiting.set(journal, begun);
    // A tick that a microtask asks for comes when every resolver that can run has run.
    queueMicrotask(() =>
      process.nextTick(() => {
        waiting.delete(journal);
        void readBatch(journal, begun);
      }),
    );
    batch = begun;
  }
  const known = batch.get(customerId);
  if (known !== undefined) return known.promise;
  const pending = Promise.withResolvers<CustomerRecord | null>();
  batch.set(customerId, pending);
  return pending.promise;
}

async function readBatch(journal: Journal, batch: Waiting): Promise<void> {
  const customerIds = [...batch.keys()];
  for (let start = 0; start < customerIds.length; start += MAX_CUSTOMERS_AT_ONCE) {
    const part = customerIds.slice(start, start + MAX_CUSTOMERS_AT_ONCE);
    try {
      const turn = start === 0 ? undefined : nextTurn();
      if (turn !== undefined) await turn;
      const customers = await journal.customersByIds(part);
      for (const [index, customerId] of part.entries()) batch.get(customerId)?.resolve(customers[index] ?? null);
    } catch (error) {
      for (const customerId of part) batch.get(customerId)?.reject(error);
    }
  }
}
