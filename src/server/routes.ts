/** The paths of the server, as an Express application. */
import type { IncomingMessage } from 'node:http';
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
  /** Null: there is no sign-in with a provider. */
  readonly signIn: SignIn | null;
}

/** The path of streams below `GRAPHQL_PATH`. */
const STREAM_PATH = /^\/stream(?:[/?]|$)/i;

/** Makes the application. */
export function application({ gateway, settings, log, signIn }: ApplicationParts): Express {
  const app = emptyApplication();
  app.set('trust proxy', settings.trustProxy);
  // First: each layer in front of it would cost every callback.
  app.use(settings.callbackPath, gateway.callbacks);
  const { noteOrigin, answerOrigins } = crossOrigin(settings, log);
  if (answerOrigins !== null) app.use(GRAPHQL_PATH, handlerOf(noteOrigin), answerOrigins);
  // After CORS: a router answers OPTIONS for its own paths.
  const { basePath, customerUrlTemplate } = settings;
  if (!settings.production) app.use(GRAPHQL_PATH, graphiqlRouter({ basePath }));
  // One layer of Express: each costs a query a microsecond.
  app.use(GRAPHQL_PATH, (request, response, next) => {
    if (answerOrigins === null) noteOrigin(request);
    if (STREAM_PATH.test(request.url)) gateway.stream(request, response, next);
    else gateway.graphql(request, response, next);
  });
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

interface CrossOrigin {
  /** Reports an origin that may not use the gateway. */
  readonly noteOrigin: (request: IncomingMessage) => void;
  /** Answers pages of the origins that may; null: there are none. */
  readonly answerOrigins: RequestHandler | null;
}

/** Answers pages of the origins that may use the gateway, in development also those of this machine, and reports others. */
function crossOrigin({ corsOrigins, production }: Settings, log: Logger): CrossOrigin {
  if (corsOrigins.includes('*')) {
    return { noteOrigin: () => {}, answerOrigins: cors({ origin: '*', maxAge: MAX_AGE_S }) };
  }
  const policy = { allowedOrigins: corsOrigins, customAuthenticate: false, allowLoopback: !production };
  const report = refusedOriginReporter(log);
  const origin = [...corsOrigins, ...(production ? [] : [LOOPBACK_ORIGIN])];
  return {
    noteOrigin({ headers: { origin: ofPage, host } }) {
      if (ofPage !== undefined && !isOwnOrigin(ofPage, host) && !isListedOrigin(ofPage, policy)) report(ofPage);
    },
    answerOrigins: origin.length === 0 ? null : cors({ origin, maxAge: MAX_AGE_S }),
  };
}

function handlerOf(note: (request: IncomingMessage) => void): RequestHandler {
  return (request, _response, next) => {
    note(request);
    next();
  };
}
