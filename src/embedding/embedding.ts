/** What a gateway offers to the application's own GraphQL servers: its context, its rules in each server's form, and one schema. */
import type { IncomingHttpHeaders } from 'node:http';
import type { ApolloServerPlugin, BaseContext } from '@apollo/server';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { ServerOptions } from 'graphql-ws';
import type { Logger } from 'pino';
import { isOriginAllowed, type OriginPolicy } from '../access/origin.ts';
import type { AuthenticationRequest, FindViewer, Viewer } from '../access/viewer.ts';
import { createApolloPlugin } from '../graphql/apollo-plugin.ts';
import type { Documents } from '../graphql/documents/documents.ts';
import { createSubgraph, subgraphResolvers, subgraphTypeDefs } from '../graphql/federation.ts';
import { readSubgraphEntity, type SubgraphEntity } from '../graphql/federation-entity.ts';
import type { OperationPolicy } from '../graphql/limits.ts';
import type { ObserveOperation } from '../graphql/observe.ts';
import { operationError } from '../graphql/operation-error.ts';
import { conditionalRootFieldRule } from '../graphql/root-field.ts';
import type { Admission } from '../http/admission.ts';
import type { Connections } from '../transport/connections.ts';
import { authorizationIn } from '../transport/websocket/connection-params.ts';
import {
  checkOperation,
  checkTrusted,
  checkTrustedNow,
  type EmbeddedOperation,
  validationRules,
} from './check-operation.ts';
import { type EmbeddingHost, embeddedContext, type KycContext, partsOf } from './context.ts';
import { envelopPlugin, type KycEnvelopPlugin } from './envelop-plugin.ts';
import { type KycMercuriusHooks, mercuriusHooks } from './mercurius-hooks.ts';
import { checkMergedSchema, mergedSchema, type OwnSchema } from './merged-schema.ts';
import { type EmbeddedResolvers, embedded } from './resolvers.ts';
import { embeddedSockets } from './websocket-options.ts';
import { plainHeaders } from './websocket-session.ts';

/** A request of any server: Node's, Express', or the Fetch API's. */
export interface EmbeddedRequest {
  readonly headers: IncomingHttpHeaders | Headers;
  /** What a socket's client sent with its `connection_init`. A token there comes before the header's. */
  readonly connectionParams?: Readonly<Record<string, unknown>> | undefined;
}

/** The rules and the context for the application's own servers. */
export interface Embedding {
  /**
   * The context that the gateway's types need, for a request. Rejects with a `GraphQLError` that has the code and the HTTP status:
   * 401 for a bad token, 503 when it can't be verified now or the gateway is stopped.
   */
  context(request: EmbeddedRequest): Promise<KycContext>;
  /** For an Apollo Server of yours: limits, budgets and token expiry. It never stops the gateway. */
  readonly apolloPlugin: ApolloServerPlugin<BaseContext>;
  /** One executable schema of your types and the gateway's. Throws when yours defines a type of the gateway's. */
  mergeSchema(own: OwnSchema): GraphQLSchema;
  /**
   * The gateway as a subgraph of Apollo Federation 2. `Kyc` and `KycUpdate` are entities, and `entity`, a type of another subgraph whose
   * `key` is the customer's ID, gets `field` with that customer's KYC. `auth: true` adds the directives of routers that check tokens.
   * Throws for names that can't be.
   */
  subgraph(entity: SubgraphEntity): Subgraph;
  /**
   * Options for graphql-ws' `useServer` and its other adapters. `own` are your options, `schema` among them. Your hooks run first; your
   * `context` is merged with the gateway's.
   */
  // biome-ignore lint/suspicious/noExplicitAny: the application's own connection params and extras
  useServerOptions(own: ServerOptions<any, any>): ServerOptions<any, any>;
  /** A plugin for GraphQL Yoga, Hive Gateway and others built on Envelop. It adds the context itself. */
  envelopPlugin(): KycEnvelopPlugin;
  /** Hooks for Mercurius: call `app.graphql.addHook` with each name and hook. */
  mercuriusHooks(): KycMercuriusHooks;
  /** Rules for a server's `validationRules`: the outer bounds. Where you can, call `checkOperation` as well. */
  readonly validationRules: readonly ValidationRule[];
  /**
   * Throws a `GraphQLError` for an operation that must not be executed: call it with the arguments of `execute` or `subscribe`, once the
   * variables are known and before anything is executed. With `trustedDocuments.only` it needs the document's text, which `parse` keeps
   * unless `noLocation` is set, and a store that answers without a promise.
   */
  checkOperation(operation: EmbeddedOperation): void;
}

/** A subgraph, to be served or to be merged into one. */
export interface Subgraph {
  /** Its SDL, with federation's directives. */
  readonly typeDefs: string;
  /** Its resolvers. They need the context that `context` gives. */
  readonly resolvers: EmbeddedResolvers;
  /** Both together, with `_service` and `_entities`. */
  readonly schema: GraphQLSchema;
}

