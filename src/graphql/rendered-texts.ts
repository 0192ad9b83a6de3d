/**
 * The texts that subscribers share, kept for the moment in which they all want them: the latest of all shapes together, up to
 * 1 MiB. Older ones are rendered again for subscribers that lag behind.
 */
import type { KycUpdate } from '../domain/update.ts';

/** One shape's texts. */
export type RenderedTexts = Map<KycUpdate, string>;

const MAX_BYTES = 1024 * 1024;
/** The approximate size of an entry besides its text: the update that it is for. */
const BYTES_AN_ENTRY = 1_000;

interface Kept {
  readonly texts: RenderedTexts;
  readonly update: KycUpdate;
  readonly bytes: number;
}

/** Oldest first. It holds no shape, so an unused shape can be collected. */
const kept = new Set<Kept>();
let keptBytes = 0;

/** Keeps a text, and drops the oldest of all shapes beyond the limit. */
export function keepRendered(texts: RenderedTexts, update: KycUpdate, text: string): void {
  const bytes = BYTES_AN_ENTRY + 2 * text.length;
  texts.set(update, text);
  kept.add({ texts, update, bytes });
  keptBytes += bytes;
  for (const oldest of kept) {
    if (keptBytes <= MAX_BYTES) break;
    kept.delete(oldest);
    keptBytes -= oldest.bytes;
    oldest.texts.delete(oldest.update);
  }
}
