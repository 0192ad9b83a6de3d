/** The stream of all updates: one subscription that remembers its cursor, so that no disconnection loses or repeats one. */
import { stringifyDocument } from '@urql/core';
import { connect } from '../../client/connection.ts';
import { failureOf, graphqlFailure, KycFollowError, reachedGateway } from '../../client/failure.ts';
import { TransportSelector } from '../../client/retry.ts';
import type { TransportName } from '../../client/transport-selector.ts';
import { type Api, forbidden } from './api.ts';
import {
  CustomersDocument,
  type UpdateFragment,
  UpdatesDocument,
  type UpdatesSubscription,
} from './generated/operations.ts';
import { page } from './page.ts';
import { refused } from './session.ts';
import { Store } from './store.ts';

/** How the stream is. */
export type LiveState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live'; readonly since: number /** After a disconnection. */; readonly isBack: boolean }
  | { readonly phase: 'retrying'; readonly reason: string; readonly since: number; readonly nextTryAt: number };

/** What came of late. */
export interface Received {
  /** How many updates came since the page was opened. */
  readonly total: number;
  /** The latest of them, oldest first, at most `KEPT`. */
  readonly recent: readonly UpdateFragment[];
  /** The latest of them that took `FULL_USER` back, oldest first: rare, and not to be washed away by the others. */
  readonly reversals: readonly UpdateFragment[];
  /**
   * How often the stream was begun without a cursor: 0 before the first time. What was read before that moment may lack what
   * came between the two.
   */
  readonly beginnings: number;
}

/** How many updates the page remembers. */
export const KEPT = 500;
/** Updates are shown in batches: five hundred a second are four renderings, not five hundred. */
const BATCH_MS = 200;
const MOST_FLASHES = 10;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;

const query = stringifyDocument(UpdatesDocument);

/** Follows all updates for as long as the page lives, with whichever token is valid. */
export class Live {
  readonly state = new Store<LiveState>({ phase: 'connecting' });
  readonly received = new Store<Received>({ total: 0, recent: [], reversals: [], beginnings: 0 });
  #cursor: string | null = null;
  #pending: UpdateFragment[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | null = null;

  /** Follows with this client until `signal` says so; a later call goes on from the same cursor. */
  async run(api: Api, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    const whenVisible = (): void => {
      if (document.visibilityState === 'visible') wake();
    };
    addEventListener('online', wake, { signal });
    document.addEventListener('visibilitychange', whenVisible, { signal });
    signal.addEventListener('abort', wake);
    this.state.set({ phase: 'connecting' });
    const ways = new TransportSelector('auto');
    let failures = 0;
    while (!signal.aborted) {
      const isBack = this.state.get().phase === 'retrying';
      let since: number | null = null;
      const failure = await this.#follow(api, ways.current, signal, () => {
        since = Date.now();
        this.state.set({ phase: 'live', since, isBack });
      }).catch(failureOf);
      if (signal.aborted) return;
      ways.tried(since !== null || reachedGateway(failure));
      failures = since !== null && Date.now() - since > LONGEST_RETRY_MS ? 0 : failures + 1;
      await this.#wait(this.#reasonOf(failure), failures);
    }
  }

  /** Tries at once. */
  retry = (): void => this.#wake?.();

  /** The updates that came after the first `total`; null when there were more than are remembered. */
  after(total: number): readonly UpdateFragment[] | null {
    const { recent, total: now } = this.received.get();
    if (now - total > recent.length) return null;
    return now === total ? [] : recent.slice(total - now);
  }

  /** One attempt, by WebSocket or by server-sent events. Throws why it failed. */
  async #follow(api: Api, way: TransportName, signal: AbortSignal, accepted: () => void): Promise<KycFollowError> {
    if (this.#cursor === null) await this.#begin(api);
    const subscription = { query, variables: { after: this.#cursor } };
    const options = { url: page.graphqlUrl, token: api.token };
    for await (const { data, errors } of connect(way, options, subscription, signal, accepted)) {
      if (errors !== undefined && errors.length > 0) return graphqlFailure(errors);
      this.#take((data as UpdatesSubscription).kycUpdates);
    }
    return new KycFollowError('ENDED', 'The server ended the stream.');
  }

  /** Takes the cursor of this moment. What is shown is read after it, so that nothing falls between the two. */
  async #begin(api: Api): Promise<void> {
    const { kycCustomers } = await api.ask(CustomersDocument, { statuses: null, first: 0, after: null });
    this.#cursor = kycCustomers.asOf;
    const { total, beginnings } = this.received.get();
    this.received.set({ total, recent: [], reversals: [], beginnings: beginnings + 1 });
  }

  /** Waits before the next attempt, for a time that is random so that not all consoles come back at once. */
  async #wait(reason: string, failures: number): Promise<void> {
    const waitMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures) * (0.5 + Math.random() / 2);
    const before = this.state.get();
    const since = before.phase === 'retrying' ? before.since : Date.now();
    this.state.set({ phase: 'retrying', reason, since, nextTryAt: Date.now() + waitMs });
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, waitMs);
    });
  }

  #take(update: UpdateFragment): void {
    this.#cursor = update.cursor;
    this.#pending.push(update);
    this.#flushTimer ??= setTimeout(() => this.#flush(), this.#pending.length === 1 ? 16 : BATCH_MS);
  }

  #flush(): void {
    const { total, recent, reversals, beginnings } = this.received.get();
    const taken = this.#pending;
    this.#pending = [];
    // The next batch gathers from now on.
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined;
      if (this.#pending.length > 0) this.#flush();
    }, BATCH_MS);
    // A row that came flashes, which nobody sees among hundreds, and each frame of it is drawn.
    document.body.toggleAttribute('data-busy', taken.length > MOST_FLASHES);
    const taking = taken.filter(({ reversal }) => reversal);
    this.received.set({
      total: total + taken.length,
      recent: [...recent, ...taken].slice(-KEPT),
      reversals: taking.length === 0 ? reversals : [...reversals, ...taking].slice(-KEPT),
      beginnings,
    });
  }

  /** What to tell of a failure, after what has to be done about it. */
  #reasonOf({ code, message }: KycFollowError): string {
    switch (code) {
      case 'UNAUTHENTICATED':
        refused();
        return message;
      case 'FORBIDDEN':
        forbidden();
        return message;
      case 'CURSOR_UNKNOWN':
        this.#cursor = null;
        return 'The journal is another one than before: everything is read anew.';
      case 'RESTARTING':
        return 'The server is restarting.';
      case 'AUTHENTICATION_UNAVAILABLE':
        return 'The server can’t tell for now who you are: it does not reach whoever issues tokens.';
      case 'UNREACHABLE':
        return 'The server can’t be reached.';
      default:
        return message;
    }
  }
}
