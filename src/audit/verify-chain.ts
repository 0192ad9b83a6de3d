/**
 * Checks the record, even while servers run: that no entry was changed, removed or inserted, that every erasure was
 * recorded, and that everything derived from the entries matches them.
 */
import type { Head, Journal } from '../journal/journal.ts';
import { flagProblem, statisticsProblem } from './verify-attention.ts';
import { countProblem, customerProblem, deadLetterProblem, indexProblem, type Problem } from './verify-derived.ts';
import { type KeptHead, Walk } from './walk.ts';

/** What a check found. */
export type Verification =
  | { readonly state: 'holds'; readonly head: Head; readonly erased: number }
  | ({ readonly state: 'broken' } & Problem);

/** What else the record has to match. */
export interface VerifyOptions {
  readonly head?: KeptHead;
}

const ENTRIES_AT_ONCE = 1_000;
const CUSTOMERS_AT_ONCE = 200;

/** How often a problem is checked again while others write: an erasure between two reads looks like one. */
const MAX_ATTEMPTS = 4;

/**
 * Walks the chain from its seed to the head, and then over the customers. `onProgress` is called after each batch with the
 * place that it reached. A problem found while others write counts only if a second look finds it too.
 */
export async function verifyChain(
  journal: Journal,
  onProgress: (reached: Head) => void,
  { head }: VerifyOptions = {},
): Promise<Verification> {
  for (let attempt = 1; ; attempt++) {
    const before = await journal.head();
    const check = new Check(journal, new Walk(journal.seed, head), onProgress);
    const problem = await check.run(head);
    if (problem === null) return { state: 'holds', head: check.walk.reached, erased: check.walk.erased };
    const isQuiet = (await journal.head()).position === before.position;
    if (isQuiet || attempt === MAX_ATTEMPTS) return { state: 'broken', ...problem };
  }
}

class Check {
  readonly walk: Walk;
  readonly #journal: Journal;
  readonly #onProgress: (reached: Head) => void;
  readonly #seen = new Set<string>();

  constructor(journal: Journal, walk: Walk, onProgress: (reached: Head) => void) {
    this.#journal = journal;
    this.walk = walk;
    this.#onProgress = onProgress;
  }

  /** The first problem, or null. */
  async run(kept: KeptHead | undefined): Promise<Problem | null> {
    return (
      (await this.#structure()) ??
      (await this.#walkTo((await this.#journal.head()).position)) ??
      this.#erasures() ??
      this.#end(kept) ??
      (await this.#customers()) ??
      (await this.#missingCustomers()) ??
      (await this.#gaps()) ??
      (await this.#counts()) ??
      (await flagProblem({
        journal: this.#journal,
        walk: this.walk,
        walkTo: (position) => this.#walkTo(position),
        beingErased: () => this.#beingErased(),
      })) ??
      deadLetterProblem(await this.#journal.checks.deadLetterTotals()) ??
      (await this.#integrity())
    );
  }

  /** Walks on until the walk has reached `position`: what was read as of that head can be compared then. */
  async #walkTo(position: number): Promise<Problem | null> {
    while (this.walk.reached.position < position) {
      const limit = Math.min(ENTRIES_AT_ONCE, position - this.walk.reached.position);
      const rows = await this.#journal.entryRows(this.walk.reached.position, limit);
      for (const row of rows) {
        const reason = this.walk.take(row);
        if (reason !== null) return { position: row.position, reason };
      }
      if (rows.length === 0) return { position: this.walk.reached.position + 1, reason: 'it is missing' };
      this.#onProgress(this.walk.reached);
    }
    return null;
  }

  #erasures(): Problem | null {
    const position = this.walk.unrecorded;
    return position === undefined
      ? null
      : { position, reason: 'its content was erased, but no erasure record names it' };
  }

  #end(kept: KeptHead | undefined): Problem | null {
    const { position } = this.walk.reached;
    if (kept === undefined || kept.position <= position) return null;
    return {
      position: kept.position,
      reason: `the journal ends at ${position}; entries were there when --head was kept`,
    };
  }

  async #customers(): Promise<Problem | null> {
    for (let reached = Number.MIN_SAFE_INTEGER; ; ) {
      const { head, value: rows } = await this.#journal.checks.customerRows(reached, CUSTOMERS_AT_ONCE);
      if (rows.length === 0) return null;
      const lost = await this.#walkTo(head);
      if (lost !== null) return lost;
      for (const row of rows) {
        const problem = customerProblem(row, this.walk);
        if (problem !== null) return problem;
        this.#seen.add(row.customer_id);
        reached = row.position;
      }
      const ids = rows.map(({ customer_id }) => customer_id);
      const problem = await this.#indexed(ids);
      if (problem !== null) return problem;
    }
  }

  async #indexed(customerIds: readonly string[]): Promise<Problem | null> {
    const indexed = await this.#journal.checks.revisionsOf(customerIds);
    const problem = indexProblem(customerIds, indexed, this.walk);
    if (problem === null) return null;
    // A customer who was erased in the meantime has no row, and one whose erasure is under way has lost revisions.
    const pending = await this.#beingErased();
    const served = await Promise.all(customerIds.map((customerId) => this.#journal.customer(customerId)));
    const left = customerIds.filter((customerId, at) => served[at] !== null && !pending.has(customerId));
    return indexProblem(left, indexed, this.walk);
  }

  async #gaps(): Promise<Problem | null> {
    const pending = await this.#beingErased();
    for (const [customerId, problem] of this.walk.gaps) {
      if (!pending.has(customerId) && (await this.#journal.entry(problem.position)) !== null) return problem;
    }
    return null;
  }

  async #beingErased(): Promise<ReadonlySet<string>> {
    return new Set((await this.#journal.pendingErasures()).map(({ customerId }) => customerId));
  }

  /** A customer who has entries but no row in `customers`. */
  async #missingCustomers(): Promise<Problem | null> {
    for (const [customerId, { position, revision }] of this.walk.customers) {
      if (this.#seen.has(customerId)) continue;
      // By position: the entry is there, unless it was erased meanwhile.
      const entry = await this.#journal.entry(position);
      if (entry === null || entry.revision !== revision) {
        this.walk.customers.delete(customerId);
        continue;
      }
      if ((await this.#journal.customer(customerId)) === null) {
        return { position, reason: 'its customer is not served: their row is missing' };
      }
    }
    return null;
  }

  async #counts(): Promise<Problem | null> {
    const problem = await this.#countsNow();
    if (problem === null) return null;
    // Customers who were erased since the walk passed them are still in it.
    for (const [customerId, { position }] of this.walk.customers) {
      if ((await this.#journal.entry(position)) === null) this.walk.customers.delete(customerId);
    }
    return this.#countsNow();
  }

  async #countsNow(): Promise<Problem | null> {
    const { head, value } = await this.#journal.checks.statusCounts();
    const problem = (await this.#walkTo(head)) ?? countProblem(value, this.walk);
    if (problem !== null) return problem;
    const counted = await this.#journal.checks.countedCustomers();
    return (await this.#walkTo(counted.head)) ?? statisticsProblem(counted.value, this.walk);
  }

  /** First: the other checks read by these indexes. */
  async #structure(): Promise<Problem | null> {
    const [first] = await this.#journal.checks.structure();
    return first === undefined ? null : { position: null, reason: first };
  }

  async #integrity(): Promise<Problem | null> {
    const [first] = await this.#journal.checks.integrity();
    return first === undefined ? null : { position: null, reason: `SQLite reports that the file is damaged: ${first}` };
  }
}
