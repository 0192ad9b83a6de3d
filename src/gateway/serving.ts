/** The reading half of a gateway: GraphQL over HTTP, server-sent events and WebSockets, all with the same context and rules. */
import type { IncomingMessage } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import { isOriginAllowed } from '../access/origin.ts';
import type { FindViewer, Viewer } from '../access/viewer.ts';
import type { KycActions } from '../admin/actions.ts';
import { EmbeddedStreams } from '../embedding/embedded-streams.ts';
import { createEmbedding, type Embedding } from '../embedding/embedding.ts';
import type { Feed } from '../feed/feed.ts';
import { createApollo } from '../graphql/apollo.ts';
import type { BeginAudit } from '../graphql/audit.ts';
import type { OperationContext } from '../graphql/context.ts';
import { createDocuments } from '../graphql/documents/documents.ts';
import { createSubgraph, type Federation } from '../graphql/federation.ts';
import { createGate } from '../graphql/gate.ts';
import { operationPreparer } from '../graphql/operation.ts';
import { createSchema } from '../graphql/schema.ts';
import { Admission } from '../http/admission.ts';
import { addressReader } from '../http/client-address.ts';
import type { NodeHandler } from '../http/node-handler.ts';
import { markProven } from '../http/proof.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Journal } from '../journal/journal.ts';
import { Connections } from '../transport/connections.ts';
import { httpHandler } from '../transport/graphql-http.ts';
import { Liveness } from '../transport/liveness.ts';
import type { LiveTransportOptions } from '../transport/options.ts';
import { type RouterCallbackTransport, routerCallbackTransport } from '../transport/router-callback/transport.ts';
import { type StreamTransport, streamTransport } from '../transport/streams/transport.ts';
import { type WebSocketTransport, webSocketTransport } from '../transport/websocket/transport.ts';
import { limitFailedTokens } from './failed-tokens.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { ResolvedOptions } from './options.ts';
import { operationObserver, tokenObserver } from './refusals.ts';
import { kycView, updateView } from './views.ts';

/** What the reading half needs. */
export interface ServingOptions {
  readonly options: ResolvedOptions;
  readonly journal: Journal;
  readonly feed: Feed;
  readonly actions: KycActions;
  readonly lifecycle: Pick<Lifecycle, 'checkNotStopped' | 'run'>;
  /** Records what people do. */
  readonly audit: BeginAudit;
  /** Null: `options.federation` is undefined. */
  readonly federation: Federation | null;
}

/** The reading half. The caller stops the transports, then calls `stop`. */
export interface Serving {
  readonly graphql: NodeHandler;
  readonly sockets: WebSocketTransport;
  readonly streams: StreamTransport;
  /** Null: Apollo Router's callback protocol is off. */
  readonly routerCallbacks: RouterCallbackTransport | null;
  /** For the application's own GraphQL servers. */
  readonly embedding: Embedding;
  /** Ends what the application's servers hold open, with an error that makes clients reconnect. */
  stopEmbedded(): Promise<void>;
  start(): Promise<void>;
  /** Safe before `start`, and after it failed. */
  stop(): Promise<void>;
}

/** Makes the reading half. */
export function createServing(given: ServingOptions): Serving {
  const { options, journal, feed, actions, lifecycle, federation, audit } = given;
  const { introspection, limits, log, metrics, origins, stallMs, subscriptionCallbackUrls: callbackUrls } = options;
  const schema = schemaOf(options, federation);
  const addressOf = addressReader(options.trustProxy);
  const authenticate = limitFailedTokens(options.authenticate, addressOf, tokenObserver(metrics, log));
  const policy = { limits, introspection };
  const documents = createDocuments({ trusted: options.trustedDocuments, maxTokens: limits.tokens, log });
  const observe = operationObserver(metrics, log);
  const admission = new Admission(limits);
  const connections = new Connections(limits);
  const contextFor = contextMaker({ journal, feed, actions, log });
  const viewerOf = viewerFinder(lifecycle, authenticate);
  const live: LiveTransportOptions = {
    authenticate: viewerOf,
    addressOf,
    contextFor,
    gate: createGate({
      documents,
      prepare: operationPreparer(schema, policy),
      admission,
      introspection,
      audit,
      observe,
    }),
    origins,
    connections,
    limits,
    liveness: new Liveness(),
    metrics,
    log,
    stallMs,
  };
  const { embedding, stop: stopEmbedded } = createEmbedding({
    host: {
      contextFor,
      show: (customer, viewer) => kycView(journal, customer, viewer),
      showUpdate: (update, viewer) => updateView(journal, update, viewer),
      run: (work) => lifecycle.run(work),
      streams: new EmbeddedStreams(metrics, connections),
    },
    ...{ policy, documents, origins, admission, connections, observe, log },
    hasNode: options.relayNode,
    authenticate: viewerOf,
  });
  const apollo = createApollo(schema, policy, log, observe, audit);
  const streams = streamTransport(live);
  const routerCallbacks = callbackUrls === null ? null : routerCallbackTransport(live, callbackUrls);
  const graphql = httpHandler({
    streams,
    routerCallbacks,
    documents,
    log,
    apollo,
    admission,
    introspection,
    observe,
    maxBytes: limits.messageBytes,
    authenticate: viewerOf,
    contextFor: (viewer, request, response) => ({
      ...contextFor(viewer),
      isForeignOrigin: !isOriginAllowed(request.headers, origins),
      requestId: requestIdOf(request, response),
    }),
  });
  return {
    graphql,
    sockets: webSocketTransport(live),
    streams,
    routerCallbacks,
    embedding,
    stopEmbedded,
    ...lifeOf(apollo),
  };
}

function viewerFinder({ checkNotStopped }: ServingOptions['lifecycle'], authenticate: FindViewer): FindViewer {
  return (request) => {
    const proven = (viewer: Viewer | null): Viewer | null => {
      if (viewer !== null) markProven((request as Partial<IncomingMessage>).socket);
      return viewer;
    };
    try {
      checkNotStopped();
      const viewer = authenticate(request);
      return viewer instanceof Promise ? viewer.then(proven) : proven(viewer);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}

function contextMaker(parts: Pick<OperationContext, 'journal' | 'feed' | 'actions' | 'log'>) {
  const { journal, feed, actions, log } = parts;
  return (viewer: Viewer | null): OperationContext => {
    const context = { journal, feed, actions, viewer, log };
    return viewer?.person === undefined ? context : { ...context, opened: new Set<string>() };
  };
}

function lifeOf(apollo: ApolloServer<OperationContext>): Pick<Serving, 'start' | 'stop'> {
  let isStarted = false;
  return {
    async start() {
      await apollo.start();
      isStarted = true;
    },
    async stop() {
      // Apollo Server throws when it was not started.
      if (isStarted) await apollo.stop();
    },
  };
}

function schemaOf({ federation: entity, relayNode }: ResolvedOptions, federation: Federation | null): GraphQLSchema {
  if (entity === undefined || federation === null) return createSchema(relayNode);
  return createSubgraph(entity, undefined, federation);
}
