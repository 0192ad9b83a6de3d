/** Compares everything derived about customers (their rows, the index of their revisions, the counts) with the entries. */

import { isCurrentForm, REMEMBERED_REVISIONS } from '../domain/fingerprint.ts';
import type { DeadLetterTotal, IndexedRevision, StoredCustomerRow } from '../journal/checks.ts';
import { writeStanding } from '../journal/customer-selection.ts';
import { writeStatus } from '../journal/rows.ts';
import { counted } from '../text/counted.ts';
import type { DerivedCustomer, Walk } from './walk.ts';

/** A problem: at which position, if any, and what it is. */
export interface Problem {
  readonly position: number | null;
  readonly reason: string;
}

const DAY_MS = 86_400_000;
/** The length of a fingerprint as release 0.1 stored it. Such fingerprints are rebuilt from the entries before they are used. */
const OLD_FINGERPRINT_BYTES = 10;

/** What is wrong with a row of `customers`, when the walk has reached the head at which it was read; null: nothing. */
export function customerProblem(row: StoredCustomerRow, walk: Walk): Problem | null {
  const derived = walk.customers.get(row.customer_id);
  if (derived === undefined) return { position: row.position, reason: 'a customer without any entry leads to it' };
  const { position } = derived;
  const wrong = (reason: string): Problem => ({ position, reason });
  if (row.position !== position) {
    return wrong(`it is its customer's latest update, but the entry at ${row.position} is served in its place`);
  }
  if (row.status !== writeStatus(derived.status)) return wrong('its customer is listed under another status');
  if (row.standing !== undefined && row.standing !== writeStanding(derived.standing))
    return wrong('its customer is listed as verified, in doubt or reversed where the entry says otherwise');
  if (row.changed_at !== undefined && row.changed_at !== derived.receivedAt)
    return wrong('its customer is listed with another time of the last change');
  // Of an erasure that is under way, the first update may be gone already.
  if (derived.first !== 1) return null;
  if (row.first_seen_at !== derived.firstSeenAt)
    return wrong('the time at which its customer was first seen was changed');
  if (!isPlausible(row.confirmed_at, derived, walk))
    return wrong('the time at which its customer was confirmed was changed');
  return fingerprintsHold(row.fingerprints, derived) ? null : wrong('the fingerprints of its customer were changed');
}

function isPlausible(confirmedAt: number | null, derived: DerivedCustomer, walk: Walk): boolean {
  if (confirmedAt === null) return !derived.isConfirmedByApi;
  // Clocks differ between instances and may be set back: by as much as the entries show, and up to a day more.
  const earliest = derived.receivedAt - walk.clockStepMs - DAY_MS;
  const latest = Math.max(Date.now(), walk.newestAt) + DAY_MS;
  return Number.isSafeInteger(confirmedAt) && confirmedAt >= earliest && confirmedAt <= latest;
}

function fingerprintsHold(stored: Uint8Array, { fingerprints, revision }: DerivedCustomer): boolean {
  if (isCurrentForm(stored)) return Buffer.compare(stored, fingerprints) === 0;
  return stored.length === OLD_FINGERPRINT_BYTES * Math.min(revision, REMEMBERED_REVISIONS);
}

/**
 * What is wrong with the index of these customers' revisions: it must list each revision once, in order. Revisions after
 * the head that the walk has reached are left out.
 */
export function indexProblem(
  customerIds: readonly string[],
  indexed: readonly IndexedRevision[],
  { customers, reached }: Walk,
): Problem | null {
  const byCustomer = Map.groupBy(
    indexed.filter(({ position }) => position <= reached.position),
    ({ customer_id }) => customer_id,
  );
  for (const customerId of customerIds) {
    const derived = customers.get(customerId);
    if (derived === undefined) continue;
    const found = byCustomer.get(customerId) ?? [];
    const isWhole =
      found.length === derived.revision - derived.first + 1 &&
      found.every(({ revision }, at) => revision === derived.first + at) &&
      found.at(-1)?.position === derived.position;
    if (!isWhole) {
      const reason = `the index leads to ${found.length} of ${counted(derived.revision, 'revision')} of its customer: their history is served with gaps`;
      return { position: derived.position, reason };
    }
  }
  return null;
}

/** What is wrong with the counts by status, which were read at the head that the walk has reached. */
export function countProblem(counts: ReadonlyMap<string | null, number>, { customers }: Walk): Problem | null {
  const derived = new Map<string | null, number>();
  for (const { status } of customers.values()) derived.set(status, (derived.get(status) ?? 0) + 1);
  for (const status of new Set([...counts.keys(), ...derived.keys()])) {
    const [said, found] = [counts.get(status) ?? 0, derived.get(status) ?? 0];
    if (said !== found) {
      return {
        position: null,
        reason: `the count of customers with the status ${JSON.stringify(status)} is ${said}, but there are ${found}`,
      };
    }
  }
  return null;
}

/** What is wrong with the totals of the dead letters, which the limits of each category and the metrics rely on. */
export function deadLetterProblem(totals: readonly DeadLetterTotal[]): Problem | null {
  for (const { category, said_count, said_bytes, held_count, held_bytes } of totals) {
    if (said_count === held_count && said_bytes === held_bytes) continue;
    const said = `the totals say ${counted(said_count, `${category.toLowerCase()} dead letter`)} of ${counted(said_bytes, 'byte')}`;
    return { position: null, reason: `${said}, but there are ${held_count} of ${counted(held_bytes, 'byte')}` };
  }
  return null;
}
