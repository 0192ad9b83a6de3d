/** GraphQL over HTTP as an Express handler, thin: the gate's first steps, then Apollo Server does the protocol. */
import { type ApolloServer, HeaderMap } from '@apollo/server';
import type { NextFunction, Request, Response } from 'express';
import type { Viewer } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import type { OperationContext } from '../graphql/context.ts';
import { checkNotExpired, checkToken } from '../graphql/gate.ts';
import type { IntrospectionAccess } from '../graphql/limits.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import type { Admission } from '../http/admission.ts';
import { httpAnswer } from '../http/error-response.ts';
import { nextTurn } from '../http/turn.ts';
import { parseBody, receiveBody } from './request-body.ts';

/** What the handler needs. */
export interface GraphqlHttpOptions {
  readonly apollo: ApolloServer<OperationContext>;
  /** Says who asks. Rejects with a `KycError`. */
  readonly authenticate: (request: Request) => Promise<Viewer | null>;
  readonly contextFor: (viewer: Viewer | null, request: Request, response: Response) => OperationContext;
  readonly admission: Admission;
  readonly introspection: IntrospectionAccess;
  /** Called with each operation that is refused before it is parsed; Apollo Server's plugin observes the others. */
  readonly observe: ObserveOperation;
  /** The largest body, in bytes. */
  readonly maxBytes: number;
}

/** Makes the handler. A request is received, then authenticated, then waits for its subject's turn; only then is it parsed. */
export function httpHandler(options: GraphqlHttpOptions) {
  const { authenticate, contextFor, admission, introspection, maxBytes } = options;
  const handle = async (request: Request, response: Response): Promise<void> => {
    const received = request.method === 'POST' ? await receiveBody(request, maxBytes) : null;
    // Before the token: what proves nothing waits too, where much of it arrives at once.
    const share = nextTurn();
    if (share !== undefined) await share;
    const viewer = await authenticate(request);
    checkToken(viewer, introspection);
    const turn = admission.enter(viewer);
    try {
      if (turn !== undefined) {
        await turn;
        if (request.socket.destroyed) return;
        checkNotExpired(viewer);
      }
      const pending = received === null ? undefined : parseBody(received, request, maxBytes);
      const body = pending instanceof Promise ? await pending : pending;
      await execute(options.apollo, request, response, { body, context: contextFor(viewer, request, response) });
    } finally {
      admission.leave(viewer);
    }
  };
  return (request: Request, response: Response, next: NextFunction): void => {
    const startedAt = performance.now();
    handle(request, response).catch((error: unknown) => {
      if (error instanceof KycError && !response.headersSent) {
        options.observe('unknown', performance.now() - startedAt, [error.code]);
        refuse(response, error);
      } else next(error);
    });
  };
}

async function execute(
  apollo: ApolloServer<OperationContext>,
  request: Request,
  response: Response,
  { body, context }: { readonly body: unknown; readonly context: OperationContext },
): Promise<void> {
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: request.method,
      headers: headersOf(request),
      search: searchOf(request.originalUrl),
      body,
    },
    context: async () => context,
  });
  response.status(answer.status ?? 200);
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.setHeader('Cache-Control', 'no-store');
  response.end(answer.body.kind === 'complete' ? answer.body.string : '');
}

/** Answers with an error as GraphQL has it, with the status and headers of its code. */
export function refuse(response: Response, error: KycError): void {
  const { status, headers } = httpAnswer(error);
  response.status(status).set(headers).set('Cache-Control', 'no-store');
  response.json({ errors: [{ message: error.message, extensions: error.extensions }] });
}

/** Accept headers that mean what Apollo Server answers without one, after negotiating twice. */
const ACCEPTS_JSON: ReadonlySet<string | undefined> = new Set(['application/json', '*/*']);

function headersOf(request: Request): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  if (ACCEPTS_JSON.has(headers.get('accept'))) headers.delete('accept');
  return headers;
}

/** What follows the path of a URL, with its question mark. */
export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start);
}
