/** The stream of all updates: one subscription that remembers its cursor, so that no disconnection loses or repeats one. */
import { stringifyDocument } from '@urql/core';
import { connect } from '../../client/connection.ts';
import { failureOf, graphqlFailure, KycFollowError, reachedGateway } from '../../client/failure.ts';
import { jitteredDelay } from '../../client/retry.ts';
import type { TransportName } from '../../client/transport.ts';
import { TransportSelector } from '../../client/transport-selector.ts';
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

/** The state of the stream. */
export type LiveState =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'live'; readonly since: number /** After a disconnection. */; readonly isBack: boolean }
  | { readonly phase: 'retrying'; readonly reason: string; readonly since: number; readonly nextTryAt: number };

/** What has arrived since the page was opened. */
export interface Received {
  /** How many updates have arrived. */
  readonly total: number;
  /** The latest of them, oldest first, at most `KEPT`. */
  readonly recent: readonly UpdateFragment[];
  /**
   * How often the lists have to be read from the beginning: 0 before the stream has started, and one more whenever it starts without
   * a cursor, or something changed that no update says.
   */
  readonly beginnings: number;
}

/** How many updates the page remembers. */
export const KEPT = 500;
/** Updates are rendered in batches: five hundred a second take five renderings, not five hundred. */
const BATCH_MS = 200;
const MOST_FLASHES = 10;
const MAX_RETRY_MS = 15_000;

const query = stringifyDocument(UpdatesDocument);

/** Follows all updates while the page is open, with the token of the current session. */
export class Live {
  readonly state = new Store<LiveState>({ phase: 'connecting' });
  readonly received = new Store<Received>({ total: 0, recent: [], beginnings: 0 });
  #cursor: string | null = null;
  #pending: UpdateFragment[] = [];
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | null = null;

  /** Follows with this client until `signal` aborts. A later call continues from the same cursor. */
  async run(api: Api, signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#wake?.();
    const whenVisible = (): void => {
      if (document.visibilityState === 'visible') wake();
    };
    addEventListener('online', wake, { signal });
    document.addEventListener('visibilitychange', whenVisible, { signal });
    signal.addEventListener('abort', wake);
    this.state.set({ phase: 'connecting' });
    const transports = new TransportSelector('auto');
    let failures = 0;
    while (!signal.aborted) {
      const isBack = this.state.get().phase === 'retrying';
      let liveSince: number | null = null;
      const failure = await this.#follow(api, transports.current, signal, () => {
        liveSince = performance.now();
        this.state.set({ phase: 'live', since: Date.now(), isBack });
      }).catch(failureOf);
      if (signal.aborted) return;
      transports.record(liveSince !== null || reachedGateway(failure));
      failures = liveSince !== null && performance.now() - liveSince > MAX_RETRY_MS ? 0 : failures + 1;
      await this.#sleep(this.#reasonOf(failure), failures);
    }
  }

  /** Reconnects at once. */
  retry = (): void => this.#wake?.();

  /** Makes every list read its first page anew: something changed that no update says. */
  refresh(): void {
    const received = this.received.get();
    this.received.set({ ...received, beginnings: received.beginnings + 1 });
  }

  /** The updates that arrived after the first `total`; null when there were more than are kept. */
  after(total: number): readonly UpdateFragment[] | null {
    const { recent, total: now } = this.received.get();
    if (now - total > recent.length) return null;
    return now === total ? [] : recent.slice(total - now);
  }

  /** One attempt, over WebSocket or server-sent events. Resolves or rejects with the reason why it ended. */
  async #follow(
    api: Api,
    transport: TransportName,
    signal: AbortSignal,
    accepted: () => void,
  ): Promise<KycFollowError> {
    if (this.#cursor === null) await this.#begin(api);
    const subscription = { query, variables: { after: this.#cursor } };
    const options = { url: page.graphqlUrl, token: api.token };
    for await (const { data, errors } of connect(transport, options, subscription, signal, accepted)) {
      if (errors !== undefined && errors.length > 0) return graphqlFailure(errors);
      this.#take((data as UpdatesSubscription).kycUpdates);
    }
    return new KycFollowError('ENDED', 'The server ended the stream.');
  }

  /** Takes the current cursor. Pages are read after it, so that no update falls between the two. */
  async #begin(api: Api): Promise<void> {
    const { kycCustomers } = await api.ask(CustomersDocument, { filter: null, first: 0, after: null });
    this.#cursor = kycCustomers.asOf;
    const { total, beginnings } = this.received.get();
    this.received.set({ total, recent: [], beginnings: beginnings + 1 });
  }

  /** Sleeps before the next attempt, or until something wakes it. */
  async #sleep(reason: string, failures: number): Promise<void> {
    const waitMs = jitteredDelay(failures, MAX_RETRY_MS);
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
    const { total, recent, beginnings } = this.received.get();
    const taken = this.#pending;
    this.#pending = [];
    // The next batch starts to gather.
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = undefined;
      if (this.#pending.length > 0) this.#flush();
    }, BATCH_MS);
    // A new row flashes. Among hundreds nobody sees it, and every frame of it is drawn: turn it off.
    document.body.toggleAttribute('data-busy', taken.length > MOST_FLASHES);
    this.received.set({
      total: total + taken.length,
      recent: [...recent, ...taken].slice(-KEPT),
      beginnings,
    });
  }

  /** Handles a failure, and returns what the page says about it. */
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
        return 'The server’s journal was replaced. Reading everything again.';
      case 'RESTARTING':
        return 'The server is restarting.';
      case 'AUTHENTICATION_UNAVAILABLE':
        return 'The server cannot check your token: its issuer is unavailable.';
      case 'UNREACHABLE':
        return 'Cannot reach the server.';
      default:
        return message;
    }
  }
}
