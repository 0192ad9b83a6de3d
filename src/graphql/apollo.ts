/** Apollo Server around the schema, and the plugin that carries our limits into any Apollo Server. */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import type { KycContext } from './context.ts';
import { formatError } from './format-error.ts';
import { checkLimits, type IntrospectionAccess, MAX_TOKENS } from './limits.ts';
import { checkSchemaIsOurs } from './single-graphql.ts';

/** What the plugin is made from. */
export interface ApolloPluginOptions {
  readonly introspection: IntrospectionAccess;
  /** Called when Apollo Server stops, before it refuses operations. */
  readonly drain: () => Promise<void>;
}

/** Makes the plugin. Its limits are judged per operation, after validation. */
export function createApolloPlugin({ introspection, drain }: ApolloPluginOptions): ApolloServerPlugin<KycContext> {
  return {
    async serverWillStart({ schema }) {
      checkSchemaIsOurs(schema);
      return { drainServer: drain };
    },
    requestDidStart: async () => ({
      // An answer is one viewer's: no cache keeps it.
      async willSendResponse({ response }) {
        response.http.headers.set('cache-control', 'no-store');
      },
      async didResolveOperation({ schema, document, operation, request, contextValue }) {
        // A document without the named operation is refused by Apollo Server itself, after this.
        if (operation === undefined) return;
        if (operation.operation === 'subscription') {
          const message = 'Subscriptions need a connection that stays: connect with WebSocket (graphql-transport-ws).';
          throw new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
        }
        try {
          checkLimits(
            schema,
            { document, operation, variables: request.variables ?? {} },
            contextValue.viewer,
            introspection,
          );
        } catch (error) {
          if (!(error instanceof KycError)) throw error;
          // Without a status Apollo Server would call it our mistake: 500.
          throw new GraphQLError(error.message, {
            originalError: error,
            extensions: { code: error.code, http: { status: 400 } },
          });
        }
      },
    }),
  };
}

/** Makes the Apollo Server of a gateway that brings its own. */
export function createApollo(
  schema: GraphQLSchema,
  plugin: ApolloServerPlugin<KycContext>,
  log: Logger,
): ApolloServer<KycContext> {
  return new ApolloServer<KycContext>({
    schema,
    formatError: (formatted, error) => formatError(formatted, error, log),
    // Our plugin decides who may.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: { requestHeaders: ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'] },
    parseOptions: { maxTokens: MAX_TOKENS },
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled(), plugin],
  });
}
