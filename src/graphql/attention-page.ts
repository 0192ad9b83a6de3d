/**
 * Pages of what waits for a person. Updates come in the order of the journal, everything else by time; both are merged by time. A cursor
 * names the last update that was shown, and the last of the others by its time and name.
 */
import type { AttentionItem, AttentionKind, AttentionList, Kinds, WaitingUpdate } from '../admin/attention.ts';
import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { Head, Journal } from '../journal/journal.ts';
import { page, pageSize, placeOf } from './connection.ts';
import { readInParts } from './read-in-parts.ts';

/** More items than that are not counted. */
export const MAX_COUNTED = 10_000;

/** Kinds that are about the server, which only `kyc:admin` sees. */
const FOR_ADMINS: ReadonlySet<AttentionKind> = new Set(['DEAD_LETTERS', 'CONSUMER_STOPPED']);

/** Which page. */
export interface AttentionPageRequest {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  /** Null: all. */
  readonly kinds?: readonly AttentionKind[] | null | undefined;
}

/** What a page is read for. */
export interface AttentionReader {
  readonly list: AttentionList;
  readonly journal: Journal;
  readonly mayAdmin: boolean;
  /** Called with the updates that are kept; what it throws ends the read. */
  readonly charge: (updates: readonly KycUpdate[]) => void;
}

/** Where a page begins. */
interface Place {
  readonly update: Head;
  /** The others up to this time were shown … */
  readonly time: number;
  /** … of those at this very time, the names up to this one; null: all of them. */
  readonly name: string | null;
}

/** A page, the oldest first. Rejects with `BAD_USER_INPUT` and `CURSOR_UNKNOWN`. */
export async function attentionPage(
  { list, journal, mayAdmin, charge }: AttentionReader,
  { first, after, kinds: given }: AttentionPageRequest,
) {
  const size = pageSize(first, 50);
  const from = after == null ? { update: beginning(journal), time: -1, name: null } : await readCursor(journal, after);
  const kinds: Kinds = new Set((given ?? list.kinds).filter((kind) => mayAdmin || !FOR_ADMINS.has(kind)));
  const others = await list.others(kinds);
  const totalCount = Math.min(MAX_COUNTED, others.length + (await list.countUpdates(kinds, MAX_COUNTED)));
  // All that a page of none shows is counted.
  if (size === 0) return { ...page<AttentionItem>([], 0, () => '', after == null), totalCount };
  const updates = await readInParts<WaitingUpdate>(
    size + 1,
    (last, limit) => list.updates(kinds, (last?.update ?? from.update).position, limit),
    (part) => charge(part.map(({ update }) => update)),
  );
  const merged = merge(updates, others, from).slice(0, size + 1);
  const places = new Map(merged.map(({ item, place }) => [item, place]));
  const items = merged.map(({ item }) => item);
  return { ...page(items, size, (item) => writeCursor(journal, places.get(item) ?? from), after == null), totalCount };
}

/** Identifies an item while it waits. */
export function attentionId({ kinds, update, deadLetterReason, consumer }: AttentionItem): string {
  const of =
    update === null ? nameOf({ kinds, deadLetterReason, consumer }) : `${update.revision}:${update.customerId}`;
  return Buffer.from(`KycAttentionItem:${of}`).toString('base64url');
}

function merge(updates: readonly WaitingUpdate[], others: readonly AttentionItem[], from: Place) {
  const left = others.filter((item) => isAfter(item, from)).sort(byTimeAndName);
  const merged: { readonly item: AttentionItem; readonly place: Place }[] = [];
  let place = from;
  const takeOthers = (upTo: number): void => {
    for (let item = left[0]; item !== undefined && item.since <= upTo; item = left[0]) {
      left.shift();
      place = { ...place, time: item.since, name: nameOf(item) };
      merged.push({ item, place });
    }
  };
  for (const item of updates) {
    // The order of the journal is not always that of the clocks.
    const time = Math.max(place.time, item.since);
    takeOthers(time);
    place = { update: item.update, time, name: null };
    merged.push({ item, place });
  }
  takeOthers(Number.POSITIVE_INFINITY);
  return merged;
}

function isAfter(item: AttentionItem, { time, name }: Place): boolean {
  return item.since > time || (item.since === time && name !== null && nameOf(item) > name);
}

function byTimeAndName(one: AttentionItem, other: AttentionItem): number {
  return one.since - other.since || (nameOf(one) < nameOf(other) ? -1 : 1);
}

function nameOf({
  kinds,
  deadLetterReason,
  consumer,
}: Pick<AttentionItem, 'kinds' | 'deadLetterReason' | 'consumer'>): string {
  return [kinds[0], deadLetterReason, consumer?.name].filter((part) => part != null).join(':');
}

function beginning(journal: Journal): Head {
  return { position: 0, digest: journal.seed };
}

function writeCursor(journal: Journal, { update, time, name }: Place): string {
  return Buffer.from(JSON.stringify([journal.cursors.encode(update), time, name])).toString('base64url');
}

async function readCursor(journal: Journal, cursor: string): Promise<Place> {
  const [update, time, name] = parsed(cursor);
  const isPlace =
    typeof update === 'string' && Number.isSafeInteger(time) && (name === null || typeof name === 'string');
  if (!isPlace)
    throw new KycError('BAD_USER_INPUT', 'This is not a cursor of this list. Send one that it gave, or none.');
  return { update: await placeOf(journal, update), time: time as number, name };
}

function parsed(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
