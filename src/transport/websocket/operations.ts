/** Operations over a socket: graphql-ws' hooks, and the stream that pushes a subscription's updates. */
import type { ExecutionResult, GraphQLError } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import { limitsOf } from '../../access/limits.ts';
import type { KycUpdate } from '../../domain/update.ts';
import { KycError } from '../../errors.ts';
import { causeOf, publicError } from '../../graphql/format-error.ts';
import type { LiveQuery } from '../../graphql/live.ts';
import type { Operation } from '../../graphql/operation.ts';
import { isDisconnect } from '../disconnect.ts';
import { LiveStream, type Sent } from '../live-stream.ts';
import { type LiveTransportOptions, transportMetrics } from '../options.ts';
import { asGraphqlError, prepareOperation, runOperation } from '../run-operation.ts';
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

/** What graphql-ws carries from `onSubscribe` to `subscribe` and `execute`. */
interface SocketOperation extends Operation {
  readonly session: SocketSession;
  readonly id: string;
}

/** Makes the hooks. Operations answer their own errors; nothing is executed for a session that is over. */
export function operationHooks(options: LiveTransportOptions): OperationHooks {
  const { prepare, contextFor, log } = options;
  const metrics = transportMetrics(options.metrics, 'websocket');
  const toClient = (error: GraphQLError) => publicError(error, log).toJSON();

  const accept = (session: SocketSession, held: number, payload: Parameters<typeof prepare>[0]) => {
    if (!session.isOpen()) return [asGraphqlError(new KycError('UNAUTHENTICATED', 'The session is over.'))];
    const { viewer } = session;
    if (viewer === null) return [asGraphqlError(new KycError('UNAUTHENTICATED', NO_TOKEN))];
    const limit = limitsOf(options.limits, viewer).subscriptionsPerSocket;
    if (held <= limit) return prepareOperation(prepare, payload, contextFor(viewer));
    const message = `A socket holds at most ${limit} operations of this token.`;
    return [asGraphqlError(new KycError('TOO_MANY_SUBSCRIPTIONS', message))];
  };

  const run = async (args: unknown): Promise<SocketStream | ExecutionResult> => {
    const operation = args as SocketOperation;
    const { session, id } = operation;
    if (!session.isOpen()) return { errors: [asGraphqlError(new KycError('UNAUTHENTICATED', 'The session is over.'))] };
    const result = await runOperation(operation);
    if (!('cursor' in result)) return result;
    metrics.subscriptions.inc();
    releaseArguments(operation);
    return new SocketStream(result, session, id, metrics);
  };

  return {
    onSubscribe({ extra: session, subscriptions }, id, payload) {
      const prepared = accept(session, Object.keys(subscriptions).length, payload);
      releasePayload(payload);
      if (!('schema' in prepared)) return prepared;
      return { ...prepared, session, id } satisfies SocketOperation;
    },
    subscribe: run,
    execute: run as OperationHooks['execute'],
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors && { data: data ?? null, errors: errors.map(toClient) },
    onError: (_context, _id, _payload, errors) =>
      errors.map((error) =>
        isDisconnect(causeOf(error)) ? { message: 'The connection was closed.' } : toClient(error),
      ),
  };
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

  protected override send(payload: string, _update: KycUpdate, sent: Sent): void {
    // Closing the socket ends this stream, which must not look complete to the client.
    if (!this.#session.isOpen()) return;
    this.#metrics.pushes.inc();
    this.#session.push(`{"id":${this.#id},"type":"next","payload":${payload}}`, sent);
  }

  protected override ended(): void {
    this.#metrics.subscriptions.dec();
  }
}
