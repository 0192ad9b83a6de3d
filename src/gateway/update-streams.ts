/** Streams of updates for the application's own code: the feed's cursors as async iterators that never end without an error. */
import { requireCustomerId } from '../access/customer-id.ts';
import type { KycUpdate } from '../domain/update.ts';
import { KycError } from '../errors.ts';
import type { FeedCursor } from '../feed/cursor.ts';
import type { Feed } from '../feed/feed.ts';
import { customerUpdateAt, EARLIEST, placeOf } from '../graphql/connection.ts';
import { nextTurn } from '../http/turn.ts';
import type { Head, Journal } from '../journal/journal.ts';
import type { Lifecycle } from './lifecycle.ts';

/** Which updates a stream carries, and from where. */
export interface StreamOptions {
  /** A cursor, or `earliest`; null: from now on, and of one customer the latest first. */
  readonly after: string | null;
  /** Null: all customers. */
  readonly customerId: string | null;
  readonly matches: (update: KycUpdate) => boolean;
  /** Throws what is wrong with the options; called at the first read. */
  readonly validate?: () => void;
  readonly signal: AbortSignal | undefined;
}

/** What the streams need. */
export interface UpdateStreamsOptions {
  readonly journal: Journal;
  readonly feed: Feed;
  readonly lifecycle: Pick<Lifecycle, 'checkStarted' | 'run'>;
}

/** The streams of one gateway. */
export class UpdateStreams {
  readonly #options: UpdateStreamsOptions;
  readonly #open = new Set<FeedCursor>();

  constructor(options: UpdateStreamsOptions) {
    this.#options = options;
  }

  /** Runs a read of the journal (see `Lifecycle.run`). */
  run<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    return this.#options.lifecycle.run(work);
  }

  /** Ends every stream. Call it when the lifecycle reaches that stage: they end with `SHUTTING_DOWN`. */
  stop(): void {
    for (const cursor of this.#open) cursor.close();
  }

  /**
   * A stream, which holds nothing until it is read. It ends only by `return`. It fails with the signal's reason, with `SHUTTING_DOWN`,
   * with `CURSOR_UNKNOWN` (also when its customer is erased), and with what is wrong about its options.
   */
  follow(options: StreamOptions): AsyncIterableIterator<KycUpdate, undefined> {
    const returned = new AbortController();
    // "From now on" means from this call, however late the first update is requested.
    const updates = this.#updates(options, this.#options.feed.place, returned.signal);
    return {
      next: () => updates.next(),
      return() {
        // A generator would finish a pending `next` first; this ends it at once.
        returned.abort();
        return updates.return(undefined);
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *#updates(
    options: StreamOptions,
    now: Head,
    returned: AbortSignal,
  ): AsyncGenerator<KycUpdate, undefined, undefined> {
    const { matches, signal } = options;
    const { lifecycle } = this.#options;
    const check = () => {
      signal?.throwIfAborted();
      lifecycle.checkStarted();
    };
    check();
    options.validate?.();
    const cursor = await lifecycle.run(() => this.#cursor(options, now));
    const close = () => cursor.close();
    this.#open.add(cursor);
    signal?.addEventListener('abort', close, { once: true });
    returned.addEventListener('abort', close, { once: true });
    try {
      while (!returned.aborted) {
        check();
        // An embedded journal answers synchronously, so a tight loop would keep callbacks waiting.
        const turn = nextTurn();
        if (turn !== undefined) await turn;
        const { value } = await cursor.next();
        if (returned.aborted) break;
        check();
        if (value === undefined) throw erased();
        if (matches(value)) yield value;
      }
      return undefined;
    } finally {
      close();
      this.#open.delete(cursor);
      signal?.removeEventListener('abort', close);
    }
  }

  async #cursor({ after, customerId, matches }: StreamOptions, now: Head): Promise<FeedCursor> {
    const { feed, journal } = this.#options;
    if (customerId !== null) {
      requireCustomerId(customerId);
      if (after === EARLIEST) return feed.followCustomer(customerId, 0);
      return feed.followCustomer(
        customerId,
        after === null ? null : await customerUpdateAt(journal, after, customerId),
      );
    }
    if (after === EARLIEST) return feed.followAll(0, matches);
    return feed.followAll(after === null ? now : await placeOf(journal, after), matches);
  }
}

function erased(): KycError {
  return new KycError('CURSOR_UNKNOWN', 'The customer was erased: there is nothing left to follow.');
}
