/** Checks the digest chain: that no entry was changed, removed or put in between. */
import { chainDigest } from './entry.ts';
import type { Head, Journal } from './journal.ts';

/** How far a check has come, or what it found. */
export type Verification =
  | { readonly state: 'holds'; readonly head: Head }
  | { readonly state: 'broken'; readonly position: number; readonly reason: string };

const BATCH = 1_000;

/** Walks the chain from its seed to the head. `onProgress` is called after each batch with the place that it reached. */
export async function verifyChain(journal: Journal, onProgress: (reached: Head) => void): Promise<Verification> {
  let reached: Head = { position: 0, digest: journal.seed };
  while (true) {
    const rows = await journal.entryRows(reached.position, BATCH);
    if (rows.length === 0) return { state: 'holds', head: reached };
    for (const { position, content, digest } of rows) {
      const broken = (reason: string): Verification => ({ state: 'broken', position, reason });
      if (position !== reached.position + 1) return broken(`the entry before it, ${position - 1}, is missing`);
      if (Buffer.compare(chainDigest(reached.digest, content), digest) !== 0) {
        return broken('its content, or an entry before it, is not what its digest covers');
      }
      reached = { position, digest };
    }
    onProgress(reached);
  }
}
