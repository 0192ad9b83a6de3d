/** Customers stored by release 0.1: what the rule needs to know about them is derived from their updates. */
import { fingerprintsOf, isCurrentForm, REMEMBERED_REVISIONS } from './fingerprint.ts';
import { trustOfHistory } from './trust.ts';
import type { KnownCustomer, UpdateContent } from './update.ts';

/**
 * How many of a customer's latest updates `upgraded` needs: more than fingerprints cover, because a reversal raises a doubt that
 * lasts over any number of revisions.
 */
export const UPGRADE_REVISIONS = 8 * REMEMBERED_REVISIONS;

/** Whether a stored customer was written by release 0.1 and has to go through `upgraded` first. */
export function needsUpgrade({ fingerprints }: KnownCustomer): boolean {
  return !isCurrentForm(fingerprints);
}

/**
 * What the rule needs to know about a customer stored by release 0.1: derived from their latest updates, newest first, at
 * least `UPGRADE_REVISIONS` or all there are.
 */
export function upgraded<Known extends KnownCustomer>(known: Known, newestFirst: readonly UpdateContent[]): Known {
  const history = newestFirst.slice(0, UPGRADE_REVISIONS).toReversed();
  const trust = trustOfHistory(history, known.confirmedAt ?? null);
  return { ...known, latest: { ...known.latest, ...trust }, fingerprints: fingerprintsOf(history) };
}
