/** Operations over a socket: graphql-ws' hooks, and the stream that pushes a subscription's updates. */

import { type DocumentNode, type ExecutionArgs, type ExecutionResult, type GraphQLError, parse } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { limitsOf } from '../../access/limits.ts';
import type { Viewer } from '../../access/viewer.ts';
import { KycError } from '../../errors.ts';
import { asGraphqlError, causeOf, publicError } from '../../graphql/format-error.ts';
import type { LiveQuery } from '../../graphql/live.ts';
import { counted } from '../../text/counted.ts';
import { isDisconnect } from '../disconnect.ts';
import { LiveStream } from '../live-stream.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import type { SocketSession } from './session.ts';
import { releaseArguments, releasePayload } from './slim.ts';

/** graphql-ws' options that deal with operations. */
export type OperationHooks = Required<
  Pick<
    ServerOptions<Record<string, unknown>, SocketSession>,
    'onSubscribe' | 'subscribe' | 'execute' | 'onNext' | 'onError'
  >
>;

const NO_TOKEN = 'Send a token in connectionParams: {"authorization": "Bearer …"}.';

/** What graphql-ws carries from `onSubscribe`, in which the gate has executed the operation, to `subscribe` or `execute`. */
interface Executed extends ExecutionArgs {
  readonly result: SocketStream | ExecutionResult;
}

/** The only parts of an operation at which graphql-ws looks, to find its kind. */
const A_QUERY = parse('{ __typename }', { noLocation: true });
const A_SUBSCRIPTION = parse('subscription { __typename }', { noLocation: true });

/** Makes the hooks. Operations answer their own errors; nothing is executed for a session that is over. */
export function operationHooks(options: LiveTransportOptions): OperationHooks {
  const { gate, contextFor, log } = options;
  const metrics = transportMetrics(options.metrics, 'websocket');
  const toClient = (error: GraphQLError) => publicError(error, log).toJSON();

  /** Throws a `KycError` for an operation that the session may not start. */
  const viewerOf = (session: SocketSession, held: number): Viewer => {
    checkOpen(session);
    const { viewer } = session;
    if (viewer === null) throw new KycError('UNAUTHENTICATED', NO_TOKEN);
    const limit = limitsOf(options.limits, viewer).subscriptionsPerSocket;
    if (held <= limit) return viewer;
    throw new KycError(
      'TOO_MANY_SUBSCRIPTIONS',
      `A socket holds at most ${counted(limit, 'operation')} of this token.`,
    );
  };

  return {
    async onSubscribe({ extra: session, subscriptions }, id, payload) {
      try {
        const { query, operationName, variables, extensions } = payload;
        const { documentId } = payload as { readonly documentId?: unknown };
        releasePayload(payload);
        const context = contextFor(viewerOf(session, Object.keys(subscriptions).length));
        const received = { query, documentId, operationName, variables, extensions };
        const result = await gate.run(received, context, () => checkOpen(session));
        if ('isRefused' in result) return result.errors;
        if (!('cursor' in result)) return executed(A_QUERY, result);
        metrics.subscriptions.inc();
        return executed(A_SUBSCRIPTION, new SocketStream(result, session, id, metrics));
      } catch (error) {
        return [asGraphqlError(error)];
      }
    },
    subscribe: takeResult as OperationHooks['subscribe'],
    execute: takeResult as OperationHooks['execute'],
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map(toClient) },
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) =>
        isDisconnect(causeOf(error)) ? { message: 'The connection was closed.' } : toClient(error),
      ),
  };
}

/** Throws once the session's token has expired or its socket is closing: it may have waited for its turn. */
function checkOpen(session: SocketSession): void {
  if (!session.isOpen()) throw new KycError('UNAUTHENTICATED', 'The session is over.');
}

function executed(document: DocumentNode, result: Executed['result']): Executed {
  return { schema: undefined as never, document, rootValue: null, contextValue: null, result };
}

function takeResult(args: unknown): Executed['result'] {
  const { result } = args as Executed;
  releaseArguments(args as Executed);
  return result;
}

class SocketStream extends LiveStream {
  readonly #session: SocketSession;
  readonly #id: string;
  readonly #metrics: ReturnType<typeof transportMetrics>;

  constructor(query: LiveQuery, session: SocketSession, id: string, metrics: ReturnType<typeof transportMetrics>) {
    super(query);
    this.#session = session;
    this.#id = JSON.stringify(id);
    this.#metrics = metrics;
  }

  protected override send(payload: string): void {
    // Closing the socket ends this stream, which must not look complete to the client.
    if (!this.#session.isOpen()) return;
    this.#metrics.pushes.inc();
    this.#session.push(`{"id":${this.#id},"type":"next","payload":${payload}}`, this);
  }

  protected override ended(): void {
    this.#metrics.subscriptions.dec();
  }
}
