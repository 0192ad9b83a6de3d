/**
 * Moves a live query's updates to a peer: the next update is pulled when the peer has taken the one before. A peer that
 * stops reading costs its cursor and one frame.
 */
import type { KycUpdate } from '../domain/update.ts';
import type { Pull } from '../feed/feed-cursor.ts';
import type { LiveQuery } from '../graphql/live.ts';

/** Called when the peer's socket has taken a payload, or has failed. */
export type Sent = (error?: Error | null) => void;

type End = IteratorResult<never, undefined>;

/**
 * A live query as an async iterable that yields nothing: `next` stays pending while payloads go straight to the peer, and
 * ends when the query does. So a protocol library that iterates it keeps its say over the subscription's life, and none of
 * its work is repeated for each update. Nor is there a promise for each: a push is a call, and its end another.
 */
export abstract class LiveStream implements AsyncIterableIterator<never, undefined>, Pull {
  readonly #query: LiveQuery;
  readonly #sent: Sent;
  #settle: PromiseWithResolvers<End> | null = null;
  #hasEnded = false;

  constructor(query: LiveQuery) {
    this.#query = query;
    this.#sent = (error) => (error ? this.end(error) : query.cursor.pull(this));
  }

  /** Sends one payload (a GraphQL result as JSON). Calls back later, not at once. */
  protected abstract send(payload: string, update: KycUpdate, sent: Sent): void;

  /** Called once, when the query has ended for whatever reason. */
  protected abstract ended(): void;

  /** Sends updates until the query ends. Rejects when one can't be read, or can't be sent. */
  next(): Promise<End> {
    this.#settle = Promise.withResolvers();
    const { promise } = this.#settle;
    this.#query.cursor.pull(this);
    return promise;
  }

  take(update: KycUpdate): void {
    try {
      this.send(this.#query.render(update), update, this.#sent);
    } catch (error) {
      this.end(error);
    }
  }

  end(error?: unknown): void {
    const settle = this.#settle;
    this.#settle = null;
    if (error === undefined) settle?.resolve({ done: true, value: undefined });
    else settle?.reject(error);
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#query.cursor.close();
    this.ended();
  }

  /** Ends the query. */
  return(): Promise<End> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
