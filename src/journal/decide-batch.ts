/** What a batch of submissions changes: the part of `append` that every store shares. */
import { flagsOf } from '../domain/attention.ts';
import { type KycStanding, standingOf } from '../domain/customer-filter.ts';
import { type DailyCount, DailyCounts } from '../domain/statistics.ts';
import { decide, type KnownCustomer, type KycUpdate, type UpdateContent } from '../domain/update.ts';
import { chainDigest, rememberDigestBefore, writeContent } from './entry.ts';
import type { AppendOutcome, Head, Submission } from './journal.ts';

/** What a store keeps of a customer beside their entries. */
export interface StoredCustomer extends KnownCustomer {
  readonly latest: KycUpdate;
  readonly firstSeenAt: number;
  readonly confirmedAt: number | null;
  /** The standing of their latest update, as it is served. */
  readonly standing: KycStanding;
}

/** What a batch changes, before its entries have a position. */
export interface BatchDraft {
  /** An answer for each submission, in order; of those that were applied, which entry. */
  readonly outcomes: readonly (Exclude<AppendOutcome, { outcome: 'applied' }> | { readonly entry: number })[];
  /** New entries, with their content as stored. */
  readonly entries: readonly DraftedEntry[];
  /** The customers that changed, as they are afterwards. */
  readonly customers: ReadonlyMap<string, DraftedCustomer>;
  /** By how much each status gains or loses customers. */
  readonly statusChanges: ReadonlyMap<string | null, number>;
  /** What it adds to the statistics. */
  readonly dailyCounts: readonly DailyCount[];
}

/** A new entry. */
export interface DraftedEntry {
  readonly content: UpdateContent;
  /** The content as stored. */
  readonly text: string;
  /** Why it waits for a person: the bits of `FLAGS`. */
  readonly flags: number;
}

/** A customer after a batch. */
export interface DraftedCustomer extends KnownCustomer {
  readonly firstSeenAt: number;
  readonly confirmedAt: number | null;
  readonly standing: KycStanding;
  /** The position of their latest update before the batch; null: there was none. */
  readonly positionBefore: number | null;
  /** Which entry of the batch is their latest update now; null: the one before. */
  readonly entry: number | null;
}

/** A draft whose entries have their positions. */
export interface PlacedBatch {
  /** An answer for each submission, in order. They are valid once the batch is committed. */
  readonly outcomes: readonly AppendOutcome[];
  /** The drafted entries as updates. */
  readonly updates: readonly KycUpdate[];
}

/**
 * Decides on a batch. `load` gives what is stored of a customer; it is called at most once for each.
 * Submissions about one customer see each other, in order.
 */
export function draftBatch(
  batch: readonly Submission[],
  load: (customerId: string) => StoredCustomer | null,
): BatchDraft {
  const known = new Map<string, DraftedCustomer | null>();
  const customers = new Map<string, DraftedCustomer>();
  const statusChanges = new Map<string | null, number>();
  const dailyCounts = new DailyCounts();
  const entries: DraftedEntry[] = [];

  const outcomes = batch.map(({ report, circumstances }): BatchDraft['outcomes'][number] => {
    let customer = known.get(report.customerId);
    if (customer === undefined) {
      const stored = load(report.customerId);
      customer = stored === null ? null : { ...stored, positionBefore: stored.latest.position, entry: null };
      known.set(report.customerId, customer);
    }
    const decision = decide(customer, report, circumstances);
    if (decision.outcome === 'superseded') return decision;
    if (decision.outcome === 'unchanged') {
      if (customer !== null && decision.confirms) {
        const confirmed = { ...customer, confirmedAt: circumstances.receivedAt };
        known.set(report.customerId, confirmed);
        customers.set(report.customerId, confirmed);
      }
      return { outcome: 'unchanged', revision: decision.revision };
    }
    const { content, fingerprints } = decision;
    if (customer === null || customer.latest.status !== content.status) {
      if (customer !== null) shift(statusChanges, customer.latest.status, -1);
      shift(statusChanges, content.status, 1);
    }
    const firstSeenAt = customer?.firstSeenAt ?? circumstances.receivedAt;
    dailyCounts.take(content, customer, firstSeenAt);
    const entry = entries.push({ content, text: writeContent(content), flags: flagsOf(content) }) - 1;
    const changed: DraftedCustomer = {
      latest: content,
      fingerprints,
      firstSeenAt,
      confirmedAt: content.source === 'API' && content.confirmed ? circumstances.receivedAt : null,
      standing: standingOf(content),
      positionBefore: customer?.positionBefore ?? null,
      entry,
    };
    known.set(report.customerId, changed);
    customers.set(report.customerId, changed);
    return { entry };
  });
  return { outcomes, entries, customers, statusChanges, dailyCounts: dailyCounts.all };
}

/** Gives the entries of a draft their positions, after `head`. */
export function placeBatch({ entries, outcomes }: BatchDraft, head: Head): PlacedBatch {
  let { position, digest } = head;
  const updates = entries.map(({ content, text }): KycUpdate => {
    position += 1;
    digest = chainDigest(digest, text);
    return { ...content, position, digest };
  });
  const [first] = updates;
  if (first !== undefined) rememberDigestBefore(first, head.digest);
  return {
    updates,
    outcomes: outcomes.map((one) =>
      'entry' in one ? { outcome: 'applied', update: updates[one.entry] as KycUpdate } : one,
    ),
  };
}

function shift(changes: Map<string | null, number>, status: string | null, by: number): void {
  const sum = (changes.get(status) ?? 0) + by;
  if (sum === 0) changes.delete(status);
  else changes.set(status, sum);
}
