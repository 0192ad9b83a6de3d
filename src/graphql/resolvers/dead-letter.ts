/** Resolvers of the dead letters. */
import { isTooDeep, parseExactJson } from '../../domain/exact-json.ts';
import { KycError } from '../../errors.ts';
import type { DeadLetter, DeadLetterCategory, DeadLetters } from '../../journal/dead-letters.ts';
import { page, pageSize } from '../connection.ts';
import type { KycDeadLetterResolvers, KycReplayResultResolvers } from '../generated/resolvers.ts';
import { readInParts } from '../read-in-parts.ts';

/** Resolvers of `KycDeadLetter`. */
export const deadLetterResolvers: KycDeadLetterResolvers = {
  id: ({ id }) => String(id),
  // One that is nested too deep to be written into an answer is served as its text.
  body: ({ body }) => (isTooDeep(null, body) ? body : parseExactJson(body)),
  firstSeenAt: ({ receivedAt }) => receivedAt,
};

/** Resolvers of `KycReplayResult`. */
export const replayResultResolvers: KycReplayResultResolvers = { id: ({ id }) => String(id) };

/** A page of dead letters, the latest first. Throws `BAD_USER_INPUT` for a size or a cursor that can't be. */
export async function deadLetterPage(deadLetters: DeadLetters, { category, first, after }: DeadLetterQuery) {
  const size = pageSize(first, 50);
  const before = after == null ? null : deadLetterId(after);
  const found = await readInParts<DeadLetter>(size + 1, (last, limit) =>
    deadLetters.list({ category: category ?? null, before: last?.id ?? before, limit }),
  );
  return page(found, size, ({ id }) => String(id), before === null);
}

/** Which dead letters to list. */
export interface DeadLetterQuery {
  /** Which category; both when left out or null. */
  readonly category?: DeadLetterCategory | null | undefined;
  /** How many, 50 when left out or null, at most 200. */
  readonly first?: number | null | undefined;
  /** The `endCursor` of the page before. */
  readonly after?: string | null | undefined;
}

const MAX_IDS = 200;

/** Dead letters as a client names them. Throws `BAD_USER_INPUT` when there are too many, or one can't be a dead letter's. */
export function deadLetterIds(ids: readonly string[]): number[] {
  if (ids.length > MAX_IDS) throw new KycError('BAD_USER_INPUT', `At most ${MAX_IDS} dead letters at once.`);
  return ids.map(deadLetterId);
}

/** A dead letter as a client names it. */
export function deadLetterId(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new KycError('BAD_USER_INPUT', 'Not a valid dead letter ID.');
}
