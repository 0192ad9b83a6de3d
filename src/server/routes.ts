/** The paths of the server, as an Express application. */
import cors from 'cors';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { isListedOrigin, isOwnOrigin, LOOPBACK_ORIGIN } from '../access/origin.ts';
import { refusedOriginReporter } from '../access/refused-origins.ts';
import { clientModule } from '../console/client-module.ts';
import type { DevelopmentOptions } from '../console/development.ts';
import { consoleRouter, graphiqlRouter } from '../console/index.ts';
import type { KycGateway } from '../gateway/create.ts';
import { causeOf } from '../graphql/format-error.ts';
import { signInRouter } from '../sign-in/router.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { failure, notFound, readOnly, redirectBrowser } from './error-handlers.ts';
import { live, readiness } from './health.ts';
import { adminOnly, METRICS_ADVICE, metricsHandler } from './metrics-endpoint.ts';
import { logUnmatchedPost } from './receive.ts';
import { seenRequest } from './seen-request.ts';
import type { Settings } from './settings.ts';

/** How long a browser may keep the answer to a preflight, in seconds. */
const MAX_AGE_S = 86_400;

/** Where GraphQL is, over every transport. */
export const GRAPHQL_PATH = '/graphql';

/** What the application is made from. */
export interface ApplicationParts {
  readonly gateway: KycGateway;
  readonly settings: Settings;
  readonly log: Logger;
  /** Null: nobody signs in with a provider. */
  readonly signIn: SignIn | null;
}

/** Makes the application. */
export function application({ gateway, settings, log, signIn }: ApplicationParts): Express {
  const app = emptyApplication();
  app.set('trust proxy', settings.trustProxy);
  app.use(settings.callbackPath, gateway.callbacks);
  app.use(GRAPHQL_PATH, ...crossOrigin(settings, log));
  // After CORS: a router answers OPTIONS for its own paths.
  const { basePath, customerUrlTemplate } = settings;
  if (!settings.production) app.use(GRAPHQL_PATH, graphiqlRouter({ basePath }));
  app.use(`${GRAPHQL_PATH}/stream`, gateway.stream);
  app.use(GRAPHQL_PATH, gateway.graphql);
  const development = settings.production ? undefined : developmentOf(gateway, settings);
  if (development !== undefined) app.get('/client.js', clientModule());
  if (signIn !== null) app.use('/console/sign-in', signInRouter(signIn, log));
  const signInUrl = signIn?.urls.base;
  app.use('/console', consoleRouter({ basePath, customerUrlTemplate, signInUrl, ...(development && { development }) }));
  app.get('/', redirectBrowser('/console', basePath));
  app.get('/health/live', live).all('/health/live', readOnly);
  app.get('/health/ready', readiness(gateway, log)).all('/health/ready', readOnly);
  const forAdmins = adminOnly(gateway, 'Send a token with the scope kyc:admin.');
  app.get('/health/request', forAdmins, seenRequest(settings)).all('/health/request', readOnly);
  if (settings.metricsPort === null) {
    app
      .get('/metrics', adminOnly(gateway, METRICS_ADVICE), metricsHandler(gateway.metrics.registry))
      .all('/metrics', readOnly);
  }
  app.use(logUnmatchedPost(log, settings.callbackPath));
  app.use(notFound);
  app.use(failure(log));
  return app;
}

/** The metrics on a port of their own, for everyone who can reach it. */
export function metricsApplication(registry: Registry): Express {
  const app = emptyApplication();
  app.get('/metrics', metricsHandler(registry)).all('/metrics', readOnly).use(notFound);
  return app;
}

function emptyApplication(): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  return app;
}

function developmentOf(gateway: KycGateway, settings: Settings): DevelopmentOptions {
  return {
    secret: () => settings.secrets.current,
    callbackPath: settings.callbackPath,
    authenticate: async (request) => {
      try {
        return (await gateway.context(request)).kyc.viewer;
      } catch (error) {
        // `context` rejects with errors in the form that Apollo Server needs.
        throw causeOf(error);
      }
    },
  };
}

/** Answers pages of the origins that may use the gateway, in development also those of this machine, and reports others. */
function crossOrigin({ corsOrigins, production }: Settings, log: Logger): RequestHandler[] {
  if (corsOrigins.includes('*')) return [cors({ origin: '*', maxAge: MAX_AGE_S })];
  const policy = { allowedOrigins: corsOrigins, customAuthenticate: false, allowLoopback: !production };
  const report = refusedOriginReporter(log);
  const reporter: RequestHandler = ({ headers: { origin, host } }, _response, next) => {
    if (origin !== undefined && !isOwnOrigin(origin, host) && !isListedOrigin(origin, policy)) report(origin);
    next();
  };
  const origin = [...corsOrigins, ...(production ? [] : [LOOPBACK_ORIGIN])];
  return origin.length === 0 ? [reporter] : [reporter, cors({ origin, maxAge: MAX_AGE_S })];
}
