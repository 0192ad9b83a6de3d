/** Operations that do not come through Apollo Server: parsed and validated once, limited like those that do. */
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { KycError } from '../errors.ts';
import type { KycContext } from './context.ts';
import { checkLimits, type IntrospectionAccess, MAX_TOKENS } from './limits.ts';

/** What a client sends to start an operation. */
export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

/** An operation that may be executed. */
export interface Operation extends ExecutionArgs {
  readonly operation: OperationDefinitionNode;
  readonly variableValues: Readonly<Record<string, unknown>>;
  readonly contextValue: KycContext;
}

/** Makes an operation of a request, or says what is wrong with it. Never throws. */
export type PrepareOperation = (
  request: OperationRequest,
  contextValue: KycContext,
) => Operation | readonly GraphQLError[];

// An idle subscriber keeps its document alive: with the cache, all who ask the same share one.
const CACHED_CHARACTERS = 1_000_000;

/** Makes the preparer for a schema. */
export function operationPreparer(schema: GraphQLSchema, introspection: IntrospectionAccess): PrepareOperation {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: CACHED_CHARACTERS,
    sizeCalculation: (_document, query) => query.length + 1,
  });
  const read = (query: string): DocumentNode | readonly GraphQLError[] => {
    const known = documents.get(query);
    if (known !== undefined) return known;
    const document = parseLimited(query);
    if (document instanceof GraphQLError) return [refused('GRAPHQL_PARSE_FAILED', document)];
    const errors = validate(schema, document);
    if (errors.length > 0) return errors.map((error) => refused('GRAPHQL_VALIDATION_FAILED', error));
    documents.set(query, document);
    return document;
  };

  return (request, contextValue) => {
    try {
      const document = read(request.query);
      if (!('kind' in document)) return document;
      const operation = getOperationAST(document, request.operationName);
      if (operation == null) {
        const message = 'Name the operation: the document has none of that name, or several.';
        return [refused('OPERATION_RESOLUTION_FAILURE', { message })];
      }
      const variables = request.variables ?? {};
      checkLimits(schema, { document, operation, variables }, contextValue.viewer, introspection);
      const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
      if (errors !== undefined) return errors.map((error) => refused('BAD_USER_INPUT', error));
      return {
        schema,
        document,
        operation,
        operationName: request.operationName,
        variableValues: variables,
        contextValue,
      };
    } catch (error) {
      if (error instanceof KycError) return [new GraphQLError(error.message, { originalError: error })];
      throw error;
    }
  };
}

function parseLimited(query: string): DocumentNode | GraphQLError {
  try {
    return parse(query, { maxTokens: MAX_TOKENS, noLocation: true });
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

/** With the code that Apollo Server gives such an error, so that clients hear the same over every transport. */
function refused(code: string, { message }: { readonly message: string }): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}
