/** Dead letters for the application's own code. */
import type { KycActions } from '../admin/actions.ts';
import type { ReplayOutcome } from '../admin/replay.ts';
import { parseExactJson } from '../domain/exact-json.ts';
import { type DeadLetterQuery, deadLetterIds, deadLetterPage } from '../graphql/resolvers/dead-letter.ts';
import type { DeadLetter, DeadLetterCategory, DeadLetterReason } from '../journal/dead-letters.ts';
import type { Journal } from '../journal/journal.ts';
import { checkBy } from './given.ts';
import type { Lifecycle } from './lifecycle.ts';
import { type KycUpdate, updateView } from './views.ts';

/** A callback that was not recorded, kept so that it can be recorded later. */
export interface KycDeadLetter {
  readonly id: string;
  /** `GENUINE`: from XGateway and not understood by this release. `REFUSED`: refused. */
  readonly category: DeadLetterCategory;
  /** Why it was not recorded. */
  readonly reason: DeadLetterReason;
  /** The fields that were not understood, each with what was expected. */
  readonly problems: readonly string[];
  /** The customer it is about; null where that can't be an ID. */
  readonly customerId: string | null;
  /** The callback as it was sent, without its hash; of what is not kept whole, a string with its beginning. */
  readonly body: unknown;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** How often it was received. */
  readonly count: number;
}

/** A page of dead letters, the latest first. */
export interface KycDeadLetterPage {
  readonly nodes: readonly KycDeadLetter[];
  /** Whether there are more; `endCursor` is the `after` of the next page. */
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** What a replay did with one dead letter. */
export interface KycReplayResult {
  readonly id: string;
  readonly outcome: ReplayOutcome;
  /** The update that it made; null: none. */
  readonly update: KycUpdate | null;
}

/** Dead letters: what can be done about them. */
export interface KycDeadLetters {
  /** Dead letters, the latest first: 50 unless `first` says otherwise, at most 200. Rejects with `BAD_USER_INPUT`. */
  list(query?: DeadLetterQuery): Promise<KycDeadLetterPage>;
  /**
   * Tries dead letters again, the earliest first. Safe to repeat. At most 200 at once (`BAD_USER_INPUT`); the results are in the order
   * of `ids`.
   */
  replay(ids: readonly string[]): Promise<readonly KycReplayResult[]>;
  /** Discards dead letters permanently and returns the IDs of those that existed. At most 200 at once. `by` and `reason` go to the log. */
  discard(ids: readonly string[], decision?: { readonly by?: string; readonly reason?: string }): Promise<string[]>;
}

/** What this part of the code API needs. */
export interface DeadLettersApiOptions {
  readonly journal: Journal;
  readonly actions: KycActions;
  readonly lifecycle: Lifecycle;
  /** Runs what writes through the commit queue. */
  readonly act: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Makes the dead letters of the code API. */
export function deadLettersApi({ journal, actions, lifecycle, act }: DeadLettersApiOptions): KycDeadLetters {
  return {
    list: (query = {}) =>
      lifecycle.run(async () => {
        const { nodes, pageInfo } = await deadLetterPage(journal.deadLetters, query);
        const { hasNextPage, endCursor } = pageInfo;
        return { nodes: nodes.map(deadLetterView), pageInfo: { hasNextPage, endCursor } };
      }),
    replay: (ids) =>
      act(async () => {
        const results = await actions.replay(deadLetterIds(ids));
        return results.map(({ id, outcome, update }) => ({
          id: String(id),
          outcome,
          update: update && updateView(journal, update),
        }));
      }),
    discard: (ids, { by = 'the application', reason } = {}) =>
      lifecycle.run(async () => {
        const discarded = await actions.discard({ ids: deadLetterIds(ids), by: checkBy(by), reason });
        return discarded.map(String);
      }),
  };
}

function deadLetterView(deadLetter: DeadLetter): KycDeadLetter {
  const { id, category, reason, problems, customerId, body, receivedAt, lastSeenAt, count } = deadLetter;
  return {
    id: String(id),
    category,
    reason,
    problems,
    customerId,
    body: parseExactJson(body),
    firstSeenAt: new Date(receivedAt),
    lastSeenAt: new Date(lastSeenAt),
    count,
  };
}
