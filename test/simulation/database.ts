/**
 * The database of a simulation: a tree of entries, of which one branch is the journal at a time. A failover that loses commits and
 * a restored backup both go back to an earlier state; what is committed afterwards is another branch.
 */
import type { KycUpdate } from '../../src/domain/update.ts';
import { rememberDigestBefore } from '../../src/journal/entry.ts';
import type { Head } from '../../src/journal/journal.ts';
import type { Random } from './random.ts';

/** A node of the tree. `update` is null for the record of an erasure. */
export interface Entry extends Head {
  readonly parent: Entry | null;
  readonly update: KycUpdate | null;
}

/** One state of the database. */
interface State {
  readonly seed: Uint8Array;
  readonly entries: readonly Entry[];
  /** Each erased entry, with the number of its erasure. */
  readonly erased: ReadonlyMap<Entry, number>;
}

let digests = 0;
function nextDigest(): Uint8Array {
  const digest = Buffer.alloc(32);
  digest.writeUIntBE(++digests, 0, 6);
  return digest;
}

/** A database that can become another state of itself. */
export class SimulatedDatabase {
  readonly #random: Random;
  readonly #byDigest = new Map<Uint8Array, Entry>();
  #past: State[] = [];
  #state: State = { seed: nextDigest(), entries: [], erased: new Map() };
  /** How often the journal was replaced. */
  replacements = 0;
  /** The last replacement that each entry was missing after. */
  readonly #lastGone = new Map<Entry, number>();
  readonly #everErased = new Set<Entry>();
  #erasures = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get seed(): Uint8Array {
    return this.#state.seed;
  }

  get head(): Head {
    return this.#state.entries.at(-1) ?? { position: 0, digest: this.#state.seed };
  }

  /** The entry that an update was read from. */
  entryOf({ digest }: KycUpdate): Entry {
    const entry = this.#byDigest.get(digest);
    if (entry === undefined) throw new Error('An update that was never committed was delivered.');
    return entry;
  }

  /** The latest entry about a customer. */
  lastOf(customerId: string): Entry {
    return this.entryOf(this.updates(customerId).at(-1) as KycUpdate);
  }

  /** Whether the journal has this place, at its beginning or at an entry. */
  holdsPlace({ position, digest }: Head): boolean {
    return this.digestAt(position) === digest;
  }

  holds(entry: Entry): boolean {
    return this.#state.entries[entry.position - 1] === entry;
  }

  /** The erasure that an entry is gone by; undefined: it is not erased now. */
  erasureOf(entry: Entry): number | undefined {
    return this.#state.erased.get(entry);
  }

  /** Whether an entry was erased in any state: a reader may have been right to skip it. */
  wasErased(entry: Entry): boolean {
    return this.#everErased.has(entry);
  }

  /** Whether an entry was missing in the journal after the replacement `since`, or after a later one. */
  wasGoneSince(entry: Entry, since: number): boolean {
    return (this.#lastGone.get(entry) ?? 0) > since;
  }

  digestAt(position: number): Uint8Array | null {
    return position === 0 ? this.#state.seed : (this.#state.entries[position - 1]?.digest ?? null);
  }

  /** What a reader sees, newest last. */
  updates(customerId: string | null): KycUpdate[] {
    return this.#state.entries.flatMap((entry) => {
      const { update } = entry;
      const isSeen = update !== null && !this.#state.erased.has(entry);
      return isSeen && (customerId === null || update.customerId === customerId) ? [update] : [];
    });
  }

  /** Commits one update for each customer, as one batch. */
  append(customers: readonly string[]): KycUpdate[] {
    const before = this.head.digest;
    const committed = customers.map((customerId) => {
      const revision = (this.updates(customerId).at(-1)?.revision ?? 0) + 1;
      return this.#push(customerId, revision);
    });
    const own = committed.map(({ update }) => ({ ...(update as KycUpdate) }));
    if (own[0] !== undefined) rememberDigestBefore(own[0], before);
    return own;
  }

  /** Erases a customer. Returns the number of the erasure, and where it is recorded. */
  erase(customerId: string): { readonly erasure: number; readonly position?: number } {
    const entries = this.updates(customerId).map((update) => this.entryOf(update));
    const erasure = ++this.#erasures;
    if (entries.length === 0) return { erasure };
    const erased = new Map(this.#state.erased);
    for (const entry of entries) {
      erased.set(entry, erasure);
      this.#everErased.add(entry);
    }
    this.#state = { ...this.#state, erased };
    return { erasure, position: this.#push(null, 0).position };
  }

  /** The journal becomes what it was some commits ago, or another one altogether. */
  replace(): void {
    const { entries } = this.#state;
    const isOther = this.#random.chance(0.1) || this.#past.length === 0;
    const back = Math.max(0, this.#past.length - 1 - this.#random.int(8));
    this.#state = isOther ? { seed: nextDigest(), entries: [], erased: new Map() } : (this.#past[back] as State);
    // What was given up never comes back: a server of the old state that still answers is out of scope.
    this.#past = isOther ? [] : this.#past.slice(0, back);
    this.replacements++;
    for (const entry of entries) if (!this.holds(entry)) this.#lastGone.set(entry, this.replacements);
  }

  #push(customerId: string | null, revision: number): Entry {
    this.#past.push(this.#state);
    if (this.#past.length > 12) this.#past.shift();
    const { entries } = this.#state;
    const place = { position: entries.length + 1, digest: nextDigest() };
    const update = customerId === null ? null : updateAt(place, customerId, revision);
    const entry = { ...place, parent: entries.at(-1) ?? null, update };
    this.#byDigest.set(entry.digest, entry);
    this.#state = { ...this.#state, entries: [...entries, entry] };
    return entry;
  }
}

function updateAt({ position, digest }: Head, customerId: string, revision: number): KycUpdate {
  return {
    customerId,
    revision,
    position,
    digest,
    status: `STATUS ${position}`,
    processingStatus: null,
    missingDocuments: [],
    rejectLabels: [],
    endUserMessage: null,
    extra: null,
    repeatsRevision: null,
    source: 'CALLBACK',
    confirmed: false,
    doubtful: false,
    verified: false,
    receivedAt: 0,
  };
}
