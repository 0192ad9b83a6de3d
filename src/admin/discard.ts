/** Discarding dead letters. */
import type { Logger } from 'pino';
import type { DeadLetters } from '../journal/dead-letters.ts';
import { reasonOf } from './decision.ts';

/** Which dead letters are discarded, by which person, and why. */
export interface Discard {
  readonly ids: readonly number[];
  /** The token's subject. */
  readonly by: string;
  readonly reason?: string | null | undefined;
}

/** Discards dead letters permanently. Resolves to the IDs of those that were there. */
export async function discard(
  { deadLetters, log }: { readonly deadLetters: DeadLetters; readonly log: Logger },
  { ids, by, reason: given }: Discard,
): Promise<readonly number[]> {
  const reason = reasonOf(given);
  const discarded = await deadLetters.discard(ids);
  if (discarded.length > 0) log.warn({ by, reason, deadLetters: discarded }, 'Dead letters were discarded');
  return discarded;
}
