/** The one place that turns errors into GraphQL errors. Nothing internal gets through, and it never throws. */
import { HeaderMap } from '@apollo/server';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { httpAnswer } from '../http/error-response.ts';

/** What a client is told of an error. What it is not told is logged. */
export function formatError(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const cause = causeOf(error);
  if (cause instanceof KycError) return { ...formatted, extensions: { code: cause.code } };
  const code = formatted.extensions?.['code'] ?? 'INTERNAL_SERVER_ERROR';
  // What GraphQL itself says of a request (syntax, validation, variables) is for the client; what anything else says is not.
  if (cause instanceof GraphQLError && code !== 'INTERNAL_SERVER_ERROR') return { ...formatted, extensions: { code } };
  log.error({ err: cause, path: formatted.path }, 'an operation failed');
  return {
    message: 'Something went wrong here. The server log has it.',
    ...(formatted.path && { path: formatted.path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/** What was thrown, out of the GraphQL errors that it was wrapped in. */
export function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof Error && 'originalError' in cause && cause.originalError != null) cause = cause.originalError;
  return cause;
}

/** The same for an error that did not pass through Apollo Server. */
export function publicError(error: GraphQLError, log: Logger): GraphQLError {
  const { message, extensions, path } = formatError(error.toJSON(), error, log);
  return new GraphQLError(message, { ...(path && { path }), ...(extensions && { extensions }) });
}

/** What to throw for an error in making a context: Apollo Server would answer 500 to one of its bare kind. */
export function contextError(error: unknown): unknown {
  if (!(error instanceof KycError)) return error;
  const { status, headers } = httpAnswer(error);
  const http = { status, headers: new HeaderMap(Object.entries({ ...headers, 'Cache-Control': 'no-store' })) };
  return new GraphQLError(error.message, { originalError: error, extensions: { code: error.code, http } });
}
