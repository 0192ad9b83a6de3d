/**
 * GraphQL over server-sent events, distinct connections mode: one request, one operation, its results as events. For places
 * where WebSockets do not pass. (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md)
 *
 * An update's event has its cursor as ID. A client that comes back with `Last-Event-ID` goes on after it.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { execute, GraphQLError } from 'graphql';
import { requireViewer, type Viewer } from '../../access/viewer.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { KycError } from '../../errors.ts';
import type { KycContext } from '../../graphql/context.ts';
import { publicError } from '../../graphql/format-error.ts';
import { type LiveQuery, openLiveQuery } from '../../graphql/live.ts';
import type { Operation } from '../../graphql/operation.ts';
import { HttpError, httpAnswer } from '../../http/error-response.ts';
import type { Journal } from '../../journal/journal.ts';
import { closeAll } from '../closing.ts';
import { LiveStream, type Sent } from '../live-stream.ts';
import type { LiveTransportOptions } from '../websocket/transport.ts';
import { EventStream } from './event-stream.ts';
import { readOperation } from './operation-request.ts';

const SWEEP_MS = 1_000;
const HEARTBEAT_MS = 15_000;

/** The streams of one gateway. */
export interface EventStreamTransport {
  readonly handler: RequestHandler;
  /** Ends every stream so that its client comes back, spread over up to 3 seconds. */
  stop(): Promise<void>;
}

/** Makes the transport. */
export function eventStreamTransport(options: LiveTransportOptions): EventStreamTransport {
  const { authenticate, contextFor, prepare, connections, log, stallMs } = options;
  const transport = { transport: 'sse' } as const;
  const [open, subscriptions, pushes, stalled] = [
    options.metrics.connections.labels(transport),
    options.metrics.subscriptions.labels(transport),
    options.metrics.pushes.labels(transport),
    options.metrics.stalled.labels(transport),
  ];
  const streams = new Set<EventStream>();
  let stopping = false;

  const admit = async (request: Request): Promise<Viewer> => {
    if (stopping) throw new KycError('SHUTTING_DOWN', 'The gateway is restarting. Reconnect.');
    return requireViewer(await authenticate(request));
  };

  class EventUpdates extends LiveStream {
    readonly #stream: EventStream;
    readonly #journal: Journal;

    constructor(query: LiveQuery, stream: EventStream, journal: Journal) {
      super(query);
      this.#stream = stream;
      this.#journal = journal;
    }

    protected override send(payload: string, update: KycUpdate, sent: Sent): void {
      pushes.inc();
      this.#stream.push(payload, this.#journal.cursors.encode(update), sent);
    }

    protected override ended(): void {
      subscriptions.dec();
    }
  }

  const fail = async (stream: EventStream, ...errors: readonly GraphQLError[]): Promise<void> => {
    await stream.send('next', JSON.stringify({ errors: errors.map((error) => publicError(error, log).toJSON()) }));
    await stream.send('complete', '');
  };

  const follow = async (stream: EventStream, live: LiveQuery, { journal }: KycContext): Promise<void> => {
    subscriptions.inc();
    const updates = new EventUpdates(live, stream, journal);
    stream.onClose(() => void updates.return());
    try {
      await updates.next();
    } catch (error) {
      if (!(error instanceof KycError)) throw error;
      // As at the opening of a subscription: a client that is only cut off would come back with the same cursor.
      await fail(stream, new GraphQLError(error.message, { originalError: error }));
    }
  };

  const answer = async (stream: EventStream, operation: Operation | readonly GraphQLError[]): Promise<void> => {
    const result = await run(operation);
    if ('cursor' in result) return follow(stream, result, (operation as Operation).contextValue);
    const errors = result.errors?.map((error) => publicError(error, log).toJSON());
    await stream.send('next', JSON.stringify({ ...result, ...(errors && { errors }) }));
    await stream.send('complete', '');
  };

  const handle = async (request: Request, response: Response): Promise<void> => {
    const viewer = await admit(request);
    const asked = await readOperation(request);
    const resumeAfter = request.get('last-event-id') || undefined;
    const operation = prepare(asked, { ...contextFor(viewer), resumeAfter });
    if (request.method === 'GET' && 'schema' in operation && operation.operation.operation === 'mutation') {
      throw new HttpError('BAD_USER_INPUT', 'A mutation needs a POST.', { status: 405, headers: { Allow: 'POST' } });
    }
    if (response.destroyed) return;
    if (!connections.take(viewer)) {
      throw new KycError(
        'TOO_MANY_CONNECTIONS',
        'This token holds too many connections. Close one, or try again later.',
      );
    }
    const stream = new EventStream(response, viewer.expiresAt);
    streams.add(stream);
    open.inc();
    stream.onClose(() => {
      streams.delete(stream);
      connections.release(viewer);
      open.dec();
    });
    try {
      await stream.begin();
      await answer(stream, operation);
    } catch (error) {
      // That a client has left, or was sent away, is no error. One that is still there comes back when its stream ends.
      if (!response.destroyed && !response.writableEnded) log.error({ err: error }, 'a stream failed');
    }
    stream.end();
  };

  let beatAt = Date.now();
  const sweep = setInterval(() => {
    const now = Date.now();
    const isBeat = now - beatAt >= HEARTBEAT_MS;
    if (isBeat) beatAt = now;
    for (const stream of streams) {
      if (stream.unreadSince > 0 && now - stream.unreadSince > stallMs) {
        stalled.inc();
        stream.cut();
      } else if (stream.expiresAt !== null && stream.expiresAt <= now) stream.end();
      else if (isBeat) stream.beat();
    }
  }, SWEEP_MS).unref();

  return {
    handler: (request: Request, response: Response, next: NextFunction): void => {
      handle(request, response).catch((error: unknown) => {
        if (!(error instanceof KycError)) return next(error);
        const { status, headers } = httpAnswer(error);
        response.status(status).set(headers);
        response.json({ errors: [{ message: error.message, extensions: { code: error.code } }] });
      });
    },
    async stop() {
      stopping = true;
      await closeAll(
        streams,
        (stream) => stream.end(),
        (stream) => stream.cut(),
      );
      clearInterval(sweep);
    },
  };
}

async function run(operation: Operation | readonly GraphQLError[]) {
  if (!('schema' in operation)) return { errors: operation };
  return operation.operation.operation === 'subscription' ? openLiveQuery(operation) : execute(operation);
}
