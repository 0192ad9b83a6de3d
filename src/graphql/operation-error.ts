/** Our errors as `GraphQLError`s that every GraphQL server answers with their code, and with their HTTP status where one belongs. */
import { GraphQLError } from 'graphql';
import { KycError } from '../errors.ts';
import { httpAnswer } from '../http/error-response.ts';

/**
 * Headers for `extensions.http`: a map, as Apollo Server wants it, that has them as properties too, which is what Yoga copies. (Apollo's
 * own `HeaderMap` has an enumerable symbol, at which Yoga never answers.)
 */
class Headers extends Map<string, string> {
  constructor(headers: Readonly<Record<string, string>>) {
    const lowercase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
    super(lowercase);
    Object.assign(this, Object.fromEntries(lowercase));
  }
}

/** An error of one field: its code and no status, because the rest of the answer stands. Anything but a `KycError` comes back unchanged. */
export function fieldError(error: unknown): unknown {
  return error instanceof KycError ? graphqlError(error, {}) : error;
}

/** An error of a whole operation, with the status and the headers of its code. Anything but a `KycError` comes back unchanged. */
export function operationError(error: unknown): unknown {
  if (!(error instanceof KycError)) return error;
  const { status, headers } = httpAnswer(error);
  const http = { status, headers: new Headers({ ...headers, 'Cache-Control': 'no-store' }) };
  return graphqlError(error, { http });
}

/** `cause`, not `originalError`: Yoga and others mask an error whose original is not a GraphQLError. */
function graphqlError(cause: KycError, extensions: object): GraphQLError {
  const error = new GraphQLError(cause.message, { extensions: { ...cause.extensions, ...extensions } });
  Object.defineProperty(error, 'cause', { value: cause });
  return error;
}

/** An error as an item of `errors` outside HTTP: only with its code. */
export function messageError(thrown: unknown): GraphQLError {
  const error = asOperationError(thrown);
  if (error.extensions['http'] === undefined) return error;
  const { http: _, ...extensions } = error.extensions;
  return new GraphQLError(error.message, { extensions });
}

/** The same for the errors of a result: always a `GraphQLError`; an internal error keeps its cause for the server's own masking. */
export function asOperationError(thrown: unknown): GraphQLError {
  const error = operationError(thrown);
  if (error instanceof GraphQLError) return error;
  const originalError = error instanceof Error ? error : new Error(String(error));
  return new GraphQLError(originalError.message, { originalError });
}
