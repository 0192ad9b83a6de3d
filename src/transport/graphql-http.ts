/**
 * GraphQL over HTTP: the gate's first steps, then Apollo Server does the protocol; a subscription goes to the stream transport, in the
 * format that its client accepts.
 */
import type { ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { Logger } from 'pino';
import type { FindViewer, Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import type { OperationContext } from '../graphql/context.ts';
import type { DocumentReference, Documents } from '../graphql/documents/documents.ts';
import { checkNotExpired, checkToken } from '../graphql/gate.ts';
import type { IntrospectionAccess } from '../graphql/limits.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import type { Admission } from '../http/admission.ts';
import { mediaRanges } from '../http/media-types.ts';
import type { NodeHandler, NodeRequest } from '../http/node-handler.ts';
import { nextTurn } from '../http/turn.ts';
import { type GraphqlRequest, withDocument } from './document-request.ts';
import { nodeHandler } from './node-handler.ts';
import { parseBody, receiveBody } from './request-body.ts';
import { mayRegister, type Registration, registrationIn } from './router-callback/registration.ts';
import type { RouterCallbackTransport } from './router-callback/transport.ts';
import { acceptsJson, streamFormatFor } from './streams/format.ts';
import { operationIn, readSearch } from './streams/operation-request.ts';
import type { StreamedOperation, StreamTransport } from './streams/transport.ts';

/** What the handler needs. */
export interface GraphqlHttpOptions {
  readonly apollo: ApolloServer<OperationContext>;
  readonly documents: Documents;
  /** Says who asks. Rejects with a `KycError`. */
  readonly authenticate: FindViewer;
  readonly contextFor: (viewer: Viewer | null, request: NodeRequest, response: ServerResponse) => OperationContext;
  readonly admission: Admission;
  readonly introspection: IntrospectionAccess;
  /** Called with each operation that is refused before it is parsed; Apollo Server's plugin observes the others. */
  readonly observe: ObserveOperation;
  /** The largest body, in bytes. */
  readonly maxBytes: number;
  readonly streams: StreamTransport;
  /** Null: Apollo Router's callback protocol is off. */
  readonly routerCallbacks: RouterCallbackTransport | null;
  readonly log: Logger;
}

/** Makes the handler. A request is received, then authenticated, then waits for its subject's turn; only then is it parsed. */
export function httpHandler(options: GraphqlHttpOptions): NodeHandler {
  const { authenticate, contextFor, admission, introspection, maxBytes, streams, routerCallbacks } = options;
  const handle = async (request: NodeRequest, response: ServerResponse): Promise<void> => {
    const received = request.method === 'POST' ? await receiveBody(request, maxBytes) : null;
    // Before the token is checked: unproven requests wait too when many arrive at once.
    const share = nextTurn();
    if (share !== undefined) await share;
    const found = authenticate(request);
    const viewer = found instanceof Promise ? await found : found;
    checkToken(viewer, introspection);
    const turn = admission.enter(viewer);
    let streamed: StreamedOperation | null = null;
    let registered: Registration | null = null;
    try {
      if (turn !== undefined) {
        await turn;
        if (request.socket.destroyed) return;
        checkNotExpired(viewer);
      }
      const pending = received === null ? undefined : parseBody(received, request, maxBytes);
      const body = pending instanceof Promise ? await pending : pending;
      registered = mayRegister(request) ? registrationIn(body) : null;
      streamed = registered === null ? streamedOperation(request, body, viewer) : null;
      if (registered === null && streamed === null) {
        const given = withDocument(request, body, viewer, options.documents);
        const graphql: GraphqlRequest = given instanceof Promise ? await given : given;
        const context = contextFor(viewer, request, response);
        await execute(options.apollo, request, response, { ...graphql, context });
      }
    } finally {
      admission.leave(viewer);
    }
    if (registered !== null) {
      if (routerCallbacks === null) throw callbacksAreOff();
      await routerCallbacks.serve(registered, viewer, request, response);
    }
    // It waits for a turn of its own.
    if (streamed !== null) await streams.serve(streamed, request, response);
  };
  const observed = async (request: NodeRequest, response: ServerResponse): Promise<void> => {
    const startedAt = performance.now();
    try {
      await handle(request, response);
    } catch (error) {
      if (error instanceof KycError && !response.headersSent) {
        options.observe('unknown', performance.now() - startedAt, [error.code]);
      }
      throw error;
    }
  };
  return nodeHandler(observed, options.log);
}

function callbacksAreOff(): KycError {
  const message = 'The HTTP callback protocol is off. Set subscriptionCallbackUrls (SUBSCRIPTION_CALLBACK_URLS).';
  return new KycError('BAD_REQUEST', message);
}

/** The operation of a request that has to be answered with a stream, or may be; null: JSON is the only answer. */
function streamedOperation(request: NodeRequest, body: unknown, viewer: Viewer | null): StreamedOperation | null {
  const { accept } = request.headers;
  // What every ordinary request passes.
  if (accept === undefined || !/event-stream|multipart/i.test(accept) || viewer === null) return null;
  const ranges = mediaRanges(accept);
  const format = streamFormatFor(ranges);
  if (format === null) return null;
  const isJsonFine = acceptsJson(ranges);
  const given = request.method === 'GET' ? readSearch(request) : body;
  if (isJsonFine && !mentionsSubscription(given)) return null;
  return { viewer, read: () => operationIn(given), format, acceptsJson: isJsonFine };
}

/** Whether it may be a subscription: its text has the word, or is not known yet. Other operations are still answered with JSON. */
function mentionsSubscription(given: unknown): boolean {
  const { query, documentId, extensions } = (given ?? {}) as DocumentReference;
  if (typeof query === 'string' && query !== '') return query.includes('subscription');
  return documentId != null || extensions != null;
}

async function execute(
  apollo: ApolloServer<OperationContext>,
  request: NodeRequest,
  response: ServerResponse,
  { body, search, context }: GraphqlRequest & { readonly context: OperationContext },
): Promise<void> {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method ?? 'GET',
      headers: headersOf(request),
      search,
      body,
    },
    context: async () => context,
  });
  response.statusCode = answer.status ?? 200;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  // Refused before it became an operation.
  if (!answer.headers.has('cache-control')) response.setHeader('Cache-Control', 'no-store');
  response.end(answer.body.kind === 'complete' ? answer.body.string : '');
}

/** Accept headers that mean what Apollo Server answers without one, after negotiating twice. */
const ACCEPTS_JSON: ReadonlySet<string | undefined> = new Set(['application/json', '*/*']);
/** What Apollo Server looks at, beside `accept` and `content-type`. */
const READ_BY_APOLLO = ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'] as const;

function headersOf({ headers: given }: NodeRequest): HeaderMap {
  const headers = new HeaderMap();
  const { accept, 'content-type': type } = given;
  if (!ACCEPTS_JSON.has(accept) && accept !== undefined) headers.set('accept', accept);
  // No page of another site can send JSON without a preflight: Apollo Server would parse the type to find out.
  if (type === 'application/json') headers.set('apollo-require-preflight', 'true');
  else if (type !== undefined) headers.set('content-type', type);
  for (const name of READ_BY_APOLLO) {
    const value = given[name];
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
