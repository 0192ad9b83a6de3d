/**
 * Subscriptions in the application's own GraphQL server. Somebody else's code iterates them: an iterator that returns
 * would look complete to its client, so it throws when the gateway ends it.
 */
import { MAX_SESSION_MS, sessionEnd, sessionTooLong, tokenExpired, type Viewer } from '../access/viewer.ts';
import type { KycUpdate } from '../domain/update.ts';
import type { KycError } from '../errors.ts';
import type { FeedCursor } from '../feed/cursor.ts';
import type { OperationContext } from '../graphql/context.ts';
import { fieldError } from '../graphql/operation-error.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { restarting } from '../transport/closing.ts';
import { type Connections, tooManyConnections } from '../transport/connections.ts';

type Result = IteratorResult<KycUpdate, undefined>;

const DONE: Result = { done: true, value: undefined };

/** The streams of one gateway that other servers iterate. */
export class EmbeddedStreams {
  readonly #metrics: Metrics;
  readonly #connections: Connections;
  readonly #open = new Set<EmbeddedStream>();
  #isStopping = false;

  constructor(metrics: Metrics, connections: Connections) {
    this.#metrics = metrics;
    this.#connections = connections;
  }

  /**
   * The cursor of an operation that has a viewer, as a stream that ends with their token. It counts among their connections, unless what the
   * operation came over does. Throws `SHUTTING_DOWN` while the gateway stops, and `TOO_MANY_CONNECTIONS`.
   */
  open(cursor: FeedCursor, operation: OperationContext): AsyncIterableIterator<KycUpdate, undefined> {
    const viewer = operation.viewer as Viewer;
    const isCounted = operation.holdsConnection !== true;
    if (this.#isStopping || (isCounted && !this.#connections.take(viewer))) {
      cursor.close();
      throw this.#isStopping ? restarting() : tooManyConnections();
    }
    const { subscriptions, pushes } = this.#metrics;
    const gauge = subscriptions.labels({ transport: 'embedded' });
    const counter = pushes.labels({ transport: 'embedded' });
    const stream = new EmbeddedStream(cursor, viewer, {
      delivered: () => counter.inc(),
      closed: () => {
        this.#open.delete(stream);
        if (isCounted) this.#connections.release(viewer);
        gauge.dec();
      },
    });
    this.#open.add(stream);
    gauge.inc();
    return stream;
  }

  /** Ends every stream with `SHUTTING_DOWN`, so that clients reconnect. */
  stop(): void {
    this.#isStopping = true;
    for (const stream of this.#open) stream.fail(restarting());
  }
}

interface Observer {
  delivered(): void;
  closed(): void;
}

class EmbeddedStream implements AsyncIterableIterator<KycUpdate, undefined> {
  readonly #cursor: FeedCursor;
  readonly #observer: Observer;
  readonly #expiry: NodeJS.Timeout;
  #failure: unknown;
  #isClosed = false;
  #reject: ((error: unknown) => void) | null = null;

  constructor(cursor: FeedCursor, viewer: Viewer, observer: Observer) {
    this.#cursor = cursor;
    this.#observer = observer;
    const now = Date.now();
    const { at } = sessionEnd(viewer, now);
    const error = at - now < MAX_SESSION_MS ? tokenExpired() : sessionTooLong();
    this.#expiry = setTimeout(() => this.fail(error), Math.max(0, at - now));
    this.#expiry.unref();
  }

  next(): Promise<Result> {
    if (this.#isClosed) {
      const failure = this.#failure;
      this.#failure = undefined;
      return failure === undefined ? Promise.resolve(DONE) : Promise.reject(failure);
    }
    return new Promise<Result>((resolve, reject) => {
      this.#reject = reject;
      this.#cursor.pull({
        take: (value) => {
          this.#reject = null;
          this.#observer.delivered();
          resolve({ done: false, value });
        },
        end: (error) => {
          this.#reject = null;
          this.#close();
          if (error === undefined) resolve(DONE);
          else reject(fieldError(error));
        },
      });
    });
  }

  return(): Promise<Result> {
    this.#close();
    return Promise.resolve(DONE);
  }

  /** Ends the stream with an error: at the pending `next`, or at the following one. */
  fail(error: KycError): void {
    if (this.#isClosed) return;
    const reject = this.#reject;
    this.#reject = null;
    if (reject === null) this.#failure = fieldError(error);
    else reject(fieldError(error));
    this.#close();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#expiry);
    this.#cursor.close();
    this.#observer.closed();
  }
}