/** What an embedding is made from. */
export interface EmbeddingOptions {
  readonly documents: Documents;
  readonly host: Omit<EmbeddingHost, 'policy' | 'documents'>;
  readonly policy: OperationPolicy;
  /** Whether the schema has `Node` and the queries for it. */
  readonly hasNode: boolean;
  readonly origins: OriginPolicy;
  readonly admission: Admission;
  readonly connections: Connections;
  readonly authenticate: FindViewer;
  readonly log: Logger;
  /** Called with each operation of the application's servers when it is answered, or its stream is open. */
  readonly observe: ObserveOperation;
}

/** Makes the embedding of a gateway. `stop` ends what its servers hold open. */
export function createEmbedding(options: EmbeddingOptions): { embedding: Embedding; stop(): Promise<void> } {
  const { documents, policy, origins, admission, connections, authenticate, log, observe } = options;
  const host: EmbeddingHost = { ...options.host, policy, documents };
  const rules = validationRules(policy);
  const contextOf = (viewer: Viewer | null, headers: IncomingHttpHeaders, holdsConnection = false): KycContext => {
    const isForeignOrigin = !isOriginAllowed(headers, origins);
    return embeddedContext({ ...host.contextFor(viewer), isForeignOrigin, holdsConnection }, host);
  };
  const context = async (request: EmbeddedRequest): Promise<KycContext> => {
    const headers = plainHeaders(request.headers);
    const sent = authorizationIn(request.connectionParams);
    const given = sent === undefined ? headers : { ...headers, authorization: sent };
    try {
      return contextOf(await authenticate(withHeaders(request, given)), headers);
    } catch (error) {
      throw operationError(error);
    }
  };
  const check = (operation: EmbeddedOperation): void => {
    const { operation: context } = partsOf(operation.contextValue);
    checkTrustedNow(operation, context, documents);
    checkOperation(operation, context, policy);
  };
  const checkWhenTrusted = async (operation: EmbeddedOperation): Promise<void> => {
    const { operation: context } = partsOf(operation.contextValue);
    await checkTrusted(operation, context, documents);
    checkOperation(operation, context, policy);
  };
  const admit = async (contextValue: unknown): Promise<() => void> => {
    const { viewer } = partsOf(contextValue).operation;
    const turn = admission.enter(viewer);
    if (turn !== undefined) await turn;
    return () => admission.leave(viewer);
  };
  const sockets = embeddedSockets({
    limits: policy.limits,
    connections,
    rules,
    authenticate,
    isOriginAllowed: (headers) => isOriginAllowed(headers, origins),
    contextOf: (viewer, headers) => contextOf(viewer, headers, true),
    checkSchema: checkMergedSchema,
    documents,
    checkOperation: checkWhenTrusted,
    admit,
    observe,
    log,
  });
  const embedding: Embedding = {
    context,
    apolloPlugin: createApolloPlugin({
      ...policy,
      admission,
      documents,
      log,
      observe,
      operationOf: (contextValue) => partsOf(contextValue).operation,
      checkSchema: checkMergedSchema,
    }),
    mergeSchema: (own) => mergedSchema(own, options.hasNode),
    subgraph: embeddedSubgraph,
    useServerOptions: (own) => sockets.options(own),
    envelopPlugin: () =>
      envelopPlugin({
        maxTokens: policy.limits.tokens,
        rules: [conditionalRootFieldRule],
        documents,
        checkSchema: checkMergedSchema,
        contextOf: (given) => context(requestIn(given)),
        checkOperation: checkWhenTrusted,
        admit,
        observe,
      }),
    mercuriusHooks: () => mercuriusHooks({ checkOperation: checkWhenTrusted, admit, observe }),
    validationRules: rules,
    checkOperation: check,
  };
  return {
    embedding,
    async stop() {
      host.streams.stop();
      await sockets.stop();
    },
  };
}

function embeddedSubgraph(entity: SubgraphEntity): Subgraph {
  const { entity: type, key, field } = entity;
  if (readSubgraphEntity(`${type}:${key}:${field}`) === null) {
    throw new TypeError(
      `subgraph: "${type}", "${key}" and "${field}" must be GraphQL names, and "${type}" no type of the gateway's.`,
    );
  }
  const resolvers = embedded(subgraphResolvers(entity));
  return { typeDefs: subgraphTypeDefs(entity), resolvers, schema: createSubgraph(entity, resolvers) };
}

/** What Envelop servers put into their context: Node's request, or the Fetch API's; over WebSocket the connection's params too. */
interface EnvelopContext {
  readonly req?: EmbeddedRequest;
  readonly request?: EmbeddedRequest;
  readonly connectionParams?: Readonly<Record<string, unknown>>;
}

function requestIn({ req, request, connectionParams }: EnvelopContext): EmbeddedRequest {
  const sent = req ?? request ?? { headers: {} };
  return connectionParams === undefined ? sent : { ...withHeaders(sent, plainHeaders(sent.headers)), connectionParams };
}

/** The request with these headers; where it came from stays known, because refused tokens are counted by address. */
function withHeaders(request: EmbeddedRequest, headers: IncomingHttpHeaders): AuthenticationRequest {
  if (request.headers === headers) return request as AuthenticationRequest;
  const { ip, socket } = request as { readonly ip?: string; readonly socket?: object };
  return { headers, ...(ip !== undefined && { ip }), ...(socket !== undefined && { socket }) };
}
