/**
 * Moves a live query's updates to a peer: the next update is pulled when the peer has taken the previous one. A peer that stops
 * reading costs its cursor and one frame.
 */
import type { KycUpdate } from '../domain/update.ts';
import type { Pull } from '../feed/cursor.ts';
import type { LiveQuery } from '../graphql/live.ts';
import { Disconnected } from './disconnect.ts';

/** What wants to know that the peer's socket has taken a payload, or has failed. An object: it costs no closure for each push. */
export interface Sender {
  sent(error?: Error | null): void;
}

type End = IteratorResult<never, undefined>;

/**
 * A live query as an async iterable that yields nothing: `next` stays pending while payloads go straight to the peer, and
 * settles when the query ends. A protocol library that iterates it still controls the subscription's life, but repeats none of
 * its work for each update. No promise or closure is made per update either: a push is one call, and its completion another.
 */
export abstract class LiveStream implements AsyncIterableIterator<never, undefined>, Pull, Sender {
  readonly #cursor: LiveQuery['cursor'];
  readonly #render: LiveQuery['render'];
  #resolve: ((end: End) => void) | null = null;
  #reject: ((error: unknown) => void) | null = null;
  #hasEnded = false;

  constructor({ cursor, render }: LiveQuery) {
    this.#cursor = cursor;
    this.#render = render;
  }

  /** Sends one payload (a GraphQL result as JSON), and calls `sent` once the peer's socket has taken it: at once, or later. */
  protected abstract send(payload: string, update: KycUpdate): void;

  /** Called once, when the query has ended for whatever reason. */
  protected abstract ended(): void;

  /** Sends updates until the query ends. Rejects when one cannot be read, and with `Disconnected` when one cannot be sent. */
  next(): Promise<End> {
    const end = new Promise<End>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#cursor.pull(this);
    return end;
  }

  take(update: KycUpdate): void {
    try {
      const payload = this.#render(update);
      if (typeof payload === 'string') this.#push(payload, update);
      else payload.then((text) => this.#push(text, update)).catch((error: unknown) => this.end(error));
    } catch (error) {
      this.end(error);
    }
  }

  #push(payload: string, update: KycUpdate): void {
    // It may have ended while its payload was made.
    if (!this.#hasEnded) this.send(payload, update);
  }

  /** The last payload was taken: pulls the next update. With an error: the peer is gone. */
  sent(error?: Error | null): void {
    if (error) this.end(new Disconnected(error));
    else this.#cursor.pull(this);
  }

  end(error?: unknown): void {
    if (error === undefined) this.#resolve?.({ done: true, value: undefined });
    else this.#reject?.(error);
    this.#resolve = this.#reject = null;
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cursor.close();
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
