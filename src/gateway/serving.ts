/** The reading half of a gateway: GraphQL over HTTP, server-sent events and WebSockets, all with the same context and rules. */
import type { IncomingMessage } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { AuthenticationRequest, Viewer } from '../access/viewer.ts';
import type { KycActions } from '../admin/actions.ts';
import type { Feed } from '../feed/feed.ts';
import { createApollo, createApolloPlugin } from '../graphql/apollo.ts';
import type { KycContext } from '../graphql/context.ts';
import { contextError } from '../graphql/format-error.ts';
import { operationPreparer } from '../graphql/operation.ts';
import { createSchema } from '../graphql/schema.ts';
import { markProven } from '../http/proof.ts';
import type { Journal } from '../journal/journal.ts';
import { Connections } from '../transport/connections.ts';
import { httpHandler } from '../transport/graphql-http.ts';
import { Liveness } from '../transport/liveness.ts';
import type { LiveTransportOptions } from '../transport/options.ts';
import { type EventStreamTransport, eventStreamTransport } from '../transport/sse/transport.ts';
import { type WebSocketTransport, webSocketTransport } from '../transport/websocket/transport.ts';
import type { ResolvedOptions } from './options.ts';

/** What the reading half stands on. */
export interface ServingOptions {
  readonly options: ResolvedOptions;
  readonly journal: Journal;
  readonly feed: Feed;
  readonly actions: KycActions;
  /** Called when an Apollo Server with our plugin stops. */
  readonly drain: () => Promise<void>;
  /** Throws once nothing is answered any more. */
  readonly checkNotStopped: () => void;
}

/** The reading half. Whoever makes it stops the transports, then calls `stop`. */
export interface Serving {
  readonly schema: GraphQLSchema;
  readonly graphql: RequestHandler;
  readonly sockets: WebSocketTransport;
  readonly streams: EventStreamTransport;
  readonly apolloPlugin: ApolloServerPlugin<KycContext>;
  context(request: AuthenticationRequest): Promise<KycContext>;
  start(): Promise<void>;
  /** Safe before `start`, and after it failed. */
  stop(): Promise<void>;
}

/** Makes the reading half. */
export function createServing({ options, journal, feed, actions, ...lifecycle }: ServingOptions): Serving {
  const { authenticate, introspection, limits, log, metrics, stallMs } = options;
  const schema = createSchema();
  const contextFor = (viewer: Viewer | null): KycContext => ({ journal, feed, actions, viewer, log });
  const context = async (request: AuthenticationRequest): Promise<KycContext> => {
    try {
      lifecycle.checkNotStopped();
      const viewer = await authenticate(request);
      if (viewer !== null) markProven((request as Partial<IncomingMessage>).socket);
      return contextFor(viewer);
    } catch (error) {
      throw contextError(error);
    }
  };
  const live: LiveTransportOptions = {
    authenticate,
    contextFor,
    prepare: operationPreparer(schema, introspection),
    connections: new Connections(limits),
    limits,
    liveness: new Liveness(),
    metrics,
    log,
    stallMs,
  };
  const apolloPlugin = createApolloPlugin({ introspection, drain: lifecycle.drain });
  const apollo = createApollo(schema, apolloPlugin, log);
  let isApolloStarted = false;
  return {
    schema,
    graphql: httpHandler(apollo, context),
    sockets: webSocketTransport(live),
    streams: eventStreamTransport(live),
    apolloPlugin,
    context,
    async start() {
      await apollo.start();
      isApolloStarted = true;
    },
    async stop() {
      // Apollo Server throws when it was not started.
      if (isApolloStarted) await apollo.stop();
    },
  };
}
