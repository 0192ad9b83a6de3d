/** The one place that turns errors into GraphQL errors. Nothing internal gets through, and it never throws. */
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { ERROR_ANSWERS } from '../http/error-response.ts';

/** The longest message that a client gets, in UTF-16 code units. */
export const MAX_MESSAGE_LENGTH = 500;

/** The log line of an error that a client does not see. */
export const INTERNAL_ERROR = 'a GraphQL operation failed';

/** What a client gets for an error. */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const cause = causeOf(error);
  if (isBadRequest(error)) return { message: clipped(formatted.message), extensions: { code: 'BAD_REQUEST' } };
  if (isInternal(error)) {
    return {
      message: internalError(),
      ...(formatted.path && { path: formatted.path }),
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    };
  }
  const message = clipped(formatted.message);
  if (isVariableMistake(cause)) return { ...formatted, message, extensions: { code: 'BAD_USER_INPUT' } };
  if (!(cause instanceof KycError))
    return { ...formatted, message, extensions: { code: formatted.extensions?.['code'] } };
  const retryAfter = cause.extensions.retryAfter ?? ERROR_ANSWERS[cause.code].retryAfter;
  return { ...formatted, message, extensions: { code: cause.code, ...(retryAfter !== undefined && { retryAfter }) } };
}

/** Whether an error is internal: it is logged, and not shown to the client. */
export function isInternal(error: unknown): boolean {
  const cause = causeOf(error);
  if (cause instanceof KycError) return cause.code === 'INTERNAL_SERVER_ERROR';
  // GraphQL's own errors about a request (syntax, validation, variables) are for the client.
  if (!(cause instanceof GraphQLError)) return true;
  if (isBadRequest(error) || isVariableMistake(cause)) return false;
  const code = (error as GraphQLError).extensions?.['code'] ?? cause.extensions['code'];
  return code === undefined || code === 'INTERNAL_SERVER_ERROR';
}

/**
 * A variable of a nullable type with a default may stand where null is not allowed (GraphQL specification, 5.8.5). A client that sends null
 * for it makes graphql-js fail at execution, at the variable, with an error that has no code.
 */
function isVariableMistake(cause: unknown): boolean {
  return (
    cause instanceof GraphQLError && cause.extensions['code'] === undefined && cause.nodes?.[0]?.kind === Kind.VARIABLE
  );
}

/** Apollo Server gives some refusals the status 400 and no code: a persisted query of another version, or with another hash. */
function isBadRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.originalError != null) return false;
  const { code, http } = error.extensions;
  return (
    (code === undefined || code === 'INTERNAL_SERVER_ERROR') &&
    (http as { status?: unknown } | undefined)?.status === 400
  );
}

/** The message for an internal error. */
export function internalError(requestId?: string): string {
  return `Internal error; see the server log${requestId === undefined ? '' : ` (request ${requestId})`}.`;
}

/** What was originally thrown, unwrapped from its GraphQL errors. */
export function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError != null) cause = cause.originalError;
  return cause instanceof GraphQLError && cause.cause instanceof KycError ? cause.cause : cause;
}

/** The same for an error that did not pass through Apollo Server. Logs an internal one. */
export function publicError(error: GraphQLError, log: Logger, requestId?: string): GraphQLError {
  const { message, extensions, path } = formatError(error.toJSON(), error);
  const isLogged = isInternal(error);
  if (isLogged) log.error({ err: causeOf(error), path, requestId }, INTERNAL_ERROR);
  return new GraphQLError(isLogged ? internalError(requestId) : message, {
    ...(path && { path }),
    ...(extensions && { extensions }),
  });
}

/** Anything that was thrown, as the error of one operation. */
export function asGraphqlError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown;
  const originalError = thrown instanceof Error ? thrown : new Error(String(thrown));
  return new GraphQLError(originalError.message, { originalError });
}

/** Without the names of the schema that graphql-js suggests for a misspelt one. */
export function withoutSuggestions<Shown extends { readonly message: string }>(error: Shown): Shown {
  return { ...error, message: error.message.replace(/ ?Did you mean .*$/s, '') };
}

function clipped(message: string): string {
  if (message.length <= MAX_MESSAGE_LENGTH) return message;
  // Not in the middle of a surrogate pair.
  return `${message.slice(0, MAX_MESSAGE_LENGTH - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
