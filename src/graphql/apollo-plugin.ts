/**
 * The plugin that carries our limits into any Apollo Server.
 *
 * Apollo Server awaits what each hook returns. Hooks that have nothing to wait for are no asynchronous functions but return `DONE`, and one
 * object holds what the hooks of a request share, not a closure for each of them: a query costs 2 µs less.
 */
import {
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContext,
  type GraphQLRequestContextDidEncounterErrors,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import type { GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Logger } from 'pino';
import type { EndAudit } from '../audit/recorder.ts';
import { KycError } from '../errors.ts';
import { keyByText } from './apollo-document-key.ts';
import { type PlaceRefused, Places, type PlacesOptions } from './apollo-places.ts';
import { emptyRequest } from './apollo-refusal.ts';
import { type BeginAudit, beginAudit, endAudit } from './audit.ts';
import type { OperationContext } from './context.ts';
import type { Documents } from './documents/documents.ts';
import { INTERNAL_ERROR, internalError, isInternal } from './format-error.ts';
import { checkNotExpired, foreignOrigin } from './gate.ts';
import { checkLimits, type OperationPolicy } from './limits.ts';
import type { MeasuredOperation } from './measure.ts';
import { codesOf, type ObserveOperation } from './observe.ts';
import { operationError } from './operation-error.ts';
import type { PlannedData, QueryPlans } from './plan/query-plans.ts';
import { coerceVariables } from './variables.ts';

/** What the plugin is made from. */
export interface ApolloPluginOptions extends OperationPolicy, PlacesOptions {
  /** Null: the caller of Apollo Server has looked the document up. */
  readonly documents: Documents | null;
  readonly log: Logger;
  /** Records what people do. Default: nothing is recorded. */
  readonly audit?: BeginAudit | undefined;
  /** Called with each operation when it is answered. */
  readonly observe?: ObserveOperation;
  /**
   * Executes the queries that have a plan. Left out in an application's own Apollo Server: there graphql-js executes everything, with the
   * hooks that other plugins have for execution.
   */
  readonly plans?: QueryPlans;
  /** Throws when the schema is one that the limits can't be measured on. */
  readonly checkSchema: (schema: GraphQLSchema) => void;
}

type Context = GraphQLRequestContext<BaseContext>;

/** What the requests of a server share. */
interface Shared extends ApolloPluginOptions {
  readonly places: Places;
  /** Entries of the audit log that were begun, by the context of their operations. */
  readonly ends: WeakMap<object, EndAudit>;
}

/** What a hook returns that has nothing to wait for. */
const DONE: Promise<void> = Promise.resolve();
const NO_RESPONSE: Promise<null> = Promise.resolve(null);
/** Apollo Server merges it into its answer. */
const NOTHING_TO_ADD = { headers: new HeaderMap() };

/** Makes the plugin: the subject's budget before parsing, and limits on the coerced variables before execution. */
export function createApolloPlugin(options: ApolloPluginOptions): ApolloServerPlugin<BaseContext> {
  const { operationOf, checkSchema } = options;
  const places = new Places(options);
  const shared: Shared = { ...options, places, ends: new WeakMap() };
  return {
    async serverWillStart({ schema }) {
      checkSchema(schema);
    },
    // Another plugin failed, and no answer of ours is sent.
    async unexpectedErrorProcessingRequest({ requestContext }) {
      places.leave(requestContext);
      const { contextValue } = requestContext;
      endAudit(shared.ends.get(contextValue), { errors: [{}] }, operationOf(contextValue));
    },
    async requestDidStart(context) {
      const startedAt = performance.now();
      const entered = places.enter(context);
      const refused = entered instanceof Promise ? await entered : entered;
      if (refused !== null) emptyRequest(context.request);
      else if (options.plans !== undefined) keyByText(context.request);
      return new RequestListener(shared, startedAt, refused);
    },
  };
}

/** The hooks of one request. */
class RequestListener implements GraphQLRequestListener<BaseContext> {
  readonly #shared: Shared;
  readonly #startedAt: number;
  readonly #refused: PlaceRefused | null;
  #measured: (MeasuredOperation & { readonly cost: number }) | null = null;

  constructor(shared: Shared, startedAt: number, refused: PlaceRefused | null) {
    this.#shared = shared;
    this.#startedAt = startedAt;
    this.#refused = refused;
  }

  didResolveOperation(context: GraphQLRequestContextDidResolveOperation<BaseContext>): Promise<void> {
    try {
      return this.#prepare(context) ?? DONE;
    } catch (error) {
      // Not thrown: the hooks of other plugins are still called.
      return Promise.reject(operationError(error));
    }
  }

  responseForOperation({
    contextValue,
  }: GraphQLRequestContextResponseForOperation<BaseContext>): Promise<GraphQLResponse | null> {
    const { plans, operationOf } = this.#shared;
    const measured = this.#measured;
    if (plans === undefined || measured === null) return NO_RESPONSE;
    const data = plans.execute(measured, measured.cost, operationOf(contextValue));
    return data instanceof Promise ? data.then(responseOf) : Promise.resolve(responseOf(data));
  }

  async didEncounterErrors({ errors, contextValue }: GraphQLRequestContextDidEncounterErrors<BaseContext>) {
    const { log, operationOf } = this.#shared;
    const { requestId } = operationOf(contextValue);
    for (const error of errors) {
      if (isInternal(error)) log.error({ err: error.originalError, path: error.path, requestId }, INTERNAL_ERROR);
    }
  }

  willSendResponse(context: GraphQLRequestContextWillSendResponse<BaseContext>): Promise<void> {
    const { places, ends, observe, operationOf } = this.#shared;
    const { contextValue, operation, response } = context;
    places.leave(context);
    const ofGateway = operationOf(contextValue);
    tidyErrors(context, ofGateway.requestId);
    const errors = response.body.kind === 'single' ? response.body.singleResult.errors : undefined;
    endAudit(ends.get(contextValue), { errors }, ofGateway);
    observe?.(operation?.operation ?? 'unknown', performance.now() - this.#startedAt, codesOf(errors));
    // An answer is one viewer's: no cache keeps it.
    response.http.headers.set('cache-control', 'no-store');
    return DONE;
  }

  /** Decides whether the operation may be executed. Throws, or rejects, when it may not. */
  #prepare(context: GraphQLRequestContextDidResolveOperation<BaseContext>): Promise<void> | undefined {
    if (this.#refused !== null) throw this.#refused.error;
    const { operation, contextValue, source } = context;
    // Apollo Server itself refuses a document without the named operation, after this.
    if (operation === undefined) return undefined;
    refuseSubscription(operation);
    const { documents, operationOf } = this.#shared;
    const ofGateway = operationOf(contextValue);
    const checking = documents?.checkTrusted(source, ofGateway.viewer);
    if (checking === undefined) return this.#measure(context, operation, ofGateway);
    return refusing(checking.then(() => this.#measure(context, operation, ofGateway)));
  }

  #measure(
    { schema, document, request, contextValue }: GraphQLRequestContextDidResolveOperation<BaseContext>,
    operation: OperationDefinitionNode,
    ofGateway: OperationContext,
  ): Promise<void> | undefined {
    const { audit, ends } = this.#shared;
    refuseForeignMutation(operation, ofGateway);
    checkNotExpired(ofGateway.viewer);
    const variables = coerceVariables(schema, operation, request.variables ?? {});
    const toMeasure = { document, operation, variables };
    this.#measured = { ...toMeasure, cost: checkLimits(schema, toMeasure, ofGateway.viewer, this.#shared).cost };
    const auditing = beginAudit(audit, schema, toMeasure, ofGateway);
    if (auditing === null) return undefined;
    return refusing(auditing.then((end) => void ends.set(contextValue, end)));
  }
}

/** With the errors of operations. */
function refusing(work: Promise<void>): Promise<void> {
  return work.catch((error: unknown) => {
    throw operationError(error);
  });
}

function responseOf(data: PlannedData | null): GraphQLResponse | null {
  return data === null ? null : { http: NOTHING_TO_ADD, body: { kind: 'single', singleResult: { data } } };
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
function tidyErrors({ response: { body } }: Pick<Context, 'response'>, requestId: string | undefined): void {
  if (body?.kind !== 'single' || body.singleResult.errors === undefined) return;
  const { data, errors } = body.singleResult;
  const shown = data == null ? errors.slice(0, 1) : errors;
  body.singleResult.errors = shown.map((error) =>
    error.extensions?.['code'] === 'INTERNAL_SERVER_ERROR' ? { ...error, message: internalError(requestId) } : error,
  );
}
