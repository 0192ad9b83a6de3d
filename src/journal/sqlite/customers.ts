/** Lists of customers from the SQLite journal. */
import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import {
  FEW,
  type IndexRange,
  idRange,
  indexRanges,
  isUnrestricted,
  standingBits,
  writeStanding,
} from '../customer-selection.ts';
import type { CustomerRecord, CustomerSelection, Journal } from '../journal.ts';
import { type CustomerRecordRow, customerRecord, writeStatus } from '../rows.ts';
import type { Reading } from './statements.ts';

/** How many customers are examined before yielding: about a millisecond's work. */
const SCANNED_AT_ONCE = 4_000;
/** The positions of the first part of an index that is read; the next is twice as long when that took less than `FAST_MS`. */
const FIRST_SPAN = 16_000;
const FAST_MS = 0.5;

type Guarded = <Given extends unknown[], Result>(work: (...given: Given) => Result) => (...given: Given) => Result;

/** Some of the customers before a position, and where the rest begins; null: there is no rest. */
interface Part {
  readonly found: readonly CustomerRecord[];
  readonly rest: number | null;
}
type ReadPart = (upTo: number, limit: number) => Part;

/** Makes the `customers` of a journal. `guarded` says what is thrown for what SQLite throws. */
export function customerLists(read: Reading, guarded: Guarded): Journal['customers'] {
  return (selection) => {
    const { before, limit } = selection;
    const upTo = before ?? Number.MAX_SAFE_INTEGER;
    const ranges = indexRanges(selection);
    const hasTimes = selection.changedFrom != null || selection.changedTo != null;
    if (isUnrestricted(selection))
      return guarded(() => records(read.customers.all(selection.changedAfter, upTo, limit)))();
    if (ranges !== null && !hasTimes)
      return guarded(() => inRanges(read, selection, ranges, selection.changedAfter, upTo, limit))();
    if (ranges !== null) return inParts(guarded(rangeParts(read, selection, ranges)), selection);
    const few = guarded(() => byPrefix(read, selection, upTo))();
    return few ?? inParts(guarded(tableParts(read, selection)), selection);
  };
}

async function inParts(readPart: ReadPart, { before, limit }: CustomerSelection): Promise<readonly CustomerRecord[]> {
  const found: CustomerRecord[] = [];
  for (let upTo: number | null = before ?? Number.MAX_SAFE_INTEGER; upTo !== null && found.length < limit; ) {
    const part = readPart(upTo, limit - found.length);
    found.push(...part.found);
    upTo = part.rest;
    if (upTo !== null) await yieldToEventLoop();
  }
  return found;
}

/** The index by status and standing holds the times as well. */
function inRanges(
  read: Reading,
  { changedFrom, changedTo }: CustomerSelection,
  ranges: readonly IndexRange[],
  after: number,
  upTo: number,
  limit: number,
): readonly CustomerRecord[] {
  const times = [changedFrom ?? Number.MIN_SAFE_INTEGER, changedTo ?? Number.MAX_SAFE_INTEGER] as const;
  const rows = ranges.flatMap(({ status, standing }) =>
    read.customersByStanding.all(writeStatus(status), writeStanding(standing), after, upTo, ...times, limit),
  );
  return records(rows)
    .sort((a, b) => b.latest.position - a.latest.position)
    .slice(0, limit);
}

/** Times may select none of many: the ranges are read a span of positions at a time. */
function rangeParts(read: Reading, selection: CustomerSelection, ranges: readonly IndexRange[]): ReadPart {
  const head = Number(read.head.get()?.['position'] ?? 0);
  let span = FIRST_SPAN;
  return (before, limit) => {
    const startedAt = performance.now();
    const upTo = Math.min(before, head + 1);
    const after = Math.max(selection.changedAfter, upTo - 1 - span);
    const found = inRanges(read, selection, ranges, after, upTo, limit);
    if (performance.now() - startedAt < FAST_MS) span *= 2;
    return { found, rest: after > selection.changedAfter ? after + 1 : null };
  };
}

/** Null: too many have such an ID. */
function byPrefix(read: Reading, selection: CustomerSelection, upTo: number): readonly CustomerRecord[] | null {
  const { customerIdPrefix, changedAfter, limit } = selection;
  if (customerIdPrefix == null) return null;
  const ids = idRange(customerIdPrefix);
  if (Number(read.countIds.get(...ids, FEW + 1)?.['count']) > FEW) return null;
  return records(read.customersByPrefix.all(...ids, changedAfter, upTo, ...conditions(selection), limit));
}

/** The table itself, in its order. */
function tableParts(read: Reading, selection: CustomerSelection): ReadPart {
  const ids = idRange(selection.customerIdPrefix);
  return (upTo, limit) => {
    const last = read.scanFrom.get(selection.changedAfter, upTo, SCANNED_AT_ONCE - 1)?.['position'];
    const from = last === undefined ? selection.changedAfter + 1 : Number(last);
    const found = records(read.scanCustomers.all(...ids, from, upTo, ...conditions(selection), limit));
    return { found, rest: last === undefined ? null : from };
  };
}

/** The statements' parameters for conditions that are not ranges. */
function conditions({ statuses, standings, changedFrom, changedTo }: CustomerSelection) {
  return [
    statuses === null ? null : JSON.stringify(statuses.map(writeStatus)),
    standingBits(standings),
    changedFrom ?? Number.MIN_SAFE_INTEGER,
    changedTo ?? Number.MAX_SAFE_INTEGER,
  ] as const;
}

function records(rows: readonly unknown[]): CustomerRecord[] {
  return (rows as readonly CustomerRecordRow[]).map((row) => customerRecord(row));
}
