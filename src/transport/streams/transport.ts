/**
 * GraphQL over one HTTP response that streams, in each `StreamFormat`: one request, one operation, its results. For networks that
 * WebSockets do not pass, and for clients that speak nothing else.
 *
 * A client that reconnects with `Last-Event-ID` continues after it.
 */
import type { ServerResponse } from 'node:http';
import { isOriginAllowed } from '../../access/origin.ts';
import { requireViewer, type Viewer } from '../../access/viewer.ts';
import type { OperationContext } from '../../graphql/context.ts';
import { checkNotExpired, foreignOrigin, type GateResult } from '../../graphql/gate.ts';
import type { ReceivedOperation } from '../../graphql/operation.ts';
import { HttpError } from '../../http/error-response.ts';
import type { NodeHandler, NodeRequest } from '../../http/node-handler.ts';
import { requestIdOf } from '../../http/request-id.ts';
import { nextTurn } from '../../http/turn.ts';
import type { MaybePromise } from '../../journal/maybe-promise.ts';
import { closeAll, restarting } from '../closing.ts';
import { isDisconnect } from '../disconnect.ts';
import { nodeHandler } from '../node-handler.ts';
import { type LiveTransportOptions, takeConnection, transportMetrics } from '../options.ts';
import { serverSentEvents } from '../sse/format.ts';
import { answerInto, sendJson } from './answer.ts';
import type { StreamFormat } from './format.ts';
import { receiveOperation } from './operation-request.ts';
import { ResponseStream } from './response-stream.ts';

/** An operation that a request brought, and how its client takes the answer. */
export interface StreamedOperation {
  readonly viewer: Viewer;
  readonly read: ReceivedOperation | (() => MaybePromise<ReceivedOperation>);
  readonly format: StreamFormat;
  /** Answer a query or a mutation as JSON instead of a stream of one. */
  readonly acceptsJson: boolean;
}

/** The streams of one gateway. */
export interface StreamTransport {
  /** Server-sent events at a path of their own. */
  readonly handler: NodeHandler;
  /** Answers an operation of an authenticated request. Rejects with a `KycError` before anything is sent. */
  serve(operation: StreamedOperation, request: NodeRequest, response: ServerResponse): Promise<void>;
  /** Ends every stream so that its client reconnects, spread over up to 3 seconds. */
  stop(): Promise<void>;
}

/** Makes the transport. */
export function streamTransport(options: LiveTransportOptions): StreamTransport {
  const { liveness } = options;
  const streams = new Set<ResponseStream>();
  let isStopping = false;
  liveness.watch(streams, {
    stallMs: options.stallMs,
    onStalled: ({ transport }) => transportMetrics(options.metrics, transport).stalled.inc(),
  });

  const checkNotStopping = (): void => {
    if (isStopping) throw restarting();
  };
  const serve: StreamTransport['serve'] = async (streamed, request, response) => {
    checkNotStopping();
    checkNotExpired(streamed.viewer);
    const isOwnOrigin = isOriginAllowed(request.headers, options.origins);
    if (request.method === 'GET' && !isOwnOrigin) throw foreignOrigin();
    const context = {
      ...options.contextFor(streamed.viewer),
      resumeAfter: String(request.headers['last-event-id'] ?? '') || undefined,
      requestId: requestIdOf(request, response),
    };
    const run = () =>
      options.gate.run(streamed.read, context, ({ operation }) => {
        // It may have waited, so check again whether it may still be executed.
        checkNotStopping();
        if (operation.operation === 'mutation') checkMutation(request, isOwnOrigin);
      });
    await answer({ ...streamed, run, context }, response, streams, options);
  };
  const handle = async (request: NodeRequest, response: ServerResponse): Promise<void> => {
    const share = nextTurn();
    if (share !== undefined) await share;
    checkNotStopping();
    const viewer = requireViewer(await options.authenticate(request));
    if (request.method === 'GET' && !isOriginAllowed(request.headers, options.origins)) throw foreignOrigin();
    const read = await receiveOperation(request, options.limits.messageBytes);
    // Reading the body may have taken a while.
    if (response.destroyed) return;
    await serve({ viewer, read, format: serverSentEvents, acceptsJson: false }, request, response);
  };

  return {
    handler: nodeHandler(handle, options.log),
    serve,
    async stop() {
      isStopping = true;
      await closeAll(
        streams,
        (stream) => stream.end(restarting()),
        (stream) => stream.terminate(),
      );
      liveness.unwatch(streams);
    },
  };
}

function checkMutation({ method }: NodeRequest, isOwnOrigin: boolean): void {
  if (method === 'GET') {
    throw new HttpError('BAD_USER_INPUT', 'A mutation needs a POST.', { status: 405, headers: { Allow: 'POST' } });
  }
  if (!isOwnOrigin) throw foreignOrigin();
}

/** A request that may be answered. */
interface Answerable extends StreamedOperation {
  /** Executes the operation. Rejects with an `HttpError` for one that gets no stream. */
  readonly run: () => Promise<GateResult>;
  readonly context: OperationContext;
}

/** Streams an operation's results for as long as the viewer may have them. */
async function answer(
  { run, context, viewer, format, acceptsJson }: Answerable,
  response: ServerResponse,
  streams: Set<ResponseStream>,
  options: LiveTransportOptions,
): Promise<void> {
  const { liveness, log } = options;
  const release = takeConnection(viewer, format.transport, options);
  const stream = new ResponseStream(response, format, viewer.expiresAt, liveness);
  streams.add(stream);
  stream.onClose(() => {
    streams.delete(stream);
    release();
  });
  try {
    const result = await run();
    if (!stream.isOpen()) {
      if ('cursor' in result) result.cursor.close();
    } else if (acceptsJson && !('cursor' in result)) {
      sendJson(response, result, context);
    } else {
      await stream.begin();
      await answerInto(stream, result, context, options);
    }
  } catch (error) {
    if (error instanceof HttpError) throw error;
    // A client that has left, or was disconnected, is not a failure. One that is still there reconnects when its stream ends.
    if (isDisconnect(error) || !stream.isOpen())
      log.debug({ err: error }, 'a stream closed while it was being written');
    else log.error({ err: error }, 'a stream failed; its client reconnects');
  }
  stream.end();
}
