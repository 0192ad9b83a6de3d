/** One walk over all entries, in order: checks the digest chain, and derives what the journal should serve. */
import { flagsOf } from '../domain/attention.ts';
import { type KycStanding, standingOf } from '../domain/customer-filter.ts';
import { type ComparedState, fingerprintOf, remember } from '../domain/fingerprint.ts';
import type { UpdateContent } from '../domain/update.ts';
import { chainContentDigest } from '../journal/entry.ts';
import { contentDigestOf, nobodyAt, readSpecial } from '../journal/erasure.ts';
import type { Head, StoredEntry } from '../journal/journal.ts';

/** A head that was kept elsewhere: its digest in hexadecimal, or the first 12 digits or more. */
export interface KeptHead {
  readonly position: number;
  readonly digest: string;
}

/** What the entries say of a customer. */
export interface DerivedCustomer {
  /** The first revision that is left: 1, unless an erasure is under way. */
  readonly first: number;
  readonly revision: number;
  readonly position: number;
  /** The status as sent. */
  readonly status: string | null;
  readonly firstSeenAt: number;
  readonly receivedAt: number;
  readonly standing: KycStanding;
  /** The latest update is XGateway's own confirmation. */
  readonly isConfirmedByApi: boolean;
  readonly fingerprints: Uint8Array;
}

/** How many gaps are kept: one is enough to fail, and few customers are erased at once. */
const MAX_GAPS = 1_000;

/** The walk. */
export class Walk {
  /** The last entry that holds. */
  reached: Head;
  /** How many entries were erased. */
  erased = 0;
  readonly customers = new Map<string, DerivedCustomer>();
  /** Updates that wait, or waited, for a person: by position, why (the bits of `FLAGS`) and of which customer. */
  readonly flags = new Map<number, { readonly flags: number; readonly customerId: string }>();
  /** Where a revision does not follow the one before: a forgery, unless the customer's erasure is under way. */
  readonly gaps = new Map<string, { readonly position: number; readonly reason: string }>();
  /** The latest time in any entry, and by how much a later entry's time went back: clocks step, and differ between instances. */
  newestAt = 0;
  clockStepMs = 0;
  readonly #kept: KeptHead | undefined;
  readonly #unrecorded = new Set<number>();

  constructor(seed: Uint8Array, kept: KeptHead | undefined) {
    this.reached = { position: 0, digest: seed };
    this.#kept = kept;
  }

  /** The first entry that was erased without a record. */
  get unrecorded(): number | undefined {
    return this.#unrecorded.values().next().value;
  }

  /** Takes the next entry. Returns what is wrong with it, or null. */
  take(row: StoredEntry): string | null {
    const { position, content, digest } = row;
    if (position !== this.reached.position + 1) return `the entry before it, ${this.reached.position + 1}, is missing`;
    if (Buffer.compare(chainContentDigest(this.reached.digest, contentDigestOf(content)), digest) !== 0) {
      return 'its content, or an entry before it, does not match its digest';
    }
    const hex = Buffer.from(digest).toString('hex');
    if (position === this.#kept?.position && !hex.startsWith(this.#kept.digest)) {
      return 'its digest is not the one that was kept: the journal is another one, or was rewritten';
    }
    const problem = this.#derive(row);
    if (problem === null) this.reached = { position, digest };
    return problem;
  }

  #derive({ position, content, customer_id, revision }: StoredEntry): string | null {
    const elsewhere = 'it is listed under another customer or revision than its content says';
    const special = readSpecial(content);
    if (special !== null) {
      if (customer_id !== nobodyAt(position) || revision !== 0) return elsewhere;
      if ('erased' in special) {
        this.erased++;
        this.#unrecorded.add(position);
        return null;
      }
      // Only an erasure that comes after it can account for an entry.
      for (const one of special.erasure.positions) this.#unrecorded.delete(one);
      return null;
    }
    const update = JSON.parse(content) as UpdateContent;
    if (update.customerId !== customer_id || update.revision !== revision) return elsewhere;
    this.newestAt = Math.max(this.newestAt, update.receivedAt);
    this.clockStepMs = Math.max(this.clockStepMs, this.newestAt - update.receivedAt);
    const flags = flagsOf(update);
    if (flags !== 0) this.flags.set(position, { flags, customerId: customer_id });
    const before = this.customers.get(customer_id);
    // A customer who was erased during the walk starts again at revision 1.
    const isNext = revision === (before?.revision ?? 0) + 1 || revision === 1;
    if (!isNext && !this.gaps.has(customer_id) && this.gaps.size < MAX_GAPS) {
      const reason = `its revision ${revision} does not follow revision ${before?.revision ?? 0} of its customer`;
      this.gaps.set(customer_id, { position, reason });
    }
    this.customers.set(customer_id, after(revision === 1 ? undefined : before, update, position));
    return null;
  }
}

function after(before: DerivedCustomer | undefined, update: UpdateContent, position: number): DerivedCustomer {
  const { revision, status, receivedAt, source, confirmed } = update;
  return {
    first: before?.first ?? revision,
    revision,
    position,
    status,
    firstSeenAt: before?.firstSeenAt ?? receivedAt,
    receivedAt,
    standing: standingOf(update),
    isConfirmedByApi: source === 'API' && confirmed,
    fingerprints: remember(before?.fingerprints ?? null, fingerprintOf(update satisfies ComparedState)),
  };
}
