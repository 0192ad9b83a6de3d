/** The content of a stream: a subscription's updates, or the one result of a query or mutation. */
import type { ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { KycUpdate } from '../../domain/update.ts';
import { type ErrorCode, KycError } from '../../errors.ts';
import type { OperationContext } from '../../graphql/context.ts';
import { asGraphqlError, publicError } from '../../graphql/format-error.ts';
import type { GateResult } from '../../graphql/gate.ts';
import type { LiveQuery } from '../../graphql/live.ts';
import { ERROR_ANSWERS, type ErrorAnswer } from '../../http/error-response.ts';
import type { Journal } from '../../journal/journal.ts';
import { LiveStream } from '../live-stream.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import type { ResponseStream } from './response-stream.ts';

/** Streams the outcome of an operation. Rejects when the stream fails; a failed operation is an event. */
export async function answerInto(
  stream: ResponseStream,
  result: GateResult,
  context: OperationContext,
  options: LiveTransportOptions,
): Promise<void> {
  if ('cursor' in result) return follow(stream, result, context.journal, options);
  await sendResult(stream, result, options, context.requestId);
}

/** Answers the one result of a query or a mutation as JSON. What was not executed has the status of its error. */
export function sendJson(response: ServerResponse, result: ExecutionResult, context: OperationContext): void {
  const { data, errors } = result;
  const shown = errors?.map((error) => publicError(error, context.log, context.requestId));
  const code = shown?.[0]?.extensions['code'] as ErrorCode | undefined;
  // GraphQL's own codes have no row.
  const row: ErrorAnswer | undefined = code && ERROR_ANSWERS[code];
  const status = data === undefined && code !== undefined ? (row?.status ?? 400) : 200;
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify({ data, errors: shown }));
}

async function sendResult(
  stream: ResponseStream,
  { data, errors }: ExecutionResult,
  { log }: LiveTransportOptions,
  requestId?: string,
): Promise<void> {
  const shown = errors?.map((error) => publicError(error, log, requestId).toJSON());
  await stream.sendOnly(JSON.stringify({ data, errors: shown }));
}

async function follow(
  stream: ResponseStream,
  query: LiveQuery,
  journal: Journal,
  options: LiveTransportOptions,
): Promise<void> {
  const metrics = transportMetrics(options.metrics, stream.transport);
  metrics.subscriptions.inc();
  const updates = new StreamedUpdates(query, stream, journal, metrics);
  stream.onClose(() => void updates.return());
  try {
    await updates.next();
  } catch (error) {
    if (!(error instanceof KycError)) throw error;
    // As at the opening of a subscription: a client whose stream only ends would come back with the same cursor.
    await sendResult(stream, { errors: [asGraphqlError(error)] }, options);
  }
}

class StreamedUpdates extends LiveStream {
  readonly #stream: ResponseStream;
  readonly #journal: Journal;
  readonly #metrics: ReturnType<typeof transportMetrics>;

  constructor(
    query: LiveQuery,
    stream: ResponseStream,
    journal: Journal,
    metrics: ReturnType<typeof transportMetrics>,
  ) {
    super(query);
    this.#stream = stream;
    this.#journal = journal;
    this.#metrics = metrics;
  }

  protected override send(payload: string, update: KycUpdate): void {
    // The end of the response ends this stream.
    if (!this.#stream.isOpen()) return;
    this.#metrics.pushes.inc();
    this.#stream.push(payload, this.#journal.cursors.encode(update), (error) => this.sent(error));
  }

  protected override ended(): void {
    this.#metrics.subscriptions.dec();
  }
}
