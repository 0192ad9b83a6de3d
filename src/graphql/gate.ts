/**
 * The one way to execution, the same for every transport: token, the subject's budget, look up the document, parse, coerce, measure,
 * execute. Each step costs more than the one before, and bounds the one after. (The transport has bounded the size before.)
 *
 * Apollo Server parses and executes what comes over HTTP by itself: there `Admission` stands before it, and the plugin in
 * apollo.ts takes the later steps.
 */
import { type ExecutionResult, execute, type GraphQLError } from 'graphql';
import { hasExpired, requireViewer, tokenExpired, type Viewer } from '../access/viewer.ts';
import type { Admission } from '../http/admission.ts';
import { HttpError } from '../http/error-response.ts';
import type { MaybePromise } from '../journal/maybe-promise.ts';
import { audited, type BeginAudit, beginAudit } from './audit.ts';
import type { OperationContext } from './context.ts';
import type { Documents } from './documents/documents.ts';
import { asGraphqlError } from './format-error.ts';
import type { IntrospectionAccess } from './limits.ts';
import { type LiveQuery, openLiveQuery } from './live.ts';
import { codesOf, type ObserveOperation, type OperationType } from './observe.ts';
import type { Operation, PrepareOperation, ReceivedOperation } from './operation.ts';

/** Runs operations. */
export interface Gate {
  /**
   * Executes an operation when its subject's turn has come. A subscription gives a `LiveQuery`, which its receiver closes.
   * Any problem becomes an `ExecutionResult` with one error, so that a bad operation affects only itself.
   * @param read the operation, or what parses it: called when it is the subject's turn. Its errors are answered the same way.
   * @param check called before execution. An `HttpError` that it throws is thrown on; nothing else ever is.
   */
  run(
    read: ReceivedOperation | (() => MaybePromise<ReceivedOperation>),
    context: OperationContext,
    check?: (operation: Operation) => void,
  ): Promise<GateResult>;
}

/** The outcome of an operation. */
export type GateResult = LiveQuery | ExecutionResult | Refused;

/** Nothing was executed, for one reason. */
export interface Refused extends ExecutionResult {
  readonly errors: readonly [GraphQLError];
  readonly isRefused: true;
}

/** What a gate is made from. */
export interface GateOptions {
  readonly documents: Documents;
  readonly prepare: PrepareOperation;
  readonly admission: Admission;
  readonly introspection: IntrospectionAccess;
  /** Records what people do. Default: nothing is recorded. */
  readonly audit?: BeginAudit | undefined;
  /** Called with each operation once there is a result. */
  readonly observe?: ObserveOperation;
}

/** Makes the gate. */
export function createGate({ documents, prepare, admission, introspection, audit, observe }: GateOptions): Gate {
  const admitted = async (
    { operationName, variables, ...reference }: ReceivedOperation,
    context: OperationContext,
    check: ((operation: Operation) => void) | undefined,
  ): Promise<GateResult> => {
    const { viewer } = context;
    checkNotExpired(viewer);
    const text = documents.textOf(reference, viewer);
    const query = typeof text === 'string' ? text : await text;
    if (typeof text !== 'string') checkNotExpired(viewer);
    const operation = prepare({ query, operationName, variables }, context);
    if (!('schema' in operation)) return refused(operation[0]);
    check?.(operation);
    const run = () =>
      operation.operation.operation === 'subscription' ? openLiveQuery(operation) : execute(operation);
    const auditing = beginAudit(audit, operation.schema, { ...operation, variables: operation.coerced }, context);
    return auditing === null ? run() : audited<LiveQuery | ExecutionResult>(await auditing, context, run);
  };
  const run: Gate['run'] = async (read, context, check) => {
    const { viewer } = context;
    try {
      checkToken(viewer, introspection);
      const turn = admission.enter(viewer);
      try {
        if (turn !== undefined) await turn;
        const request = typeof read === 'function' ? read() : read;
        return await admitted(request instanceof Promise ? await request : request, context, check);
      } finally {
        admission.leave(viewer);
      }
    } catch (error) {
      if (error instanceof HttpError) throw error;
      return refused(asGraphqlError(error));
    }
  };
  return { run: observe === undefined ? run : observed(run, observe) };
}

/** Counts and times what `run` does. */
function observed(run: Gate['run'], observe: ObserveOperation): Gate['run'] {
  return async (read, context, check) => {
    const startedAt = performance.now();
    let type: OperationType = 'unknown';
    try {
      const result = await run(read, context, (operation) => {
        type = operation.operation.operation;
        check?.(operation);
      });
      observe(type, performance.now() - startedAt, 'cursor' in result ? [] : codesOf(result.errors));
      return result;
    } catch (error) {
      observe(type, performance.now() - startedAt, codesOf([error as HttpError]));
      throw error;
    }
  };
}

/** Throws `UNAUTHENTICATED` without a token, unless the schema is for everyone: then anyone may introspect it. */
export function checkToken(viewer: Viewer | null, introspection: IntrospectionAccess): void {
  if (introspection !== 'everyone') requireViewer(viewer);
  checkNotExpired(viewer);
}

/** Throws `UNAUTHENTICATED` from the moment the token has expired: it may have waited for its turn. */
export function checkNotExpired(viewer: Viewer | null): void {
  if (hasExpired(viewer)) throw tokenExpired();
}

/** The refusal of a request whose `Origin` is of a site that may not use this gateway. */
export function foreignOrigin(): HttpError {
  return new HttpError('FORBIDDEN', 'Requests from this origin are refused. Add it to allowedOrigins (CORS_ORIGINS).');
}

function refused(error: GraphQLError): Refused {
  return { errors: [error], isRefused: true };
}
