/** Apollo Server around the schema, and the plugin that carries our limits into any Apollo Server. */
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContext, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import type { Admission } from '../http/admission.ts';
import { httpAnswer } from '../http/error-response.ts';
import { apolloDocumentStore, apolloQueryCache } from './apollo-caches.ts';
import type { KycContext } from './context.ts';
import { formatError, INTERNAL_ERROR, internalError, isInternal, withoutSuggestions } from './format-error.ts';
import { checkNotExpired, foreignOrigin } from './gate.ts';
import { checkLimits, type OperationPolicy } from './limits.ts';
import { conditionalRootFieldRule } from './root-field.ts';
import { checkSchemaIsOurs } from './single-graphql.ts';
import { coerceVariables } from './variables.ts';

/** What the plugin is made from. */
export interface ApolloPluginOptions extends OperationPolicy {
  /** Bounds the operations of each subject. Null: the caller of Apollo Server has done it. */
  readonly admission: Admission | null;
  /** Called when Apollo Server stops, before it refuses operations. */
  readonly drain: () => Promise<void>;
  readonly log: Logger;
}

type Context = GraphQLRequestContext<KycContext>;

/** Makes the plugin: the subject's budget, then limits on the coerced variables, after validation and before execution. */
export function createApolloPlugin(options: ApolloPluginOptions): ApolloServerPlugin<KycContext> {
  const { admission, drain, log } = options;
  return {
    async serverWillStart({ schema }) {
      checkSchemaIsOurs(schema);
      return { drainServer: drain };
    },
    requestDidStart: async () => {
      let hasEntered = false;
      return {
        async didResolveOperation({ schema, document, operation, request, contextValue }) {
          // Apollo Server itself refuses a document without the named operation, after this.
          if (operation === undefined) return;
          refuseSubscription(operation);
          refuseForeignMutation(operation, contextValue);
          const { viewer } = contextValue;
          try {
            const turn = admission?.enter(viewer);
            hasEntered = admission !== null;
            if (turn !== undefined) await turn;
            checkNotExpired(viewer);
            const variables = coerceVariables(schema, operation, request.variables ?? {});
            checkLimits(schema, { document, operation, variables }, viewer, options);
          } catch (error) {
            throw error instanceof KycError ? asApolloError(error) : error;
          }
        },
        async didEncounterErrors({ errors, contextValue: { requestId } }) {
          for (const error of errors) {
            if (isInternal(error)) log.error({ err: error.originalError, path: error.path, requestId }, INTERNAL_ERROR);
          }
        },
        async willSendResponse(context) {
          if (hasEntered) admission?.leave(context.contextValue.viewer);
          hasEntered = false;
          tidyErrors(context);
          // An answer is one viewer's: no cache keeps it.
          context.response.http.headers.set('cache-control', 'no-store');
        },
      };
    },
  };
}

function refuseSubscription(operation: OperationDefinitionNode): void {
  if (operation.operation !== 'subscription') return;
  const message = 'Subscriptions need a connection that stays: connect with WebSocket (graphql-transport-ws).';
  throw asApolloError(new KycError('BAD_REQUEST', message));
}

/** A browser may have added credentials to a form or a script of another site. */
function refuseForeignMutation({ operation }: OperationDefinitionNode, { isForeignOrigin }: KycContext): void {
  if (operation === 'mutation' && isForeignOrigin === true) throw asApolloError(foreignOrigin());
}

/** With its HTTP status: without one Apollo Server would answer 500. */
function asApolloError(error: KycError): GraphQLError {
  const { status, headers } = httpAnswer(error);
  const http = { status, headers: new HeaderMap(Object.entries({ ...headers, 'Cache-Control': 'no-store' })) };
  return new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions, http } });
}

/** What to throw for an error in making a context for an Apollo Server. */
export function contextError(error: unknown): unknown {
  return error instanceof KycError ? asApolloError(error) : error;
}

/** A request that was not executed has one problem; an internal one names the request, so that it is found in the log. */
function tidyErrors({ response: { body }, contextValue: { requestId } }: Context): void {
  if (body?.kind !== 'single' || body.singleResult.errors === undefined) return;
  const { data, errors } = body.singleResult;
  const shown = data == null ? errors.slice(0, 1) : errors;
  body.singleResult.errors = shown.map((error) =>
    error.extensions?.['code'] === 'INTERNAL_SERVER_ERROR' ? { ...error, message: internalError(requestId) } : error,
  );
}

/** Makes the Apollo Server of a gateway that brings its own. */
export function createApollo(
  schema: GraphQLSchema,
  plugin: ApolloServerPlugin<KycContext>,
  { limits, introspection }: OperationPolicy,
  logger: Logger,
): ApolloServer<KycContext> {
  const hidesNames = introspection !== 'everyone';
  return new ApolloServer<KycContext>({
    schema,
    logger,
    formatError: (formatted, error) => {
      const shown = formatError(formatted, error);
      return hidesNames ? withoutSuggestions(shown) : shown;
    },
    // Our plugin decides who may.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: { requestHeaders: ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'] },
    parseOptions: { maxTokens: limits.tokens, noLocation: true },
    validationOptions: { maxErrors: 1 },
    validationRules: [conditionalRootFieldRule],
    documentStore: apolloDocumentStore(),
    persistedQueries: { cache: apolloQueryCache() },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // With APOLLO_KEY in the environment Apollo Server would report this application's operations.
      ApolloServerPluginUsageReportingDisabled(),
      plugin,
    ],
  });
}
