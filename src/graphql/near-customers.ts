/** Customers whose ID is close to one that does not exist, because it was mistyped or copied in part. */
import { isCustomerId, isCustomerIdPrefix } from '../domain/kyc.ts';
import { nextTurn } from '../http/turn.ts';
import type { CustomerRecord, Journal } from '../journal/journal.ts';

/** The most that are shown. */
export const MAX_NEAR = 20;

/** IDs that are looked up at once: a millisecond of an embedded journal. */
const LOOKED_UP_AT_ONCE = 500;
/** The most that are looked up. */
const MAX_CANDIDATES = 10_000;
const COMMON = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.:@';

/** Customers near `customerId`, at most `limit`: one edit away, then those whose ID begins with it, then those that it begins with. */
export async function nearCustomers(
  journal: Journal,
  customerId: string,
  limit: number,
): Promise<readonly CustomerRecord[]> {
  if (limit === 0 || customerId === '' || !isCustomerIdPrefix(customerId)) return [];
  const found = new Map<string, CustomerRecord>();
  const add = (customers: readonly (CustomerRecord | null)[]): boolean => {
    for (const customer of customers) {
      const id = customer?.latest.customerId;
      if (customer !== null && id !== undefined && id !== customerId && found.size < limit) found.set(id, customer);
    }
    return found.size >= limit;
  };
  const lookUp = async (candidates: Iterator<string, unknown>): Promise<boolean> => {
    for (let left = MAX_CANDIDATES; left > 0; ) {
      const turn = nextTurn();
      if (turn !== undefined) await turn;
      const part = take(candidates, Math.min(left, LOOKED_UP_AT_ONCE));
      if (part.length === 0) return false;
      left -= part.length;
      if (add(await journal.customersByIds(part.filter(isCustomerId)))) return true;
    }
    return false;
  };
  const characters = [...customerId];
  const isFull = await lookUp(distinct(oneEditAway(characters)));
  if (!isFull && !add(await beginningWith(journal, customerId, limit))) await lookUp(beginningsOf(characters));
  return [...found.values()];
}

function beginningWith(journal: Journal, customerIdPrefix: string, limit: number) {
  return journal.customers({ statuses: null, customerIdPrefix, changedAfter: 0, before: null, limit: limit + 1 });
}

/** The longest first: a partial copy usually has most of the ID. */
function* beginningsOf(characters: readonly string[]): Generator<string> {
  for (let length = characters.length - 1; length > 0; length--) yield characters.slice(0, length).join('');
}

/** A character less, two neighbours swapped; then one more or another, of those that IDs are made of. */
function* oneEditAway(characters: readonly string[]): Generator<string> {
  const changed = (at: number, removed: number, ...added: string[]) =>
    characters.toSpliced(at, removed, ...added).join('');
  for (const at of characters.keys()) yield changed(at, 1);
  for (const [at, character] of characters.entries()) {
    const next = characters[at + 1];
    if (next !== undefined) yield changed(at, 2, next, character);
  }
  // Their own first, then those of the most usual IDs. From the end: that is where IDs differ.
  for (const character of new Set([...characters, ...COMMON])) {
    for (let at = characters.length; at >= 0; at--) {
      yield changed(at, 0, character);
      if (at < characters.length) yield changed(at, 1, character);
    }
  }
}

function* distinct(texts: Iterable<string>): Generator<string> {
  const seen = new Set<string>();
  for (const text of texts) {
    if (seen.has(text)) continue;
    seen.add(text);
    yield text;
  }
}

function take(texts: Iterator<string, unknown>, count: number): string[] {
  const taken: string[] = [];
  while (taken.length < count) {
    const next = texts.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}
