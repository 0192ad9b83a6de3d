/** Operations that do not come through Apollo Server: parsed and validated once, limited like those that do. */
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { KycError } from '../errors.ts';
import type { OperationContext } from './context.ts';
import { documentCache } from './document-cache.ts';
import type { DocumentReference } from './documents/documents.ts';
import { withoutSuggestions } from './format-error.ts';
import { checkLimits, type OperationPolicy } from './limits.ts';
import { checkRootField } from './root-field.ts';
import { coerceVariables, type Variables } from './variables.ts';

/** What a client sends to start an operation. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** The same before its document is looked up: named by its text, by its ID, or by its hash. */
export interface ReceivedOperation extends DocumentReference {
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may be executed. */
export interface Operation extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
  /** As sent: graphql coerces them itself. Each is declared and valid. */
  readonly variableValues: Variables;
  readonly coerced: Variables;
  readonly contextValue: OperationContext;
}

/** Makes an operation from a request, or returns the one error that is wrong with it. */
export type PrepareOperation = (
  request: OperationRequest,
  contextValue: OperationContext,
) => Operation | readonly [GraphQLError];

/** Makes the preparer for a schema. */
export function operationPreparer(schema: GraphQLSchema, policy: OperationPolicy): PrepareOperation {
  const documents = documentCache();
  const hidesNames = policy.introspection !== 'everyone';
  const read = (query: string): DocumentNode | GraphQLError => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    const document = parseLimited(query, policy.limits.tokens);
    if (document instanceof GraphQLError) return refused('GRAPHQL_PARSE_FAILED', document);
    const error = firstError(schema, document);
    if (error !== undefined)
      return refused('GRAPHQL_VALIDATION_FAILED', hidesNames ? withoutSuggestions(error) : error);
    documents.set(query, document);
    return document;
  };

  return (request, contextValue) => {
    try {
      const document = read(request.query);
      if (document instanceof GraphQLError) return [document];
      const operation = getOperationAST(document, request.operationName);
      if (operation == null) {
        const message = 'Name the operation: the document has none of that name, or several.';
        return [refused('OPERATION_RESOLUTION_FAILURE', { message })];
      }
      const variableValues = request.variables ?? {};
      const coerced = coerceVariables(schema, operation, variableValues);
      checkLimits(schema, { document, operation, variables: coerced }, contextValue.viewer, policy);
      checkRootField(document, operation, coerced);
      return {
        schema,
        document,
        operation,
        operationName: request.operationName,
        variableValues,
        coerced,
        contextValue,
      };
    } catch (error) {
      if (error instanceof KycError) return [new GraphQLError(error.message, { originalError: error })];
      throw error;
    }
  };
}

function parseLimited(query: string, maxTokens: number): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function firstError(schema: GraphQLSchema, document: DocumentNode): GraphQLError | undefined {
  try {
    return validate(schema, document, undefined, { maxErrors: 1 })[0];
  } catch (error) {
    // graphql-js 16 throws at a variable in the @skip or @include of a subscription's root field.
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** With the code that Apollo Server gives such an error, so that clients get the same code over every transport. */
function refused(code: string, { message }: { readonly message: string }): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
