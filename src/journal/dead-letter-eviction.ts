/**
 * Which refused dead letters are evicted when their space is full. Pure.
 *
 * The space is shared among senders and among customers: a dead letter goes from the sender or customer that holds most, so that one
 * address, or one customer ID, never displaces the others. Behind a proxy everything has one sender; then its customers share. A known
 * customer or an allowed address weighs an eighth, both a sixty-fourth, so that they are displaced late. Among equals, the oldest goes.
 */

/** A refused dead letter, reduced to what eviction needs. */
export interface Holding {
  readonly sender: string | null;
  readonly customerId: string | null;
  readonly bytes: number;
  /** 0; 1 for a known customer or an allowed address; 2 for both. */
  readonly priority: number;
}

/** How much space there is. */
export interface Space {
  readonly count: number;
  readonly bytes: number;
}

/** The indexes of those among `holdings`, oldest first, that have to go until the rest fits into `space`. */
export function planEviction(holdings: readonly Holding[], space: Space): readonly number[] {
  const shares = new Shares(holdings);
  const evicted: number[] = [];
  while (shares.count > space.count || shares.bytes > space.bytes) {
    evicted.push(shares.evict(shares.count > space.count ? 'count' : 'bytes'));
  }
  return evicted;
}

interface Size {
  count: number;
  bytes: number;
}

/** The dead letters of one sender about one customer, with one priority. */
interface Cell extends Size {
  readonly sender: Size;
  readonly customer: Size;
  readonly weight: number;
  /** Their indexes and sizes, the oldest last. */
  readonly rows: { readonly index: number; readonly bytes: number }[];
}

/** Who holds how much. */
class Shares implements Size {
  count = 0;
  bytes = 0;
  readonly #senders = new Map<string | null, Size>();
  readonly #customers = new Map<string | null, Size>();
  readonly #cells = new Map<string, Cell>();

  constructor(holdings: readonly Holding[]) {
    for (let index = holdings.length - 1; index >= 0; index--) this.#add(index, holdings[index] as Holding);
  }

  #add(index: number, { sender, customerId, bytes, priority }: Holding): void {
    const key = JSON.stringify([sender, customerId, priority]);
    const cell = entryOf(this.#cells, key, () => ({
      count: 0,
      bytes: 0,
      sender: entryOf(this.#senders, sender, emptySize),
      customer: entryOf(this.#customers, customerId, emptySize),
      weight: 1 / 8 ** priority,
      rows: [],
    }));
    cell.rows.push({ index, bytes });
    for (const size of [cell, cell.sender, cell.customer, this]) {
      size.count += 1;
      size.bytes += bytes;
    }
  }

  /** Removes one dead letter of the sender or customer that holds most by `measure`, and returns its index. */
  evict(measure: keyof Size): number {
    const sender = largest(this.#senders.values(), (size) => size[measure]);
    const customer = largest(this.#customers.values(), (size) => size[measure]);
    const isOfHolder = (cell: Cell) =>
      sender[measure] >= customer[measure] ? cell.sender === sender : cell.customer === customer;
    const cell = largest(this.#cells.values(), (one) =>
      one.rows.length > 0 && isOfHolder(one) ? one[measure] * one.weight : Number.NEGATIVE_INFINITY,
    );
    const { index, bytes } = cell.rows.pop() as Cell['rows'][number];
    for (const size of [cell, cell.sender, cell.customer, this]) {
      size.count -= 1;
      size.bytes -= bytes;
    }
    return index;
  }
}

const emptySize = (): Size => ({ count: 0, bytes: 0 });

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** The largest; of equals the last, which holds the oldest: dead letters are added newest first. */
function largest<Item>(items: Iterable<Item>, sizeOf: (item: Item) => number): Item {
  let found: Item | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const item of items) {
    const size = sizeOf(item);
    if (found === undefined || size >= most) [found, most] = [item, size];
  }
  return found as Item;
}
