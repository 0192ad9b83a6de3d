/** Apollo Server around the schema. */
import { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { apolloDocumentStore } from './apollo-caches.ts';
import { TEXT_BY_TEXT } from './apollo-document-key.ts';
import { createApolloPlugin } from './apollo-plugin.ts';
import { onlyPlugins } from './apollo-plugins.ts';
import type { BeginAudit } from './audit.ts';
import type { OperationContext } from './context.ts';
import { formatError, withoutSuggestions } from './format-error.ts';
import type { OperationPolicy } from './limits.ts';
import type { ObserveOperation } from './observe.ts';
import { QueryPlans } from './plan/query-plans.ts';
import { conditionalRootFieldRule } from './root-field.ts';

/** Makes the Apollo Server of a gateway that has one of its own. */
export function createApollo(
  schema: GraphQLSchema,
  policy: OperationPolicy,
  log: Logger,
  observe: ObserveOperation,
  audit?: BeginAudit,
): ApolloServer<OperationContext> {
  const hidesNames = policy.introspection !== 'everyone';
  return new ApolloServer<OperationContext>({
    schema,
    logger: log,
    formatError: (formatted, error) => {
      const shown = formatError(formatted, error);
      return hidesNames ? withoutSuggestions(shown) : shown;
    },
    // Our plugin decides who may.
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: { requestHeaders: ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'] },
    parseOptions: { maxTokens: policy.limits.tokens, noLocation: true },
    validationOptions: { maxErrors: 1 },
    validationRules: [conditionalRootFieldRule],
    documentStore: apolloDocumentStore(),
    // The handler has looked the document up: the same hashes are known over every transport.
    persistedQueries: { cache: TEXT_BY_TEXT },
    plugins: onlyPlugins(
      createApolloPlugin({
        ...policy,
        // The handler admits, before Apollo Server parses.
        admission: null,
        documents: null,
        plans: new QueryPlans(schema),
        log,
        audit,
        observe,
        operationOf: (contextValue) => contextValue as OperationContext,
        checkSchema: () => {},
      }),
    ),
  });
}
