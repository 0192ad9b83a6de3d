/** A GraphQL operation in an HTTP request, as the GraphQL over HTTP specification has it. */
import type { Request } from 'express';
import type { OperationRequest } from '../../graphql/operation.ts';
import { MAX_REQUEST_BYTES, readJson } from '../graphql-http.ts';

/** A request that gets an HTTP error rather than a stream. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** Reads the operation that a client wants streamed. Throws a `Refusal` when there is none. */
export async function readOperation(request: Request): Promise<OperationRequest> {
  if (request.method !== 'GET' && request.method !== 'POST') {
    throw new Refusal(405, 'BAD_USER_INPUT', 'Send a GET or a POST.', { Allow: 'GET, POST' });
  }
  if (!request.accepts('text/event-stream')) {
    throw new Refusal(406, 'BAD_USER_INPUT', 'Results come as text/event-stream: accept it, or ask /graphql.');
  }
  const read = request.method === 'GET' ? readSearch(request) : await readBody(request);
  const { query, variables, operationName } = read as Record<string, unknown>;
  if (typeof query !== 'string' || !isAbsentOr('object', variables) || !isAbsentOr('string', operationName)) {
    throw new Refusal(400, 'BAD_USER_INPUT', 'Send a "query", and "variables" and "operationName" where it has them.');
  }
  return { query, variables, operationName } as OperationRequest;
}

async function readBody(request: Request): Promise<object> {
  if (!request.is('json')) throw new Refusal(415, 'BAD_USER_INPUT', 'Send application/json.');
  const body = await readJson(request);
  if (body === 'too large') {
    throw new Refusal(413, 'BAD_USER_INPUT', `The request is over ${MAX_REQUEST_BYTES} bytes.`, {
      Connection: 'close',
    });
  }
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body;
  throw new Refusal(400, 'BAD_USER_INPUT', 'The body is not a JSON object.');
}

function readSearch(request: Request): object {
  const search = new URL(request.originalUrl, 'http://localhost').searchParams;
  const variables = search.get('variables') || null;
  try {
    return { ...Object.fromEntries(search), variables: variables === null ? null : JSON.parse(variables) };
  } catch {
    throw new Refusal(400, 'BAD_USER_INPUT', 'The "variables" are not JSON.');
  }
}

function isAbsentOr(type: 'object' | 'string', value: unknown): boolean {
  return value == null || (typeof value === type && !Array.isArray(value));
}
