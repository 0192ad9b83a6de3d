/**
 * Erasing a customer from the journal without breaking its digest chain.
 *
 * Each of their entries keeps its position and its digest; of its content only the salted digest is left, which the chain
 * goes on from. The erasure is an entry of its own that names the positions, so that an entry whose content is gone and that
 * no erasure names is a forgery. Neither belongs to a customer: their customer ID can't be one, their revision is 0.
 */
import { hash } from 'node:crypto';
import { chainDigest, contentDigest, nextSalt } from './entry.ts';
import type { ErasureCircumstances, Head } from './journal.ts';

/** What an erasure leaves in the journal. */
export interface Erasure {
  /** The positions of the entries whose content is gone. */
  readonly positions: readonly number[];
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Who asked for it. */
  readonly by: string;
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
export function planErasure(head: Head, entries: readonly Content[], { at, by }: ErasureCircumstances): ErasurePlan {
  const erasure: Erasure = { positions: entries.map(({ position }) => position), at, by };
  const content = JSON.stringify({ erasure, salt: nextSalt() });
  return {
    erased: entries.map((entry) => ({
      position: entry.position,
      content: JSON.stringify({ erased: hash('sha256', entry.content, 'base64url') }),
    })),
    record: { position: head.position + 1, content, digest: chainDigest(head.digest, content) },
  };
}

/** What stands in the place of a customer's ID in an entry that belongs to nobody. No ID has a control character. */
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
