/** Health checks: is the process alive, and could it record a callback now? */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { KycError, messageOf } from '../errors.ts';
import type { KycGateway } from '../gateway/create.ts';
import { sendError } from '../http/error-response.ts';

/** Liveness: answers as long as the event loop runs. */
export const live: RequestHandler = (_request, response) => {
  response.json({ status: 'live' });
};

/** Readiness: 503 while callbacks can't be recorded. Needs no token, so it costs the journal one write a second at most. */
export function readiness(gateway: Pick<KycGateway, 'checkReady'>, log: Logger): RequestHandler {
  return async (_request, response) => {
    try {
      await gateway.checkReady();
      response.json({ status: 'ready' });
    } catch (error) {
      log.warn({ err: error }, 'Not ready: callbacks cannot be recorded');
      sendError(
        response,
        new KycError('NOT_READY', error instanceof KycError ? messageOf(error) : 'The journal failed.'),
      );
    }
  };
}
