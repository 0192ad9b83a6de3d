/**
 * GraphQL over server-sent events, distinct connections mode: one request, one operation, its results as events. For networks
 * that WebSockets do not pass. (https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md)
 *
 * An update's event has its cursor as ID. A client that reconnects with `Last-Event-ID` continues after it.
 */
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { isOriginAllowed } from '../../access/origin.ts';
import { requireViewer, type Viewer } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import type { OperationContext } from '../../graphql/context.ts';
import { checkNotExpired, foreignOrigin, type GateResult } from '../../graphql/gate.ts';
import { HttpError } from '../../http/error-response.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { nextTurn } from '../../http/turn.ts';
import { closeAll } from '../closing.ts';
import { isDisconnect } from '../disconnect.ts';
import { refuse } from '../graphql-http.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import { answerInto } from './answer.ts';
import { EventStream } from './event-stream.ts';
import { receiveOperation } from './operation-request.ts';

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
    const share = nextTurn();
    if (share !== undefined) await share;
    checkNotStopping();
    const viewer = requireViewer(await options.authenticate(request));
    const isOwnOrigin = isOriginAllowed(request.headers, options.origins);
    if (request.method === 'GET' && !isOwnOrigin) throw foreignOrigin();
    const readOperation = await receiveOperation(request, options.limits.messageBytes);
    if (response.destroyed) return;
    // Reading the body took its time.
    checkNotStopping();
    checkNotExpired(viewer);
    const context = {
      ...options.contextFor(viewer),
      resumeAfter: request.get('last-event-id') || undefined,
      requestId: requestIdOf(request, response),
    };
    const run = () =>
      options.gate.run(readOperation, context, ({ operation }) => {
        // It may have waited: the answer to whether this may still be executed can be another.
        checkNotStopping();
        if (operation.operation === 'mutation') checkMutation(request, isOwnOrigin);
      });
    await serve({ run, context, viewer }, response, streams, options);
  };

  return {
    handler: (request: Request, response: Response, next: NextFunction): void => {
      handle(request, response).catch((error: unknown) => {
        if (!(error instanceof KycError) || response.headersSent) return next(error);
        refuse(response, error);
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

function checkMutation({ method }: Request, isOwnOrigin: boolean): void {
  if (method === 'GET') {
    throw new HttpError('BAD_USER_INPUT', 'A mutation needs a POST.', { status: 405, headers: { Allow: 'POST' } });
  }
  if (!isOwnOrigin) throw foreignOrigin();
}

/** A request that may be answered. */
interface Answerable {
  /** Executes the operation. Rejects with an `HttpError` for one that gets no stream. */
  readonly run: () => Promise<GateResult>;
  readonly context: OperationContext;
  readonly viewer: Viewer;
}

/** Streams an operation's results for as long as the viewer may have them. */
async function serve(
  { run, context, viewer }: Answerable,
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
    const result = await run();
    if (stream.isOpen()) {
      await stream.begin();
      await answerInto(stream, result, context, options);
    } else if ('cursor' in result) result.cursor.close();
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // A client that has left, or was disconnected, is not a failure. One that is still there reconnects when its stream ends.
    if (isDisconnect(error) || !stream.isOpen())
      log.debug({ err: error }, 'an event stream closed while it was being written');
    else log.error({ err: error }, 'an event stream failed; its client reconnects');
  }
  stream.end();
}
