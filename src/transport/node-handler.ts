/** A handler out of an asynchronous function, whether or not a framework stands around it. */
import type { ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { KycError } from '../errors.ts';
import { INTERNAL_ERROR, internalError } from '../graphql/format-error.ts';
import { sendGraphqlError } from '../http/error-response.ts';
import type { NodeHandler, NodeRequest } from '../http/node-handler.ts';
import { requestIdOf } from '../http/request-id.ts';

/** Makes the handler. A `KycError` is answered with its status; anything else is the framework's, or logged and answered 500. */
export function nodeHandler(
  handle: (request: NodeRequest, response: ServerResponse) => Promise<void>,
  log: Logger,
): NodeHandler {
  return (request, response, next) => {
    handle(request, response).catch((error: unknown) => {
      if (error instanceof KycError && !response.headersSent) return sendGraphqlError(response, error);
      if (next !== undefined) return next(error);
      const requestId = requestIdOf(request, response);
      log.error({ err: error, requestId }, INTERNAL_ERROR);
      if (response.headersSent) response.destroy();
      else sendGraphqlError(response, new KycError('INTERNAL_SERVER_ERROR', internalError(requestId)));
      return undefined;
    });
  };
}
