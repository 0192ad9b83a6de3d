/** The code API as the application sees it. */
import type { Viewer } from '../access/viewer.ts';
import type { ImportedReport } from '../admin/record.ts';
import type { ConsumeOptions, ConsumerHandler } from '../consumers/options.ts';
import type { KycConsumerHandle } from '../consumers/registry.ts';
import type { KycStatus } from '../domain/kyc.ts';
import type { KycUpdateFilter } from '../domain/update-filter.ts';
import type { ErasureReport } from '../journal/erasure-report.ts';
import type { AttentionOptions, KycAttentionPage, KycPendingDecision } from './attention-api.ts';
import type { KycConsumers } from './consumers-api.ts';
import type { KycDeadLetters } from './dead-letters-api.ts';
import type { Kyc, KycUpdate } from './views.ts';

/** Reads customers. Rejects with a `KycError`: `BAD_USER_INPUT`, `JOURNAL_UNAVAILABLE`, `SHUTTING_DOWN` after `stop()`. */
export interface KycReader {
  /**
   * A customer's KYC; null when XGateway has reported nothing about them. `asOf`: what was known at that moment (milliseconds since 1970, or a
   * date) rather than now.
   *
   * @example
   * ```ts
   * const kyc = await gateway.kyc('customer-1');
   * if (kyc?.verified) show('may pay');
   * const before = await gateway.kyc('customer-1', { asOf: new Date('2026-01-31T12:00:00Z') });
   * show(before?.status);
   * ```
   */
  kyc(customerId: string, options?: { readonly asOf?: Date | number | null }): Promise<Kyc | null>;
  /**
   * The KYC of each of these customers, in this order, with null for those XGateway has reported nothing about: one read, at most 200.
   *
   * @example
   * ```ts
   * const [first, second] = await gateway.kycMany(['customer-1', 'customer-2']);
   * show(first?.status, second?.status);
   * ```
   */
  kycMany(customerIds: readonly string[]): Promise<readonly (Kyc | null)[]>;
}

