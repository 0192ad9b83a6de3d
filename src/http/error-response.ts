/** How each public error code is answered: the HTTP status and headers, and the WebSocket close. One table for every transport. */
import type { ServerResponse } from 'node:http';
import { CLOSE, type SocketClose } from '../client/protocol.ts';
import { type ErrorCode, KycError, type KycErrorOptions } from '../errors.ts';

/** How one code is reported. */
export interface ErrorAnswer {
  readonly status: number;
  /** When to try again, in seconds: `Retry-After` over HTTP, `extensions.retryAfter` in a GraphQL error. */
  readonly retryAfter?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** How a socket that can't continue because of it is closed. Absent: the operation answers and the socket stays open. */
  readonly close?: SocketClose;
}

/** The answer for every code. */
export const ERROR_ANSWERS: Readonly<Record<ErrorCode, ErrorAnswer>> = {
  UNAUTHENTICATED: { status: 401, headers: { 'WWW-Authenticate': 'Bearer' }, close: CLOSE.forbidden },
  AUTHENTICATION_UNAVAILABLE: { status: 503, retryAfter: 5, close: CLOSE.authenticationUnavailable },
  FORBIDDEN: { status: 403, close: CLOSE.forbidden },

  BAD_REQUEST: { status: 400 },
  BAD_USER_INPUT: { status: 400 },
  CURSOR_UNKNOWN: { status: 410 },
  GRAPHQL_PARSE_FAILED: { status: 400 },
  GRAPHQL_VALIDATION_FAILED: { status: 400 },
  OPERATION_RESOLUTION_FAILURE: { status: 400 },
  PERSISTED_QUERY_NOT_FOUND: { status: 200 },
  DOCUMENT_NOT_FOUND: { status: 400 },
  DOCUMENT_NOT_TRUSTED: { status: 400 },
  SUBSCRIPTION_CALLBACK_FAILED: { status: 400 },
  METHOD_NOT_ALLOWED: { status: 405 },
  NOT_FOUND: { status: 404 },
  REVISION_OUTDATED: { status: 409 },

  QUERY_TOO_COMPLEX: { status: 400 },
  // The rest of an oversized body is not read, and must not be taken for the next request.
  TOO_LARGE: { status: 413, headers: { Connection: 'close' } },
  TOO_MANY_REQUESTS: { status: 429, retryAfter: 1 },
  TOO_MANY_CONNECTIONS: { status: 429, retryAfter: 5, close: CLOSE.tooManyConnections },
  TOO_MANY_SUBSCRIPTIONS: { status: 429, retryAfter: 5 },

  DOCUMENTS_UNAVAILABLE: { status: 503, retryAfter: 5 },
  XGATEWAY_UNAVAILABLE: { status: 502, retryAfter: 5 },
  XGATEWAY_NOT_CONFIGURED: { status: 501 },
  JOURNAL_UNAVAILABLE: { status: 503, retryAfter: 5 },
  QUEUE_FULL: { status: 503, retryAfter: 5 },
  NOT_READY: { status: 503, retryAfter: 1 },
  SHUTTING_DOWN: { status: 503, retryAfter: 1, close: CLOSE.serviceRestart },
  INTERNAL_SERVER_ERROR: { status: 500 },

  OTHER_CALLBACK_TYPE: { status: 422 },
  NOT_GENUINE: { status: 401 },
  IMPOSSIBLE_CUSTOMER_ID: { status: 422 },
  NOT_JSON: { status: 400 },
  ADDRESS_NOT_ALLOWED: { status: 403 },
  TOO_MANY_REFUSED: { status: 429, retryAfter: 60 },
  TOO_MANY_FOR_CUSTOMER: { status: 429, retryAfter: 60 },
  UNSUPPORTED_ENCODING: { status: 415, headers: { 'Accept-Encoding': 'gzip, deflate' } },
  UNAVAILABLE: { status: 503, retryAfter: 5 },
};

/** A `KycError` that HTTP answers differently from its code's row. */
export class HttpError extends KycError {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  /**
   * @param status default: that of the code's row.
   * @param headers added to those of the code's row, for example `Allow`.
   */
  constructor(
    code: ErrorCode,
    message: string,
    options: KycErrorOptions & { status?: number; headers?: Record<string, string> } = {},
  ) {
    super(code, message, options);
    this.name = 'HttpError';
    this.status = options.status ?? ERROR_ANSWERS[code].status;
    this.headers = options.headers ?? {};
  }
}

/** The HTTP status and headers for an error. */
export function httpAnswer(error: KycError): { status: number; headers: Record<string, string> } {
  const row = ERROR_ANSWERS[error.code];
  const retryAfter = error.extensions.retryAfter ?? row.retryAfter;
  return {
    status: error instanceof HttpError ? error.status : row.status,
    headers: {
      ...row.headers,
      ...(retryAfter !== undefined && { 'Retry-After': String(Math.ceil(retryAfter)) }),
      ...(error instanceof HttpError && error.headers),
    },
  };
}

/** How a socket is closed because of an error; undefined when only the operation fails. */
export function socketClose(error: KycError): SocketClose | undefined {
  return ERROR_ANSWERS[error.code].close;
}

/** The body of an error outside GraphQL. */
export function errorBody({ code, message }: { code: ErrorCode; message: string }): object {
  return { error: { code, message } };
}

/** Answers a request with an error in GraphQL's form, with the status and headers of its code. */
export function sendGraphqlError(response: ServerResponse, error: KycError): void {
  const { status, headers } = httpAnswer(error);
  response.writeHead(status, {
    ...headers,
    'Cache-Control': 'no-store',
    'Content-Type': 'application/json; charset=utf-8',
  });
  response.end(JSON.stringify({ errors: [{ message: error.message, extensions: error.extensions }] }));
}

/** Answers a request with an error as `{"error":{"code","message"}}`. */
export function sendError(response: ServerResponse, error: KycError): void {
  const { status, headers } = httpAnswer(error);
  response.writeHead(status, { ...headers, 'Content-Type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(errorBody(error)));
}
