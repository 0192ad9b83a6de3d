/** Resolvers of the named consumers. */
import type { ConsumerActions } from '../../consumers/actions.ts';
import type { ConsumerDeadLetter } from '../../journal/consumers.ts';
import { noteOpened } from '../audit.ts';
import { page, pageSize } from '../connection.ts';
import type { KycConsumerDeadLetterResolvers, KycConsumerResolvers } from '../generated/resolvers.ts';
import { deadLetterId } from './dead-letter.ts';

/** Resolvers of `KycConsumer`. */
export const consumerResolvers: KycConsumerResolvers = {
  cursor: ({ place }, _given, { journal }) => journal.cursors.encode(place),
  deadLetterCount: ({ deadLetters }) => deadLetters,
  async deadLetters({ name }, given, context) {
    const connection = await consumerDeadLetterPage(context.actions.consumers, name, given);
    noteOpened(
      context,
      connection.nodes.map(({ customerId }) => customerId),
    );
    return connection;
  },
};

/** Resolvers of `KycConsumerDeadLetter`. */
export const consumerDeadLetterResolvers: KycConsumerDeadLetterResolvers = {
  id: ({ id }) => String(id),
  async update({ position, customerId }, _given, { journal }) {
    const update = await journal.entry(position);
    return update?.customerId === customerId ? update : null;
  },
};

/** A page of a consumer's dead letters, the latest first. Throws `BAD_USER_INPUT` for a size or a cursor that can't be. */
export async function consumerDeadLetterPage(
  { deadLetters }: Pick<ConsumerActions, 'deadLetters'>,
  consumer: string,
  { first, after }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined },
) {
  const size = pageSize(first, 50);
  const before = after == null ? null : deadLetterId(after);
  const found: readonly ConsumerDeadLetter[] = await deadLetters({ consumer, before, limit: size + 1 });
  return page(found, size, ({ id }) => String(id), before === null);
}
