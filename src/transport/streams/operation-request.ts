/** A GraphQL operation in an HTTP request, following the GraphQL over HTTP specification. */
import type { OperationRequest } from '../../graphql/operation.ts';
import { HttpError } from '../../http/error-response.ts';
import { covers, isJson, mediaRanges } from '../../http/media-types.ts';
import { type NodeRequest, searchOf } from '../../http/node-handler.ts';
import type { MaybePromise } from '../../journal/maybe-promise.ts';
import { parseBody, receiveBody } from '../request-body.ts';

/**
 * Receives the operation that a client wants streamed. Nothing of it is parsed before the returned function is called, which throws an
 * `HttpError` when there is no operation.
 */
export async function receiveOperation(
  request: NodeRequest,
  maxBytes: number,
): Promise<() => MaybePromise<OperationRequest>> {
  checkHeaders(request);
  if (request.method === 'GET') return () => operationIn(readSearch(request));
  const received = await receiveBody(request, maxBytes);
  return () => {
    const body = parseBody(received, request, maxBytes);
    return body instanceof Promise ? body.then(operationIn) : operationIn(body);
  };
}

function checkHeaders(request: NodeRequest): void {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new HttpError('BAD_USER_INPUT', 'Send a GET or a POST.', { status: 405, headers: { Allow: 'GET, POST' } });
  }
  if (!covers(mediaRanges(request.headers.accept), 'text/event-stream')) {
    throw new HttpError('BAD_USER_INPUT', 'This path answers with text/event-stream: accept it, or use /graphql.', {
      status: 406,
    });
  }
  if (request.method === 'POST' && !isJson(request.headers['content-type'])) {
    throw new HttpError('BAD_USER_INPUT', 'Send application/json.', { status: 415 });
  }
}

/** The operation in a parsed body or search. Throws an `HttpError` when there is none. */
export function operationIn(read: unknown): OperationRequest {
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new HttpError('BAD_USER_INPUT', 'The body is not a JSON object.');
  }
  const { query, variables, operationName } = read as Record<string, unknown>;
  if (typeof query !== 'string' || !isAbsentOr('object', variables) || !isAbsentOr('string', operationName)) {
    throw new HttpError(
      'BAD_USER_INPUT',
      'Send a "query", with "variables" and "operationName" if the operation needs them.',
    );
  }
  return { query, variables, operationName } as OperationRequest;
}

/** The parameters of a GET. */
export function readSearch(request: NodeRequest): object {
  // Not as a whole URL: what stands before the path, where a client sends that, need not be valid.
  const search = new URLSearchParams(searchOf(request));
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
