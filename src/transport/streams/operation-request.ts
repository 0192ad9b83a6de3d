/** A GraphQL operation in an HTTP request, following the GraphQL over HTTP specification. */
import type { ReceivedOperation } from '../../graphql/operation.ts';
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
): Promise<() => MaybePromise<ReceivedOperation>> {
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
export function operationIn(read: unknown): ReceivedOperation {
  if (typeof read !== 'object' || read === null || Array.isArray(read)) {
    throw new HttpError('BAD_USER_INPUT', 'The body is not a JSON object.');
  }
  const { query, documentId, variables, operationName, extensions } = read as Record<string, unknown>;
  const isNamed = typeof query === 'string' || (query == null && (documentId != null || extensions != null));
  if (!isNamed || !isAbsentOr('object', variables) || !isAbsentOr('string', operationName)) {
    throw new HttpError(
      'BAD_USER_INPUT',
      'Send a "query" or a "documentId", with "variables" and "operationName" if the operation needs them.',
    );
  }
  return { query, documentId, variables, operationName, extensions } as ReceivedOperation;
}

/** The parameters of a GET. */
export function readSearch(request: NodeRequest): object {
  // Not as a whole URL: what stands before the path, where a client sends that, need not be valid.
  const search = new URLSearchParams(searchOf(request));
  return {
    ...Object.fromEntries(search),
    variables: jsonIn(search, 'variables'),
    extensions: jsonIn(search, 'extensions'),
  };
}

function jsonIn(search: URLSearchParams, name: string): unknown {
  const text = search.get(name) || null;
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    throw new HttpError('BAD_USER_INPUT', `The "${name}" are not JSON.`);
  }
}

function isAbsentOr(type: 'object' | 'string', value: unknown): boolean {
  return value == null || (typeof value === type && !Array.isArray(value));
}
