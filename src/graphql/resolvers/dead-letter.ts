/** Resolvers of the dead letters. */
import { parseExactJson } from '../../domain/exact-json.ts';
import { KycError } from '../../errors.ts';
import type { KycDeadLetterResolvers, KycReplayResultResolvers } from '../generated/resolvers.ts';

/** Resolvers of `KycDeadLetter`. */
export const deadLetterResolvers: KycDeadLetterResolvers = {
  id: ({ id }) => String(id),
  body: ({ body }) => parseExactJson(body),
  firstSeenAt: ({ receivedAt }) => receivedAt,
};

/** Resolvers of `KycReplayResult`. */
export const replayResultResolvers: KycReplayResultResolvers = { id: ({ id }) => String(id) };

const MAX_IDS = 200;

/** Dead letters as a client names them. Throws `BAD_USER_INPUT` when there are too many, or one can't be a dead letter's. */
export function deadLetterIds(ids: readonly string[]): number[] {
  if (ids.length > MAX_IDS) throw new KycError('BAD_USER_INPUT', `At most ${MAX_IDS} dead letters at once.`);
  return ids.map(deadLetterId);
}

/** A dead letter as a client names it. */
export function deadLetterId(id: string): number {
  if (/^[1-9]\d{0,14}$/.test(id)) return Number(id);
  throw new KycError('BAD_USER_INPUT', 'This does not name a dead letter.');
}