/** Which updates to follow. */
export interface UpdatesOptions {
  /**
   * Where to start: after this cursor (of an update, or an `asOf`), from the beginning (`'earliest'`), or, when left out or null, from
   * the call of `updates` on. With a `customerId`, left out means: the latest update first, and then each new one.
   */
  readonly after?: string | null | undefined;
  /** Only this customer's updates. */
  readonly customerId?: string | null | undefined;
  readonly filter?: KycUpdateFilter | null | undefined;
  /** Ends the stream with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How long to wait. */
export interface WaitOptions {
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** The longest wait, in milliseconds, default 60,000. Then it rejects with a `DOMException` named `TimeoutError`. */
  readonly timeoutMs?: number | undefined;
}

/** What a person gives with a decision. */
export interface KycDecision {
  /** Who decided: 1 to 256 characters. Kept with the update. */
  readonly by: string;
  /** Why: at most 2,000 characters. */
  readonly reason?: string | null | undefined;
  /** Where the evidence is: an http or https URL. */
  readonly evidenceUrl?: string | null | undefined;
}

/**
 * What a decision did, and the customer afterwards. `UNCHANGED`: nothing was recorded. `PENDING_SECOND_PERSON` (with `confirmRequiresTwo`):
 * nothing yet, until somebody else decides the same.
 */
export interface KycDecisionResult {
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'PENDING_SECOND_PERSON';
  readonly kyc: Kyc;
}

/** The result of an acknowledgement. `UNCHANGED`: the update did not wait for a person, or was acknowledged already. */
export interface KycAcknowledgeResult {
  readonly outcome: 'ACKNOWLEDGED' | 'UNCHANGED';
  readonly update: KycUpdate;
}

/** What a report changed. `UNCHANGED`: it said nothing new, so no update was recorded. */
export interface RecordResult {
  readonly outcome: 'APPLIED' | 'UNCHANGED';
  readonly update: KycUpdate | null;
}

/** What a refresh found, and the customer afterwards; null when neither we nor XGateway know them. */
export interface KycRefreshResult {
  readonly outcome: 'APPLIED' | 'UNCHANGED' | 'UNKNOWN_TO_XGATEWAY';
  readonly kyc: Kyc | null;
}

/**
 * The gateway for the application's own code, acting as the system, without a token. Whatever is waiting ends with an error when the gateway stops
 * (`KycError` with `SHUTTING_DOWN`), never quietly.
 */
export interface KycApi extends KycReader {
  /**
   * The same reads by the rules that hold for this viewer in GraphQL: another customer than their own needs `mayRead`, and so does
   * `kycMany` (`FORBIDDEN`). Null, or a viewer who has expired, is `UNAUTHENTICATED`.
   *
   * @example
   * ```ts
   * const viewer: Viewer = { subject: 'u1', customerId: 'customer-1', mayRead: false, mayAdmin: false, expiresAt: null };
   * show((await gateway.as(viewer).kyc('customer-1'))?.status);
   * ```
   */
  as(viewer: Viewer | null): KycReader;
  /**
   * Waits until `predicate` is true: it is called with the customer as they are, and as they are after each later update. When
   * XGateway's API merely agrees with what is known, there is no update.
   *
   * Rejects with the signal's reason, a `TimeoutError`, `NOT_READY` before `start()`, `SHUTTING_DOWN` from `drain()` on, and
   * `CURSOR_UNKNOWN` when the customer is erased.
   *
   * @example
   * ```ts
   * const kyc = await gateway.waitFor('customer-1', ({ verified }) => verified, { timeoutMs: 10_000 });
   * show(kyc.latestUpdate.cursor);
   * ```
   */
  waitFor(customerId: string, predicate: (kyc: Kyc) => boolean, options?: WaitOptions): Promise<Kyc>;
  /**
   * Follows updates in the order of their commit, each once. The next one is read when the loop asks for it: a slow loop costs only its
   * place in the journal. Store the cursor of the last update that was handled to continue after a restart.
   *
   * Fails with the signal's reason, `NOT_READY` before `start()`, `SHUTTING_DOWN` from `drain()` on, `BAD_USER_INPUT`, and
   * `CURSOR_UNKNOWN` when the journal does not hold `after`, when it is replaced, or when the customer is erased.
   *
   * @example
   * ```ts
   * let after: string | null = null; // from your database
   * for await (const update of gateway.updates({ after, filter: { statuses: ['FULL_USER'] } })) {
   *   show(update.customerId, update.verified);
   *   after = update.cursor;
   * }
   * ```
   */
  updates(options?: UpdatesOptions): AsyncIterableIterator<KycUpdate, undefined>;
  /**
   * Handles every update at least once, each customer's in order, under a name. Only one instance at a time calls the handler; when it
   * dies, another takes over within seconds. The position is kept in the journal's database, so a restart continues there.
   *
   * A handler that fails is called again, with growing pauses, and the customer's later updates wait for it; other customers' don't.
   * After `attempts` the update becomes a dead letter of this consumer. See docs/consumers.md, also for handling each update exactly once.
   *
   * Resolves once the consumer is known to the journal. Rejects with `BAD_USER_INPUT`, with `CURSOR_UNKNOWN`, with `NOT_READY` before
   * `start()`, and with `SHUTTING_DOWN`. `drain()` and `stop()` stop it.
   *
   * @example
   * ```ts
   * const consumer = await gateway.consume('risk-engine', async (update, { attempt, signal }) => {
   *   await grantAccess(update.customerId, update.verified);
   *   show(attempt, signal.aborted);
   * }, { from: 'earliest', concurrency: 4 });
   * await consumer.stop();
   * ```
   */
  consume(name: string, handler: ConsumerHandler<KycUpdate>, options?: ConsumeOptions): Promise<KycConsumerHandle>;
  /**
   * What named consumers do, on every instance.
   *
   * @example
   * ```ts
   * for (const { name, state, lagSeconds } of await gateway.consumers.list()) show(name, state, lagSeconds);
   * const { nodes } = await gateway.consumers.deadLetters.list('risk-engine');
   * await gateway.consumers.deadLetters.replay(nodes.map(({ id }) => id), { by: 'jane' });
   * ```
   */
  readonly consumers: KycConsumers;
  /**
   * Records what another system knows about a customer (`source: 'IMPORT'`). It counts as the latest word, so read the customer first
   * where XGateway may have said more. A `FULL_USER` is in doubt until XGateway's API or a person confirms it, unless `verified` is
   * true: then `by` vouches for it. That does not end a doubt that is there already. Rejects with `BAD_USER_INPUT`.
   *
   * @example
   * ```ts
   * const { outcome, update } = await gateway.record({ customerId: 'customer-1', status: 'FULL_USER' }, { by: 'import-2026' });
   * show(outcome, update?.inDoubt);
   * ```
   */
  record(report: ImportedReport, given: { readonly by: string; readonly verified?: boolean }): Promise<RecordResult>;
  /**
   * Looks a customer up at XGateway's API and records the answer. Rejects with `XGATEWAY_NOT_CONFIGURED`, `XGATEWAY_UNAVAILABLE`, and
   * `REVISION_OUTDATED` when the customer kept changing meanwhile.
   *
   * @example
   * ```ts
   * const { outcome, kyc } = await gateway.refresh('customer-1');
   * show(outcome, kyc?.status);
   * ```
   */
  refresh(customerId: string): Promise<KycRefreshResult>;
  /**
   * Records that a person has checked a customer's latest update with XGateway (`source: 'STAFF'`). Rejects with `REVISION_OUTDATED`
   * when the customer is at another revision.
   *
   * @example
   * ```ts
   * const kyc = await gateway.kyc('customer-1');
   * if (kyc?.inDoubt) await gateway.confirm('customer-1', kyc.revision, { by: 'jane', reason: 'Seen in the back office' });
   * ```
   */
  confirm(customerId: string, revision: number, decision: KycDecision): Promise<KycDecisionResult>;
  /**
   * Records the status that a person saw in XGateway's back office, where it is not what was received (`source: 'STAFF'`). Needs a
   * reason. Rejects as `confirm` does, and with `BAD_USER_INPUT` for `UNRECOGNIZED`.
   *
   * @example
   * ```ts
   * await gateway.correct('customer-1', 3, 'HARD_KYC_FAILED', { by: 'jane', reason: 'Refused by phone' });
   * ```
   */
  correct(customerId: string, revision: number, status: KycStatus, decision: KycDecision): Promise<KycDecisionResult>;
  /**
   * What waits for a person, oldest first: the same list as `kycAttention`, for code with the scope `kyc:admin`.
   *
   * @example
   * ```ts
   * const { totalCount, nodes } = await gateway.attention({ kinds: ['REVERSAL', 'IN_DOUBT'] });
   * for (const { kinds, since, update } of nodes) show(totalCount, kinds, since, update?.customerId);
   * ```
   */
  attention(options?: AttentionOptions): Promise<KycAttentionPage>;
  /**
   * Acknowledges an update that waits for a person: a reversal, a possibly late one, or one with an unrecognised status. `revision` is that
   * update's own. Rejects with `BAD_USER_INPUT` when there is no such update.
   *
   * @example
   * ```ts
   * const { outcome } = await gateway.acknowledge('customer-1', 4, { by: 'jane', reason: 'Called the customer' });
   * show(outcome);
   * ```
   */
  acknowledge(customerId: string, revision: number, decision: KycDecision): Promise<KycAcknowledgeResult>;
  /**
   * Withdraws what one person decided about a revision, before a second one has agreed (`confirmRequiresTwo`).
   *
   * @example
   * ```ts
   * const { withdrawn } = await gateway.withdraw('customer-1', 3, { by: 'jane' });
   * show(withdrawn?.by);
   * ```
   */
  withdraw(
    customerId: string,
    revision: number,
    decision: { readonly by: string; readonly reason?: string | null | undefined },
  ): Promise<{ readonly withdrawn: KycPendingDecision | null }>;
  /**
   * Erases everything that is known about a customer. The reason stays in the journal, so don't name the customer in it.
   *
   * @example
   * ```ts
   * const { erasedUpdates, remains } = await gateway.erase('customer-1', { by: 'privacy@shop.example', reason: 'request 17' });
   * show(erasedUpdates, remains);
   * ```
   */
  erase(
    customerId: string,
    decision: { readonly by: string; readonly reason?: string | null | undefined },
  ): Promise<ErasureReport>;
  /**
   * Callbacks that were not recorded.
   *
   * @example
   * ```ts
   * const { nodes } = await gateway.deadLetters.list({ category: 'GENUINE' });
   * const results = await gateway.deadLetters.replay(nodes.map(({ id }) => id));
   * show(results.filter(({ outcome }) => outcome !== 'APPLIED'));
   * ```
   */
  readonly deadLetters: KycDeadLetters;
}
