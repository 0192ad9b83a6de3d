/**
 * GraphQL over server-sent events, distinct connections mode: one request, one operation, its results as events. For networks
 * that WebSockets do not pass. (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md)
 *
 * An update's event has its cursor as ID. A client that comes back with `Last-Event-ID` goes on after it.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { GraphQLError } from 'graphql';
import { requireViewer, type Viewer } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import type { Operation } from '../../graphql/operation.ts';
import { HttpError, httpAnswer } from '../../http/error-response.ts';
import { closeAll } from '../closing.ts';
import { isDisconnect } from '../disconnect.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import { prepareOperation } from '../run-operation.ts';
import { answerInto } from './answer.ts';
import { EventStream } from './event-stream.ts';
import { readOperation } from './operation-request.ts';

/** The streams of one gateway. */
export interface EventStreamTransport {
  readonly handler: RequestHandler;
  /** Ends every stream so that its client reconnects, spread over up to 3 seconds. */
  stop(): Promise<void>;
}

/** Makes the transport. */
export function eventStreamTransport(options: LiveTransportOptions): EventStreamTransport {
  const { liveness } = options;
  const metrics = transportMetrics(options.metrics, 'sse');
  const streams = new Set<EventStream>();
  let isStopping = false;
  liveness.watch(streams, { stallMs: options.stallMs, onStalled: () => metrics.stalled.inc() });

  const checkNotStopping = (): void => {
    if (isStopping) throw new KycError('SHUTTING_DOWN', 'The gateway is restarting. Reconnect.');
  };
  const handle = async (request: Request, response: Response): Promise<void> => {
    checkNotStopping();
    const viewer = requireViewer(await options.authenticate(request));
    const operation = await operationIn(request, viewer, options);
    if (response.destroyed) return;
    // Reading the body took its time: the answer to whether this may still be executed can be another.
    checkNotStopping();
    checkNotExpired(viewer);
    await serve(operation, viewer, response, streams, options);
  };

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
      isStopping = true;
      await closeAll(
        streams,
        (stream) => stream.end(),
        (stream) => stream.terminate(),
      );
      liveness.unwatch(streams);
    },
  };
}

/** The operation of a request, or what is wrong with it. Throws a `KycError` for a request that gets no stream. */
async function operationIn(
  request: Request,
  viewer: Viewer,
  { prepare, contextFor }: LiveTransportOptions,
): Promise<Operation | readonly GraphQLError[]> {
  const asked = await readOperation(request);
  const resumeAfter = request.get('last-event-id') || undefined;
  const operation = prepareOperation(prepare, asked, { ...contextFor(viewer), resumeAfter });
  if (request.method === 'GET' && 'schema' in operation && operation.operation.operation === 'mutation') {
    throw new HttpError('BAD_USER_INPUT', 'A mutation needs a POST.', { status: 405, headers: { Allow: 'POST' } });
  }
  return operation;
}

/** Streams an operation's results for as long as the viewer may have them. */
async function serve(
  operation: Operation | readonly GraphQLError[],
  viewer: Viewer,
  response: Response,
  streams: Set<EventStream>,
  options: LiveTransportOptions,
): Promise<void> {
  const { connections, liveness, log } = options;
  const { open } = transportMetrics(options.metrics, 'sse');
  if (!connections.take(viewer)) {
    throw new KycError('TOO_MANY_CONNECTIONS', 'This token holds too many connections. Close one, or try again later.');
  }
  const stream = new EventStream(response, viewer.expiresAt, liveness);
  streams.add(stream);
  open.inc();
  stream.onClose(() => {
    streams.delete(stream);
    connections.release(viewer);
    open.dec();
  });
  try {
    await stream.begin();
    await answerInto(stream, operation, options);
  } catch (error) {
    // A client that has left, or was sent away, is no failure. One that is still there reconnects when its stream ends.
    if (isDisconnect(error) || !stream.isOpen())
      log.debug({ err: error }, 'an event stream closed while it was sent to');
    else log.error({ err: error }, 'an event stream failed; its client reconnects');
  }
  stream.end();
}

function checkNotExpired({ expiresAt }: Viewer): void {
  if (expiresAt !== null && expiresAt <= Date.now()) {
    throw new KycError('UNAUTHENTICATED', 'The token has expired. Send a fresh one.');
  }
}
