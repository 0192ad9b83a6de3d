/** What goes into an event stream: a subscription's updates, or the one result of a query or mutation. */
import type { ExecutionResult } from 'graphql';
import type { KycUpdate } from '../../domain/update.ts';
import { KycError } from '../../errors.ts';
import type { OperationContext } from '../../graphql/context.ts';
import { asGraphqlError, publicError } from '../../graphql/format-error.ts';
import type { GateResult } from '../../graphql/gate.ts';
import type { LiveQuery } from '../../graphql/live.ts';
import type { Journal } from '../../journal/journal.ts';
import { LiveStream, type Sent } from '../live-stream.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import type { EventStream } from './event-stream.ts';

/** Streams what became of an operation. Rejects when the stream fails; a failed operation is an event. */
export async function answerInto(
  stream: EventStream,
  result: GateResult,
  context: OperationContext,
  options: LiveTransportOptions,
): Promise<void> {
  if ('cursor' in result) return follow(stream, result, context.journal, options);
  await sendResult(stream, result, options, context.requestId);
}

async function sendResult(
  stream: EventStream,
  { data, errors }: ExecutionResult,
  { log }: LiveTransportOptions,
  requestId?: string,
): Promise<void> {
  const shown = errors?.map((error) => publicError(error, log, requestId).toJSON());
  await stream.send('next', JSON.stringify({ data, errors: shown }));
  await stream.send('complete', '');
}

async function follow(
  stream: EventStream,
  query: LiveQuery,
  journal: Journal,
  options: LiveTransportOptions,
): Promise<void> {
  const metrics = transportMetrics(options.metrics, 'sse');
  metrics.subscriptions.inc();
  const updates = new EventUpdates(query, stream, journal, metrics);
  stream.onClose(() => void updates.return());
  try {
    await updates.next();
  } catch (error) {
    if (!(error instanceof KycError)) throw error;
    // As at the opening of a subscription: a client whose stream only ends would come back with the same cursor.
    await sendResult(stream, { errors: [asGraphqlError(error)] }, options);
  }
}

class EventUpdates extends LiveStream {
  readonly #stream: EventStream;
  readonly #journal: Journal;
  readonly #metrics: ReturnType<typeof transportMetrics>;

  constructor(query: LiveQuery, stream: EventStream, journal: Journal, metrics: ReturnType<typeof transportMetrics>) {
    super(query);
    this.#stream = stream;
    this.#journal = journal;
    this.#metrics = metrics;
  }

  protected override send(payload: string, update: KycUpdate, sent: Sent): void {
    // The end of the response ends this stream.
    if (!this.#stream.isOpen()) return;
    this.#metrics.pushes.inc();
    this.#stream.push(payload, this.#journal.cursors.encode(update), sent);
  }

  protected override ended(): void {
    this.#metrics.subscriptions.dec();
  }
}
