/** Named consumers for the application's own code. */
import type { ConsumerActions, ConsumerStatus } from '../consumers/actions.ts';
import type { ConsumeOptions, ConsumerHandler } from '../consumers/options.ts';
import type { ConsumerRegistry, KycConsumerHandle } from '../consumers/registry.ts';
import { consumerDeadLetterPage } from '../graphql/resolvers/consumer.ts';
import { deadLetterIds } from '../graphql/resolvers/dead-letter.ts';
import type { ConsumerDeadLetter, ConsumerState } from '../journal/consumers.ts';
import type { Journal } from '../journal/journal.ts';
import { checkBy } from './given.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type KycUpdate, updateView } from './views.ts';

/** A named consumer, on whichever instance it runs. */
export interface KycConsumer {
  readonly name: string;
  /** `PAUSED` by a person, `STOPPED` by an error. */
  readonly state: ConsumerState;
  /** Why it stopped; null: it has not. */
  readonly error: string | null;
  /** The cursor of the entry up to which every update is handled, being retried, or a dead letter. */
  readonly cursor: string;
  /** How many entries of the journal are after it; 0 when none of them is an update. */
  readonly lagEntries: number;
  /** How long ago the first update after it was recorded, in seconds; 0 when there is none. */
  readonly lagSeconds: number;
  /** How many updates are being retried, or wait behind one of the same customer that is. */
  readonly retries: number;
  readonly deadLetters: number;
}

/** An update that a consumer gave up on. */
export interface KycConsumerDeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly customerId: string;
  /** The update; null: it was erased meanwhile. */
  readonly update: KycUpdate | null;
  /** How often it was tried. */
  readonly attempts: number;
  /** What the last attempt failed with. */
  readonly error: string;
  readonly failedAt: Date;
}

/** A page of a consumer's dead letters, the latest first. */
export interface KycConsumerDeadLetterPage {
  readonly nodes: readonly KycConsumerDeadLetter[];
  /** Whether there are more; `endCursor` is the `after` of the next page. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Who acts on a consumer; written to the log. */
export interface KycConsumerDecision {
  readonly by?: string | undefined;
}

/** The consumers of the journal, on every instance. Rejects with `BAD_USER_INPUT` for a name that does not exist. */
export interface KycConsumers {
  /** All consumers, by name. */
  list(): Promise<readonly KycConsumer[]>;
  /** Stops calling the handler until `resume`. What is under way is finished first. */
  pause(name: string, decision?: KycConsumerDecision): Promise<KycConsumer>;
  /** Resumes a consumer that was paused, or that an error stopped. */
  resume(name: string, decision?: KycConsumerDecision): Promise<KycConsumer>;
  /**
   * Puts a consumer elsewhere: after a cursor, before the first update (`'earliest'`) or at the last one (`'now'`). Its retries are
   * dropped. One whose owner keeps the cursor continues from that.
   */
  reset(name: string, to: 'earliest' | 'now' | (string & {}), decision?: KycConsumerDecision): Promise<KycConsumer>;
  /** Moves the earliest failed update to the dead letters, so that the consumer continues. Null: none has failed. */
  skip(name: string, decision?: KycConsumerDecision): Promise<KycConsumerDeadLetter | null>;
  /** Deletes a consumer that is not used any more, with its retries and dead letters. */
  remove(name: string, decision?: KycConsumerDecision): Promise<void>;
  readonly deadLetters: {
    /** A consumer's dead letters, the latest first: 50 unless `first` says otherwise, at most 200. */
    list(
      name: string,
      page?: { readonly first?: number; readonly after?: string | null },
    ): Promise<KycConsumerDeadLetterPage>;
    /** Hands dead letters to their consumers again, with `replayed: true`, at most 200 at once. Returns the IDs of those that existed. */
    replay(ids: readonly string[], decision?: KycConsumerDecision): Promise<string[]>;
    /** Discards dead letters for good, at most 200 at once. Returns the IDs of those that existed. */
    discard(ids: readonly string[], decision?: KycConsumerDecision & { readonly reason?: string }): Promise<string[]>;
  };
}

/** What this part of the code API needs. */
export interface ConsumersApiOptions {
  readonly journal: Journal;
  readonly registry: ConsumerRegistry;
  readonly actions: ConsumerActions;
  readonly lifecycle: Lifecycle;
}

/** The part of the code API that is about consumers. */
export interface ConsumersApi {
  consume(name: string, handler: ConsumerHandler<KycUpdate>, options?: ConsumeOptions): Promise<KycConsumerHandle>;
  readonly consumers: KycConsumers;
}

/** Makes the consumers of the code API. */
export function consumersApi({ journal, registry, actions, lifecycle }: ConsumersApiOptions): ConsumersApi {
  const show = ({ place, name, state, error, lagEntries, lagSeconds, retries, deadLetters }: ConsumerStatus) => ({
    ...{ name, state, error, lagEntries, lagSeconds, retries, deadLetters },
    cursor: journal.cursors.encode(place),
  });
  const showDeadLetter = async (deadLetter: ConsumerDeadLetter): Promise<KycConsumerDeadLetter> => {
    const { id, consumer, position, customerId, attempts, error, failedAt } = deadLetter;
    const update = await journal.entry(position);
    return {
      ...{ id: String(id), consumer, customerId, attempts, error, failedAt: new Date(failedAt) },
      update: update?.customerId === customerId ? updateView(journal, update) : null,
    };
  };
  const byOf = (decision: KycConsumerDecision = {}) => checkBy(decision.by ?? 'the application');
  return {
    consume: (name, handler, options = {}) =>
      lifecycle.run(() => {
        lifecycle.checkStarted();
        return registry.consume(name, (update, context) => handler(updateView(journal, update), context), options);
      }),
    consumers: {
      list: () => lifecycle.run(async () => (await actions.list()).map(show)),
      pause: (name, decision) => lifecycle.run(async () => show(await actions.pause(name, byOf(decision)))),
      resume: (name, decision) => lifecycle.run(async () => show(await actions.resume(name, byOf(decision)))),
      reset: (name, to, decision) => lifecycle.run(async () => show(await actions.reset(name, to, byOf(decision)))),
      skip: (name, decision) =>
        lifecycle.run(async () => {
          const skipped = await actions.skip(name, byOf(decision));
          return skipped && showDeadLetter(skipped);
        }),
      remove: (name, decision) => lifecycle.run(() => actions.remove(name, byOf(decision))),
      deadLetters: {
        list: (name, page = {}) =>
          lifecycle.run(async () => {
            const { nodes, pageInfo } = await consumerDeadLetterPage(actions, name, page);
            const { hasNextPage, endCursor } = pageInfo;
            return { nodes: await Promise.all(nodes.map(showDeadLetter)), pageInfo: { hasNextPage, endCursor } };
          }),
        replay: (ids, decision) =>
          lifecycle.run(async () =>
            (await actions.replay(deadLetterIds(ids), byOf(decision))).map(({ id }) => String(id)),
          ),
        discard: (ids, decision) =>
          lifecycle.run(async () =>
            (await actions.discard(deadLetterIds(ids), byOf(decision), decision?.reason ?? null)).map(String),
          ),
      },
    },
  };
}
