/** `/metrics`: on the server's port for `kyc:admin`, or on a port of its own. */
import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import { requireAdmin } from '../access/viewer.ts';
import { KycError } from '../errors.ts';
import type { KycGateway } from '../gateway/create.ts';
import { causeOf } from '../graphql/format-error.ts';
import { sendError } from '../http/error-response.ts';

/** What `/metrics` says to those without the right. */
export const METRICS_ADVICE =
  'Send a token with the scope kyc:admin, or set METRICS_PORT to serve the metrics on a port of their own.';

/** Lets tokens with `kyc:admin` through; `advice` is for the others. */
export function adminOnly(gateway: Pick<KycGateway, 'context'>, advice: string): RequestHandler {
  return async (request, response, next) => {
    try {
      const { kyc } = await gateway.context(request);
      requireAdmin(kyc.viewer);
      next();
    } catch (error) {
      const cause = causeOf(error);
      if (!(cause instanceof KycError)) return next(error);
      const isForbidden = cause.code === 'UNAUTHENTICATED' || cause.code === 'FORBIDDEN';
      sendError(response, isForbidden ? new KycError(cause.code, advice) : cause);
    }
  };
}

/** Answers with the metrics of `registry`. */
export function metricsHandler(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  };
}
