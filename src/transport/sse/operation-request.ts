/** A GraphQL operation in an HTTP request, as the GraphQL over HTTP specification has it. */
import type { Request } from 'express';
import type { OperationRequest } from '../../graphql/operation.ts';
import { HttpError } from '../../http/error-response.ts';
import { searchOf } from '../graphql-http.ts';
import { readJson } from '../request-body.ts';

/** Reads the operation that a client wants streamed. Throws an `HttpError` when there is none. */
export async function readOperation(request: Request, maxBytes: number): Promise<OperationRequest> {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new HttpError('BAD_USER_INPUT', 'Send a GET or a POST.', { status: 405, headers: { Allow: 'GET, POST' } });
  }
  if (!request.accepts('text/event-stream')) {
    throw new HttpError('BAD_USER_INPUT', 'This path answers with text/event-stream: accept it, or use /graphql.', {
      status: 406,
    });
  }
  const read = request.method === 'GET' ? readSearch(request) : await readBody(request, maxBytes);
  const { query, variables, operationName } = read as Record<string, unknown>;
  if (typeof query !== 'string' || !isAbsentOr('object', variables) || !isAbsentOr('string', operationName)) {
    throw new HttpError(
      'BAD_USER_INPUT',
      'Send a "query", with "variables" and "operationName" if the operation needs them.',
    );
  }
  return { query, variables, operationName } as OperationRequest;
}

async function readBody(request: Request, maxBytes: number): Promise<object> {
  if (!request.is('json')) throw new HttpError('BAD_USER_INPUT', 'Send application/json.', { status: 415 });
  const body = await readJson(request, maxBytes);
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new HttpError('BAD_USER_INPUT', 'The body is not a JSON object.');
}

function readSearch(request: Request): object {
  // Not as a whole URL: what stands before the path, where a client sends that, need not be valid.
  const search = new URLSearchParams(searchOf(request.originalUrl));
  const variables = search.get('variables') || null;
  try {
    return { ...Object.fromEntries(search), variables: variables === null ? null : JSON.parse(variables) };
  } catch {
    throw new HttpError('BAD_USER_INPUT', 'The "variables" are not JSON.');
  }
}

function isAbsentOr(type: 'object' | 'string', value: unknown): boolean {
  return value == null || (typeof value === type && !Array.isArray(value));
}
