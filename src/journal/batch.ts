/** What a batch of submissions changes: the part of `append` that every store shares. */
import { decide, type KnownCustomer, type KycUpdate } from '../domain/update.ts';
import { chainDigest, writeContent } from './entry.ts';
import type { AppendOutcome, Head, Submission } from './journal.ts';

/** What a store keeps of a customer beside their entries. */
export interface StoredCustomer extends KnownCustomer {
  readonly latest: KycUpdate;
  readonly firstSeenAt: number;
  readonly confirmedAt: number | null;
}

/** Everything that a store has to write for a batch. */
export interface BatchPlan {
  /** An answer for each submission, in order. They hold once the plan is committed. */
  readonly outcomes: readonly AppendOutcome[];
  /** New entries with their content as stored, in position order. */
  readonly entries: readonly { readonly update: KycUpdate; readonly content: string }[];
  /** The customers that changed, as they are afterwards. */
  readonly customers: ReadonlyMap<string, StoredCustomer>;
  /** By how much each status gains or loses customers. */
  readonly statusChanges: ReadonlyMap<string | null, number>;
}

/**
 * Plans a batch on top of `head`. `load` gives what is stored of a customer; it is called at most once for each.
 * Submissions about one customer see each other, in order.
 */
export function planBatch(
  head: Head,
  batch: readonly Submission[],
  load: (customerId: string) => StoredCustomer | null,
): BatchPlan {
  const known = new Map<string, StoredCustomer | null>();
  const customers = new Map<string, StoredCustomer>();
  const statusChanges = new Map<string | null, number>();
  const entries: { update: KycUpdate; content: string }[] = [];
  let { position, digest } = head;

  const outcomes = batch.map(({ report, circumstances }): AppendOutcome => {
    let customer = known.get(report.customerId);
    if (customer === undefined) customer = load(report.customerId);
    const decision = decide(customer, report, circumstances);
    if (decision.outcome === 'unchanged') {
      if (customer !== null && decision.confirms) {
        customer = { ...customer, confirmedAt: circumstances.receivedAt };
        customers.set(report.customerId, customer);
      }
      known.set(report.customerId, customer);
      return { outcome: 'unchanged', revision: decision.revision };
    }
    if (decision.outcome === 'superseded') {
      known.set(report.customerId, customer);
      return decision;
    }
    const content = writeContent(decision.content);
    position += 1;
    digest = chainDigest(digest, content);
    const update: KycUpdate = { ...decision.content, position, digest };
    entries.push({ update, content });
    if (customer?.latest.status !== update.status || customer === null) {
      if (customer !== null) shift(statusChanges, customer.latest.status, -1);
      shift(statusChanges, update.status, 1);
    }
    const changed: StoredCustomer = {
      latest: update,
      fingerprints: decision.fingerprints,
      firstSeenAt: customer?.firstSeenAt ?? circumstances.receivedAt,
      confirmedAt: circumstances.source === 'API' ? circumstances.receivedAt : null,
    };
    known.set(report.customerId, changed);
    customers.set(report.customerId, changed);
    return { outcome: 'applied', update };
  });
  return { outcomes, entries, customers, statusChanges };
}

function shift(changes: Map<string | null, number>, status: string | null, by: number): void {
  const sum = (changes.get(status) ?? 0) + by;
  if (sum === 0) changes.delete(status);
  else changes.set(status, sum);
}
