/** What the server answers where no route does. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { publicPrefix } from '../http/base-path.ts';
import { HttpError, sendError } from '../http/error-response.ts';

/** 405 for a path that is only read. */
export const readOnly: RequestHandler = (_request, response) => {
  sendError(response, new HttpError('METHOD_NOT_ALLOWED', 'Use GET.', { headers: { Allow: 'GET, HEAD' } }));
};

/** Redirects a browser to `path`, under the prefix that it sees; other clients get the next handler. */
export function redirectBrowser(path: string, basePath: string): RequestHandler {
  return (request, response, next) => {
    if (request.accepts(['application/json', 'text/html']) === 'text/html') {
      response.redirect(publicPrefix(request, basePath) + path);
    } else next();
  };
}

/** 404. */
export const notFound: RequestHandler = (_request, response) => {
  sendError(response, new KycError('NOT_FOUND', 'No such path. docs/http.md lists the paths of this server.'));
};

/** The last handler: logs the error with the request's ID, and answers with nothing of it but that ID. An answer that had begun is cut off. */
export function failure(log: Logger): ErrorRequestHandler {
  // Express knows a handler of errors by its four parameters.
  return (error: unknown, request, response, _next) => {
    const given = response.getHeader('X-Request-Id');
    const requestId = typeof given === 'string' ? given : undefined;
    // Not `request.destroyed`, which is true for every request whose body was read.
    if (request.readableAborted || request.socket.destroyed) {
      log.debug({ err: error, requestId }, 'A client disconnected before it was answered');
      response.destroy();
      return;
    }
    const status = clientErrorStatus(error);
    if (status !== null && !response.headersSent) {
      log.debug({ err: error, requestId }, 'A request could not be read');
      sendError(response, new HttpError('BAD_REQUEST', 'The request is not valid.', { status }));
      return;
    }
    log.error({ err: error, requestId, method: request.method }, 'A request failed');
    // The client must not take what it has for the whole answer.
    if (response.headersSent) response.destroy();
    else {
      const reference = requestId === undefined ? '' : ` (request ${requestId})`;
      sendError(response, new KycError('INTERNAL_SERVER_ERROR', `Internal error; see the server log${reference}`));
    }
  };
}

/** The status of an error that a library made for a client's mistake, such as a path that can't be decoded; null for others. */
function clientErrorStatus(error: unknown): number | null {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : null;
}
