/** The stream of all updates: one subscription that remembers its cursor, so that no disconnection loses or repeats one. */
import { stringifyDocument } from '@urql/core';
import type { GraphQLFormattedError } from 'graphql';
import { type Api, ApiError, forbidden } from './api.ts';
import {
  CustomersDocument,
  type UpdateFragment,
  UpdatesDocument,
  type UpdatesSubscription,
} from './generated/operations.ts';
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
  /** How often the journal turned out to be another one: everything shown has to be read anew. */
  readonly resets: number;
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
  readonly received = new Store<Received>({ total: 0, recent: [], reversals: [], resets: 0 });
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
    let failures = 0;
    while (!signal.aborted) {
      const startedAt = Date.now();
      const isBack = this.state.get().phase === 'retrying';
      const connected = api.socket.on('connected', () => this.state.set({ phase: 'live', since: Date.now(), isBack }));
      const reason = await this.#follow(api, signal).catch((error: unknown) => reasonOf(error));
      connected();
      if (signal.aborted) return;
      failures = Date.now() - startedAt > LONGEST_RETRY_MS ? 1 : failures + 1;
      const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures);
      const waitMs = longest * (0.5 + Math.random() / 2);
      const before = this.state.get();
      const since = before.phase === 'retrying' ? before.since : Date.now();
      this.state.set({ phase: 'retrying', reason, since, nextTryAt: Date.now() + waitMs });
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, waitMs);
      });
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

  /** Resolves with the reason when the stream has ended. */
  async #follow(api: Api, signal: AbortSignal): Promise<string> {
    this.#cursor ??= (await api.ask(CustomersDocument, { statuses: null, first: 0, after: null })).kycCustomers.asOf;
    if (signal.aborted) return '';
    const variables = { after: this.#cursor };
    return new Promise((resolve) => {
      const stop = api.socket.subscribe<UpdatesSubscription>(
        { query, variables },
        {
          next: (result) => {
            if (result.data) this.#take(result.data.kycUpdates);
            else resolve(this.#refusal(result.errors ?? []));
          },
          error: (error) => {
            resolve(Array.isArray(error) ? this.#refusal(error) : reasonOf(error));
          },
          complete: () => resolve('The server ended the stream.'),
        },
      );
      signal.addEventListener('abort', () => {
        stop();
        resolve('');
      });
    });
  }

  #take(update: UpdateFragment): void {
    this.#cursor = update.cursor;
    this.#pending.push(update);
    this.#flushTimer ??= setTimeout(() => this.#flush(), this.#pending.length === 1 ? 16 : BATCH_MS);
  }

  #flush(): void {
    const { total, recent, reversals, resets } = this.received.get();
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
      resets,
    });
  }

  #refusal(errors: readonly GraphQLFormattedError[]): string {
    const [first] = errors;
    const code = first?.extensions?.['code'];
    if (code === 'FORBIDDEN') forbidden();
    if (code === 'CURSOR_UNKNOWN') {
      this.#cursor = null;
      const { total, resets } = this.received.get();
      this.received.set({ total, recent: [], reversals: [], resets: resets + 1 });
    }
    return first?.message ?? 'The server refused the stream.';
  }
}

const TOKEN_REFUSED = 4403;
const SERVICE_RESTART = 1012;

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.code === 'FORBIDDEN') forbidden();
    return error.message;
  }
  if (error instanceof Error) return error.message;
  const code = error instanceof CloseEvent ? error.code : null;
  if (code === TOKEN_REFUSED) refused();
  if (code === SERVICE_RESTART) return 'The server is restarting.';
  return 'The server can’t be reached.';
}
