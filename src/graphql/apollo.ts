/** Apollo Server around the schema, and the plugin that carries our limits into any Apollo Server. */
import {
  ApolloServer,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContext,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { Viewer } from '../access/viewer.ts';
import type { EndAudit } from '../audit/recorder.ts';
import { KycError } from '../errors.ts';
import type { Admission } from '../http/admission.ts';
import { apolloDocumentStore } from './apollo-caches.ts';
import { keyByText, TEXT_BY_TEXT } from './apollo-document-key.ts';
import { checkTokens, emptyRequest } from './apollo-refusal.ts';
import { type BeginAudit, beginAudit, endAudit } from './audit.ts';
import type { OperationContext } from './context.ts';
import type { Documents } from './documents/documents.ts';
import { formatError, INTERNAL_ERROR, internalError, isInternal, withoutSuggestions } from './format-error.ts';
import { checkNotExpired, foreignOrigin } from './gate.ts';
import { checkLimits, type OperationPolicy } from './limits.ts';
import type { MeasuredOperation } from './measure.ts';
import { codesOf, type ObserveOperation } from './observe.ts';
import { operationError } from './operation-error.ts';
import { QueryPlans } from './plan/query-plans.ts';
import { conditionalRootFieldRule } from './root-field.ts';
import { coerceVariables } from './variables.ts';

/** What the plugin is made from. */
export interface ApolloPluginOptions extends OperationPolicy {
  /** Bounds the operations of each subject. Null: the caller of Apollo Server has done it. */
  readonly admission: Admission | null;
  /** Null: the caller of Apollo Server has looked the document up. */
  readonly documents: Documents | null;
  readonly log: Logger;
  /** Records what people do. Default: nothing is recorded. */
  readonly audit?: BeginAudit | undefined;
  /** Called with each operation when it is answered. */
  readonly observe?: ObserveOperation;
  /** The gateway's context, out of the server's. Throws when it is not there. */
  readonly operationOf: (contextValue: unknown) => OperationContext;
  /**
   * Executes the queries that have a plan. Left out in an application's own Apollo Server: there graphql-js executes everything, with the
   * hooks that other plugins have for execution.
   */
  readonly plans?: QueryPlans;
  /** Throws when the schema is one that the limits can't be measured on. */
  readonly checkSchema: (schema: GraphQLSchema) => void;
}

type Context = GraphQLRequestContext<BaseContext>;

/** Apollo Server merges it into its answer. */
const NOTHING_TO_ADD = { headers: new HeaderMap() };

/** Makes the plugin: the subject's budget before parsing, and limits on the coerced variables before execution. */
export function createApolloPlugin(options: ApolloPluginOptions): ApolloServerPlugin<BaseContext> {
  const { log, operationOf, checkSchema, observe, plans } = options;
  const places = new Places(options);
  /** Entries of the audit log that were begun, by the context of their operations. */
  const ends = new WeakMap<object, EndAudit>();
  return {
    async serverWillStart({ schema }) {
      checkSchema(schema);
    },
    // Another plugin failed, and no answer of ours is sent.
    async unexpectedErrorProcessingRequest({ requestContext }) {
      places.leave(requestContext);
      const { contextValue } = requestContext;
      endAudit(ends.get(contextValue), { errors: [{}] }, operationOf(contextValue));
    },
    async requestDidStart(started) {
      const startedAt = performance.now();
      const refusal = await places.enter(started);
      if (refusal !== null) emptyRequest(started.request);
      else if (plans !== undefined) keyByText(started.request);
      let measured: (MeasuredOperation & { readonly cost: number }) | null = null;
      return {
        ...(plans !== undefined && {
          async responseForOperation({ contextValue }) {
            if (measured === null) return null;
            const data = await plans.execute(measured, measured.cost, operationOf(contextValue));
            return data === null ? null : { http: NOTHING_TO_ADD, body: { kind: 'single', singleResult: { data } } };
          },
        }),
        async didResolveOperation({ schema, document, operation, request, contextValue, source }) {
          if (refusal !== null) throw operationError(refusal.error);
          // Apollo Server itself refuses a document without the named operation, after this.
          if (operation === undefined) return;
          refuseSubscription(operation);
          const context = operationOf(contextValue);
          const { viewer } = context;
          try {
            if (options.documents != null) await options.documents.checkTrusted(source, viewer);
            refuseForeignMutation(operation, context);
            checkNotExpired(viewer);
            const variables = coerceVariables(schema, operation, request.variables ?? {});
            const toMeasure = { document, operation, variables };
            measured = { ...toMeasure, cost: checkLimits(schema, toMeasure, viewer, options).cost };
            const auditing = beginAudit(options.audit, schema, toMeasure, context);
            if (auditing !== null) ends.set(contextValue, await auditing);
          } catch (error) {
            throw operationError(error);
          }
        },
        async didEncounterErrors({ errors, contextValue }) {
          const { requestId } = operationOf(contextValue);
          for (const error of errors) {
            if (isInternal(error)) log.error({ err: error.originalError, path: error.path, requestId }, INTERNAL_ERROR);
          }
        },
        async willSendResponse(context) {
          places.leave(context);
          tidyErrors(context, operationOf(context.contextValue).requestId);
          const { body } = context.response;
          const errors = body.kind === 'single' ? body.singleResult.errors : undefined;
          endAudit(ends.get(context.contextValue), { errors }, operationOf(context.contextValue));
          observe?.(context.operation?.operation ?? 'unknown', performance.now() - startedAt, codesOf(errors));
          // An answer is one viewer's: no cache keeps it.
          context.response.http.headers.set('cache-control', 'no-store');
        },
      };
    },
  };
}

/** The places of requests in their subjects' budgets. */
class Places {
  readonly #options: ApolloPluginOptions;
  readonly #taken = new WeakMap<object, Viewer | null>();

  constructor(options: ApolloPluginOptions) {
    this.#options = options;
  }

  /** Takes a place and waits for its turn. Resolves with why there is none, or null. Our own server has done this before. */
  async enter({ request, contextValue }: Context): Promise<{ readonly error: unknown } | null> {
    const { admission, limits, operationOf } = this.#options;
    if (admission === null) return null;
    try {
      const { viewer } = operationOf(contextValue);
      const turn = admission.enter(viewer);
      this.#taken.set(contextValue, viewer);
      if (turn !== undefined) await turn;
      checkTokens(request.query, limits.tokens);
      return null;
    } catch (error) {
      return { error };
    }
  }

  /** Gives the place back, if there is one. */
  leave({ contextValue }: Context): void {
    const viewer = this.#taken.get(contextValue);
    if (viewer === undefined) return;
    this.#taken.delete(contextValue);
    this.#options.admission?.leave(viewer);
  }
}

function refuseSubscription(operation: OperationDefinitionNode): void {
  if (operation.operation !== 'subscription') return;
  const message = 'Subscriptions need a connection that stays: connect with WebSocket (graphql-transport-ws).';
  throw operationError(new KycError('BAD_REQUEST', message));
}

/** A browser may have added credentials to a form or a script of another site. */
function refuseForeignMutation({ operation }: OperationDefinitionNode, { isForeignOrigin }: OperationContext): void {
  if (operation === 'mutation' && isForeignOrigin === true) throw foreignOrigin();
}

/** A request that was not executed has one problem; an internal one names the request, so that it is found in the log. */
function tidyErrors({ response: { body } }: Context, requestId: string | undefined): void {
  if (body?.kind !== 'single' || body.singleResult.errors === undefined) return;
  const { data, errors } = body.singleResult;
  const shown = data == null ? errors.slice(0, 1) : errors;
  body.singleResult.errors = shown.map((error) =>
    error.extensions?.['code'] === 'INTERNAL_SERVER_ERROR' ? { ...error, message: internalError(requestId) } : error,
  );
}

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
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // On by itself in a subgraph: any client could ask for the time that each field took.
      ApolloServerPluginInlineTraceDisabled(),
      // With APOLLO_KEY in the environment Apollo Server would report this application's operations.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
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
    ],
  });
}
