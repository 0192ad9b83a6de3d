/**
 * Moves a live query's updates to a peer: the next update is pulled when the peer has taken the one before. A peer that
 * stops reading costs its cursor and one frame.
 */
import type { KycUpdate } from '../domain/update.ts';
import type { LiveQuery } from '../graphql/live.ts';

/** Sends one payload (a GraphQL result as JSON). Resolves when the peer's socket has taken it. */
export type SendPayload = (payload: string, update: KycUpdate) => Promise<void>;

/**
 * A live query as an async iterable that yields nothing: `next` stays pending while payloads go straight to `send`, and
 * ends when the query does. So a protocol library that iterates it keeps its say over the subscription's life, and none of
 * its work is repeated for each update.
 */
export class LiveStream implements AsyncIterableIterator<never, undefined> {
  readonly #query: LiveQuery;
  readonly #send: SendPayload;
  #onEnd: (() => void) | null;

  /** @param onEnd called once, when the query has ended for whatever reason. */
  constructor(query: LiveQuery, send: SendPayload, onEnd: () => void) {
    this.#query = query;
    this.#send = send;
    this.#onEnd = onEnd;
  }

  /** Sends updates until the query ends. Rejects when one can't be read, or can't be sent. */
  async next(): Promise<IteratorResult<never, undefined>> {
    const { cursor, render } = this.#query;
    try {
      for await (const update of cursor) await this.#send(render(update), update);
    } finally {
      this.#end();
    }
    return { done: true, value: undefined };
  }

  /** Ends the query. */
  async return(): Promise<IteratorResult<never, undefined>> {
    this.#end();
    return { done: true, value: undefined };
  }

  #end(): void {
    this.#query.cursor.close();
    this.#onEnd?.();
    this.#onEnd = null;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
