/** The paths of the server, as an Express application. */
import cors from 'cors';
import express, { type Express } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { DevelopmentOptions } from '../console/development.ts';
import { consoleRouter, graphiqlRouter } from '../console/index.ts';
import type { KycGateway } from '../gateway/create.ts';
import { causeOf } from '../graphql/format-error.ts';
import { failure, notFound, readOnly, redirectBrowser } from './error-handlers.ts';
import { live, readiness } from './health.ts';
import { adminOnly, metricsHandler } from './metrics-endpoint.ts';
import { logUnmatchedPost } from './receive.ts';
import type { Settings } from './settings.ts';

/** Where GraphQL is, over every transport. */
export const GRAPHQL_PATH = '/graphql';

/** Makes the application. */
export function application(gateway: KycGateway, settings: Settings, log: Logger): Express {
  const app = emptyApplication();
  app.set('trust proxy', settings.trustProxy);
  app.use(settings.callbackPath, gateway.callbacks);
  if (settings.corsOrigins.length > 0) {
    app.use(GRAPHQL_PATH, cors({ origin: corsOrigin(settings.corsOrigins), maxAge: 86_400 }));
  }
  // After CORS: a router answers OPTIONS for its own paths.
  const { basePath } = settings;
  if (!settings.production) app.use(GRAPHQL_PATH, graphiqlRouter({ basePath }));
  app.use(`${GRAPHQL_PATH}/stream`, gateway.stream);
  app.use(GRAPHQL_PATH, gateway.graphql);
  const development = settings.production ? undefined : developmentOf(gateway, settings);
  app.use('/console', consoleRouter({ basePath, ...(development && { development }) }));
  app.get('/', redirectBrowser('/console', basePath));
  app.get('/health/live', live).all('/health/live', readOnly);
  app.get('/health/ready', readiness(gateway, log)).all('/health/ready', readOnly);
  if (settings.metricsPort === null) {
    app.get('/metrics', adminOnly(gateway), metricsHandler(gateway.metrics.registry)).all('/metrics', readOnly);
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
        // A context's error comes as an Apollo Server needs it.
        throw causeOf(error);
      }
    },
  };
}

function corsOrigin(origins: readonly string[]): string | string[] {
  return origins.includes('*') ? '*' : [...origins];
}
