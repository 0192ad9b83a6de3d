/**
 * Checks the record: that no entry was changed, removed or put in between, that every erasure was recorded, and that what is
 * served as a customer's latest update is the latest.
 */
import { chainContentDigest } from '../journal/entry.ts';
import { contentDigestOf, nobodyAt, readSpecial } from '../journal/erasure.ts';
import type { Head, Journal, StoredEntry } from '../journal/journal.ts';

/** How far a check has come, or what it found. */
export type Verification =
  | { readonly state: 'holds'; readonly head: Head; readonly erased: number }
  | { readonly state: 'broken'; readonly position: number; readonly reason: string };

/** What else to hold the record to. */
export interface VerifyOptions {
  /** A head that was kept elsewhere: its digest in hexadecimal, or the first 12 digits or more. */
  readonly head?: { readonly position: number; readonly digest: string };
}

const BATCH = 1_000;

/**
 * Walks the chain from its seed to the head, and then over the customers. `onProgress` is called after each batch with the
 * place that it reached.
 */
export async function verifyChain(
  journal: Journal,
  onProgress: (reached: Head) => void,
  { head }: VerifyOptions = {},
): Promise<Verification> {
  const walk = new Walk(journal.seed, head);
  for (;;) {
    const rows = await journal.entryRows(walk.reached.position, BATCH);
    if (rows.length === 0) break;
    for (const row of rows) {
      const reason = walk.take(row);
      if (reason !== null) return { state: 'broken', position: row.position, reason };
    }
    onProgress(walk.reached);
  }
  const unrecorded = walk.unrecorded;
  if (unrecorded !== undefined) {
    return { state: 'broken', position: unrecorded, reason: 'its content is gone and no erasure names it' };
  }
  if (head !== undefined && head.position > walk.reached.position) {
    const reason = `the journal ends at ${walk.reached.position}; entries were there when --head was kept`;
    return { state: 'broken', position: head.position, reason };
  }
  return (await strayCustomer(journal, walk)) ?? { state: 'holds', head: walk.reached, erased: walk.erased };
}

class Walk {
  reached: Head;
  erased = 0;
  readonly #head: VerifyOptions['head'];
  readonly #unrecorded = new Set<number>();

  constructor(seed: Uint8Array, head: VerifyOptions['head']) {
    this.reached = { position: 0, digest: seed };
    this.#head = head;
  }

  /** The first entry that was erased without a record. */
  get unrecorded(): number | undefined {
    return this.#unrecorded.values().next().value;
  }

  /** Takes the next entry. Returns what is wrong with it, or null. */
  take(row: StoredEntry): string | null {
    const { position, content, digest } = row;
    if (position !== this.reached.position + 1) return `the entry before it, ${position - 1}, is missing`;
    const special = readSpecial(content);
    if (Buffer.compare(chainContentDigest(this.reached.digest, contentDigestOf(content)), digest) !== 0) {
      return 'its content, or an entry before it, is not what its digest covers';
    }
    if (!isAsIndexed(row)) return 'it is listed under another customer or revision than its content says';
    const hex = Buffer.from(digest).toString('hex');
    if (position === this.#head?.position && !hex.startsWith(this.#head.digest)) {
      return 'its digest is not the one that was kept: the journal is another one, or was rewritten';
    }
    if (special !== null && 'erased' in special) {
      this.erased++;
      this.#unrecorded.add(position);
    }
    // Only an erasure that comes after it can account for an entry.
    if (special !== null && 'erasure' in special)
      for (const one of special.erasure.positions) this.#unrecorded.delete(one);
    this.reached = { position, digest };
    return null;
  }
}

function isAsIndexed({ position, content, customer_id, revision }: StoredEntry): boolean {
  if (readSpecial(content) !== null) return customer_id === nobodyAt(position) && revision === 0;
  const said = JSON.parse(content) as { readonly customerId: string; readonly revision: number };
  return said.customerId === customer_id && said.revision === revision;
}

/** The customer whose latest update, as it is served, is not their last entry, as a broken entry. */
async function strayCustomer(journal: Journal, walk: Walk): Promise<Verification | null> {
  let before = walk.reached.position + 1;
  for (;;) {
    const customers = await journal.customers({ statuses: null, changedAfter: 0, before, limit: BATCH });
    if (customers.length === 0) break;
    for (const { latest } of customers) {
      const [later] = await journal.updatesAfter(latest.customerId, latest.revision, 1);
      if (later !== undefined && later.position <= walk.reached.position) {
        return { state: 'broken', position: later.position, reason: 'an update before it is served as the latest' };
      }
      before = latest.position;
    }
  }
  return null;
}
