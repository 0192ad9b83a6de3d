/** Executes a prepared operation so that whatever goes wrong is its own result, and not the connection's end. */
import { type ExecutionResult, execute, GraphQLError } from 'graphql';
import { KycError } from '../errors.ts';
import type { KycContext } from '../graphql/context.ts';
import { type LiveQuery, openLiveQuery } from '../graphql/live.ts';
import type { Operation, OperationRequest, PrepareOperation } from '../graphql/operation.ts';
import { selectsNothing } from './root-selection.ts';

/**
 * Prepares an operation. Never throws: graphql-js 16 throws at a variable in the `@skip` or `@include` of a subscription's root
 * field while it validates.
 */
export function prepareOperation(
  prepare: PrepareOperation,
  request: OperationRequest,
  context: KycContext,
): Operation | readonly GraphQLError[] {
  try {
    return prepare(request, context);
  } catch (error) {
    if (!(error instanceof GraphQLError)) return [asGraphqlError(error)];
    return [new GraphQLError(error.message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } })];
  }
}

/** Executes a query or mutation, or opens a subscription. Never rejects: an error that is thrown becomes the result's. */
export async function runOperation(operation: Operation): Promise<LiveQuery | ExecutionResult> {
  try {
    if (operation.operation.operation !== 'subscription') return await execute(operation);
    if (selectsNothing(operation)) {
      throw new KycError(
        'BAD_USER_INPUT',
        'The subscription selects no field: its root field is skipped by @skip or @include.',
      );
    }
    return await openLiveQuery(operation);
  } catch (error) {
    return { errors: [asGraphqlError(error)] };
  }
}

/** Anything that was thrown, as an error of one operation. */
export function asGraphqlError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(error.message, { originalError: error });
}
