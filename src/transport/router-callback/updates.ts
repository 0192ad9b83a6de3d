/** The updates of one subscription of Apollo Router: the next one is read when Router has the previous one. */
import type { KycUpdate } from '../../domain/update.ts';
import type { LiveQuery } from '../../graphql/live.ts';
import { LiveStream } from '../live-stream.ts';
import type { transportMetrics } from '../options.ts';
import type { RouterChannel } from './channel.ts';

/** Moves updates into a channel. */
export class RouterUpdates extends LiveStream {
  readonly #channel: RouterChannel;
  readonly #metrics: ReturnType<typeof transportMetrics>;
  /** The last update that Router has; null: none yet. */
  delivered: KycUpdate | null = null;

  constructor(query: LiveQuery, channel: RouterChannel, metrics: ReturnType<typeof transportMetrics>) {
    super(query);
    this.#channel = channel;
    this.#metrics = metrics;
    metrics.subscriptions.inc();
  }

  protected override send(payload: string, update: KycUpdate): void {
    // The end of the channel ends this stream.
    if (!this.#channel.isOpen()) return;
    this.#metrics.pushes.inc();
    this.#channel.push(payload, () => {
      this.delivered = update;
      this.sent();
    });
  }

  protected override ended(): void {
    this.#metrics.subscriptions.dec();
  }
}
