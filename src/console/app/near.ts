/** Customers whose ID is close to one that does not exist. */
import type { Api } from './api.ts';
import { FindByIdsDocument, FindByPrefixDocument, type KnownFragment } from './generated/operations.ts';

/** How many are offered. */
const OFFERED = 8;
/** IDs that one query may ask for. */
const BATCH = 200;
const MOST_CANDIDATES = 1_000;

/** Customers whose ID begins with `prefix`, the most recently changed first. */
export async function findByPrefix(api: Api, prefix: string): Promise<readonly KnownFragment[]> {
  if (prefix === '') return [];
  return (await api.ask(FindByPrefixDocument, { prefix, first: OFFERED })).kycCustomers.nodes;
}

/** Customers whose ID begins with this one, or differs from it in one place; else those with the longest common beginning. */
export async function findNear(api: Api, customerId: string): Promise<readonly KnownFragment[]> {
  const [longer, similar] = await Promise.all([findByPrefix(api, customerId), findByIds(api, oneEditAway(customerId))]);
  const found = new Map([...similar, ...longer].map((one) => [one.customerId, one]));
  if (found.size === 0) for (const one of await findByBeginning(api, customerId)) found.set(one.customerId, one);
  return [...found.values()].slice(0, OFFERED);
}

async function findByIds(api: Api, customerIds: readonly string[]): Promise<KnownFragment[]> {
  const batches: string[][] = [];
  for (let from = 0; from < customerIds.length; from += BATCH) batches.push(customerIds.slice(from, from + BATCH));
  const answers = await Promise.all(batches.map((ids) => api.ask(FindByIdsDocument, { customerIds: ids })));
  return answers.flatMap(({ kycByCustomerIds }) => kycByCustomerIds.filter((one) => one !== null));
}

/** By halves: at most as many questions as the length has binary digits. */
async function findByBeginning(api: Api, customerId: string): Promise<readonly KnownFragment[]> {
  for (let length = Math.floor([...customerId].length / 2); length >= 1; length = Math.floor(length / 2)) {
    const found = await findByPrefix(api, [...customerId].slice(0, length).join(''));
    if (found.length > 0) return found;
  }
  return [];
}

/** IDs with one character more, less, exchanged with its neighbour or replaced, and in other cases: at most 1,000. */
export function oneEditAway(customerId: string): readonly string[] {
  const characters = [...customerId];
  const alphabet = alphabetOf(customerId);
  const edits = new Set<string>();
  const add = (...parts: readonly string[]): void => {
    if (edits.size < MOST_CANDIDATES) edits.add(parts.join(''));
  };
  const around = (index: number, width: number): [string, string] => [
    characters.slice(0, index).join(''),
    characters.slice(index + width).join(''),
  ];
  add(customerId.trim());
  add(customerId.toLowerCase());
  add(customerId.toUpperCase());
  add(customerId.normalize('NFC'));
  characters.forEach((character, index) => {
    const [before, after] = around(index, 1);
    add(before, after);
    const next = characters[index + 1];
    if (next !== undefined) add(before, next, character, ...characters.slice(index + 2));
    const swapped = character === character.toLowerCase() ? character.toUpperCase() : character.toLowerCase();
    add(before, swapped, after);
  });
  // From the end, where IDs differ most.
  for (let index = characters.length; index >= 0; index--) {
    const [before, after] = around(index, 1);
    const rest = characters.slice(index).join('');
    for (const one of alphabet) {
      add(before, one, rest);
      if (index < characters.length) add(before, one, after);
    }
  }
  edits.delete(customerId);
  edits.delete('');
  return [...edits];
}

/** The characters that such an ID is likely to consist of. */
function alphabetOf(id: string): readonly string[] {
  const digits = '0123456789';
  const isHex = /^[0-9a-f-]+$/.test(id);
  const lowercase = isHex ? 'abcdef' : 'abcdefghijklmnopqrstuvwxyz';
  const upper = /[A-Z]/.test(id);
  const lower = /[a-z]/.test(id);
  return [
    ...new Set([...id, ...digits, ...(lower ? lowercase : ''), ...(upper ? lowercase.toUpperCase() : ''), '-', '_']),
  ];
}
