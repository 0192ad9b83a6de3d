/** How customers are found, the same in both stores: by an index where one has them in order, else by reading on in order. */
import { KYC_STANDINGS, type KycStanding } from '../domain/customer-filter.ts';
import type { CustomerSelection } from './journal.ts';

/** How many ranges of the index by status and standing are merged; merging more is not worthwhile. */
const MAX_RANGES = 64;
/** Up to this many customers whose IDs share a prefix are sorted by their last change; beyond it, customers are read in that order. */
export const FEW = 2_000;
/** Above every customer ID: 256 characters at most. */
const ABOVE_ALL = '\u{10ffff}'.repeat(257);

/** A range of the index by status and standing. */
export interface IndexRange {
  /** As sent. */
  readonly status: string | null;
  readonly standing: KycStanding;
}

/** The ranges that hold a selection, which leaves the times to compare; null: none do, and customers have to be read in order. */
export function indexRanges(selection: CustomerSelection): readonly IndexRange[] | null {
  const { statuses, standings, customerIdPrefix } = selection;
  if (statuses === null || customerIdPrefix != null) return null;
  const wanted = standings ?? KYC_STANDINGS;
  if (statuses.length * wanted.length > MAX_RANGES) return null;
  return statuses.flatMap((status) => wanted.map((standing) => ({ status, standing })));
}

/** Whether a selection restricts nothing but the position. */
export function isUnrestricted(selection: CustomerSelection): boolean {
  const { statuses, standings = null, customerIdPrefix = null, changedFrom = null, changedTo = null } = selection;
  return [statuses, standings, customerIdPrefix, changedFrom, changedTo].every((condition) => condition === null);
}

/** The standings as a column's bits: bit 0 is the first of `KYC_STANDINGS`. */
export function standingBits(standings: readonly KycStanding[] | null | undefined): number {
  return (standings ?? KYC_STANDINGS).reduce((bits, standing) => bits | (1 << writeStanding(standing)), 0);
}

/** A standing as a column holds it. */
export function writeStanding(standing: KycStanding): number {
  return KYC_STANDINGS.indexOf(standing);
}

/** The range of customer IDs that begin with `prefix`, by code point: from the first, up to and without the second. */
export function idRange(prefix: string | null | undefined): readonly [from: string, to: string] {
  const points = [...(prefix ?? '')].map((character) => character.codePointAt(0) as number);
  const last = points.findLastIndex((point) => point < 0x10ffff);
  if (last === -1) return [prefix ?? '', ABOVE_ALL];
  // There are no characters between U+D7FF and U+E000, only surrogates.
  const next = points[last] === 0xd7ff ? 0xe000 : (points[last] as number) + 1;
  return [prefix ?? '', String.fromCodePoint(...points.slice(0, last), next)];
}
