/**
 * Erasing a customer from the journal without breaking its digest chain.
 *
 * Each of their entries keeps its position and its digest; of its content only the salted digest is left, which the chain
 * continues from. The erasure is an entry of its own that names the positions, so an entry without content that no erasure
 * names is a forgery. Neither belongs to a customer: their customer ID can't be one, and their revision is 0.
 */
import { hash } from 'node:crypto';
import { chainDigest, contentDigest, nextSalt } from './entry.ts';
import type { ErasureCircumstances, ErasureOutcome, Head } from './journal.ts';
import type { MaybePromise } from './maybe-promise.ts';
import { pauseAfterSlowWrite, wroteFor } from './slow-writes.ts';

/** What an erasure leaves in the journal. */
export interface Erasure {
  /** The positions of the entries whose content is gone. */
  readonly positions: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** The subject of the person who requested it. */
  readonly by: string;
  /** Why, as far as they said. */
  readonly reason?: string;
}

/** An entry's place and content. */
export interface Content {
  readonly position: number;
  readonly content: string;
}

/** What a store has to write to erase a customer. */
export interface ErasurePlan {
  /** The entries' new content. */
  readonly erased: readonly Content[];
  /** The entry that records it. */
  readonly record: { readonly position: number; readonly content: string; readonly digest: Uint8Array };
}

/** Plans the erasure of a customer with these entries, on top of `head`. */
export function planErasure(head: Head, entries: readonly Content[], circumstances: ErasureCircumstances): ErasurePlan {
  const { at, by, reason } = circumstances;
  const positions = entries.map(({ position }) => position);
  const erasure: Erasure = { positions, at, by, ...(reason !== undefined && { reason }) };
  const content = JSON.stringify({ erasure, salt: nextSalt() });
  return {
    erased: entries.map((entry) => ({
      position: entry.position,
      content: JSON.stringify({ erased: hash('sha256', entry.content, 'base64url') }),
    })),
    record: { position: head.position + 1, content, digest: chainDigest(head.digest, content) },
  };
}

/** An erasure that was begun and not finished. */
export interface PendingErasure {
  readonly customerId: string;
  readonly circumstances: ErasureCircumstances;
}

const PENDING = 'erasure:';

/** A pending erasure as a row of `journal_facts`. */
export function writePendingErasure(
  customerId: string,
  { at, by }: ErasureCircumstances,
): [name: string, value: Uint8Array] {
  return [PENDING + customerId, Buffer.from(JSON.stringify({ at, by }))];
}

/** The pending erasure in a row of `journal_facts`. */
export function readPendingErasure({ name, value }: Readonly<Record<string, unknown>>): PendingErasure {
  const circumstances = JSON.parse(Buffer.from(value as Uint8Array).toString()) as ErasureCircumstances;
  return { customerId: String(name).slice(PENDING.length), circumstances };
}

/** One transaction of an erasure. */
export interface Slice {
  readonly updates: number;
  readonly deadLetters: number;
  /** The entry that records it; null when nothing was known of the customer. */
  readonly record: Head | null;
  readonly isLast: boolean;
}

/**
 * Erases in slices, with other work in between. Each slice is recorded by an entry of its own, so the
 * journal can be checked at any time; that the erasure is not finished is stored with its first slice, and the next start
 * finishes it. What arrives about the customer meanwhile is erased as well. `cleanUp` says what remains to be done.
 */
export function eraseInSlices(
  slice: () => MaybePromise<Slice>,
  cleanUp: () => string | null,
): MaybePromise<ErasureOutcome | null> {
  const first = slice();
  if (first instanceof Promise || !first.isLast) return eraseMore(first, slice, cleanUp);
  const { updates, deadLetters, record } = first;
  const remains = cleanUp();
  return record && { updates, deadLetters, record, remains };
}

async function eraseMore(
  first: MaybePromise<Slice>,
  slice: () => MaybePromise<Slice>,
  cleanUp: () => string | null,
): Promise<ErasureOutcome | null> {
  let { updates, deadLetters, record, isLast } = await first;
  while (!isLast) {
    await (pauseAfterSlowWrite() ?? new Promise((resolve) => setImmediate(resolve)));
    const startedAt = performance.now();
    const sliced = slice();
    if (!(sliced instanceof Promise)) wroteFor(performance.now() - startedAt);
    const next = await sliced;
    updates += next.updates;
    deadLetters += next.deadLetters;
    record = next.record ?? record;
    isLast = next.isLast;
  }
  const remains = cleanUp();
  return record && { updates, deadLetters, record, remains };
}

/** Replaces the customer's ID in an entry that belongs to no customer. No ID has a control character. */
export function nobodyAt(position: number): string {
  return `\u007f${position}`;
}

/** What a journal row holds besides a customer's update: the digest of what was erased, or an erasure. Null: an update. */
export function readSpecial(content: string): { readonly erased: Uint8Array } | { readonly erasure: Erasure } | null {
  const isSpecial = content.startsWith('{"erased":') || content.startsWith('{"erasure":');
  if (!isSpecial) return null;
  const parsed = JSON.parse(content) as { erased?: string; erasure: Erasure };
  return parsed.erased === undefined
    ? { erasure: parsed.erasure }
    : { erased: Buffer.from(parsed.erased, 'base64url') };
}

/** The digest of a row's content, whether it is there or erased. */
export function contentDigestOf(content: string): Uint8Array {
  const special = readSpecial(content);
  return special !== null && 'erased' in special ? special.erased : contentDigest(content);
}
