/** The server: the gateway in an Express application of its own, with health, metrics and the console beside it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import cors from 'cors';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { requireAdmin } from '../access/viewer.ts';
import type { DevelopmentOptions } from '../console/development.ts';
import { consoleRouter, graphiqlRouter } from '../console/index.ts';
import { KycError, messageOf } from '../errors.ts';
import { createKycGateway, type KycGateway, type KycGatewayOptions } from '../gateway/create.ts';
import { causeOf } from '../graphql/format-error.ts';
import { HttpError, sendError } from '../http/error-response.ts';
import { collectProcessMetrics, createMetrics } from '../telemetry/metrics.ts';
import type { Settings } from './settings.ts';

/** A server that listens. */
export interface KycServer {
  /** For example `http://127.0.0.1:4000`. */
  readonly url: string;
  /** Refuses new work, finishes the work in hand, closes every connection. Resolves within `STOP_DEADLINE_MS`. */
  stop(): Promise<void>;
}

/** How long requests in hand may take once the server stops, in milliseconds. */
export const STOP_DEADLINE_MS = 5_000;

const GRAPHQL_PATH = '/graphql';

/** How long a request may take to arrive, in milliseconds: whoever sends a byte a second holds no socket for long. */
const REQUEST_DEADLINE_MS = 30_000;

/**
 * Starts a server. Resolves when it is ready; rejects when the journal can't be opened or the port is taken.
 * @param options what the environment has no say in.
 */
export async function startServer(
  settings: Settings,
  log: Logger,
  options: Pick<Partial<KycGatewayOptions>, 'stallMs' | 'access' | 'confirmationSchedule'> = {},
): Promise<KycServer> {
  await using stack = new AsyncDisposableStack();
  const metrics = createMetrics();
  collectProcessMetrics(metrics.registry);
  const gateway = await createKycGateway({
    secrets: settings.secrets,
    databaseUrl: settings.databaseUrl,
    access: settings.access,
    requireConfirmation: settings.requireConfirmation,
    xgatewayApi:
      settings.xgatewayApi === null ? undefined : { ...settings.xgatewayApi, allowHttp: !settings.production },
    callbackAllowedIps: settings.callbackAllowedIps,
    limits: settings.limits,
    introspection: settings.production ? 'admin' : 'everyone',
    log,
    metrics,
    ...options,
  });
  stack.defer(() => gateway.stop());
  await gateway.start();

  const server = createServer({ requestTimeout: REQUEST_DEADLINE_MS }, application(gateway, settings, log));
  gateway.attachWebSocket(server, GRAPHQL_PATH);
  const port = await listen(server, settings.port, settings.host);
  // What is in hand may finish; what is only kept alive, or takes too long, is cut.
  stack.defer(() => closeServer(server));
  if (settings.metricsPort !== null) {
    const metricsServer = createServer(metricsApplication(metrics.registry));
    await listen(metricsServer, settings.metricsPort, settings.host);
    stack.defer(() => closeServer(metricsServer));
  }
  // Before the connections: callbacks that come now are answered 503, sockets are told to come back.
  stack.defer(() => gateway.drain());

  const resources = stack.move();
  let stopping: Promise<void> | null = null;
  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    stop: () => (stopping ??= resources.disposeAsync()),
  };
}

function application(gateway: KycGateway, settings: Settings, log: Logger): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', settings.trustProxy);
  app.use('/callbacks/kyc', gateway.callbacks);
  if (!settings.production) app.use(GRAPHQL_PATH, graphiqlRouter());
  if (settings.corsOrigins.length > 0) {
    app.use(GRAPHQL_PATH, cors({ origin: corsOrigin(settings.corsOrigins), maxAge: 86_400 }));
  }
  app.use('/graphql/stream', gateway.stream);
  app.use('/graphql', gateway.graphql);
  app.use('/console', consoleRouter(settings.production ? {} : { development: developmentOf(gateway, settings) }));
  const live: RequestHandler = (_request, response) => {
    response.json({ status: 'live' });
  };
  app.get('/health/live', live).all('/health/live', readOnly);
  app.get('/health/ready', readiness(gateway, log)).all('/health/ready', readOnly);
  if (settings.metricsPort === null) {
    app.get('/metrics', adminOnly(gateway), metricsHandler(gateway.metrics.registry)).all('/metrics', readOnly);
  }
  app.use(notFound);
  app.use(failure(log));
  return app;
}

/** The metrics on a port of their own, for whoever reaches it. */
function metricsApplication(registry: Registry): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', metricsHandler(registry)).all('/metrics', readOnly).use(notFound);
  return app;
}

const readOnly: RequestHandler = (_request, response) => {
  sendError(response, new HttpError('METHOD_NOT_ALLOWED', 'Send a GET.', { headers: { Allow: 'GET, HEAD' } }));
};

const notFound: RequestHandler = (_request, response) => {
  sendError(response, new KycError('NOT_FOUND', 'No such path. The README lists the paths of this server.'));
};

function developmentOf(gateway: KycGateway, settings: Settings): DevelopmentOptions {
  return {
    secret: settings.secrets.current,
    authenticate: async (request) => (await gateway.context(request)).viewer,
  };
}

function corsOrigin(origins: readonly string[]): string | string[] {
  return origins.includes('*') ? '*' : [...origins];
}

function readiness(gateway: KycGateway, log: Logger): RequestHandler {
  return async (_request, response) => {
    try {
      await gateway.checkReady();
      response.json({ status: 'ready' });
    } catch (error) {
      log.warn({ err: error }, 'not ready: callbacks cannot be recorded for now');
      sendError(response, new KycError('NOT_READY', messageOf(error)));
    }
  };
}

function adminOnly(gateway: KycGateway): RequestHandler {
  return async (request, response, next) => {
    try {
      const { viewer } = await gateway.context(request);
      requireAdmin(viewer);
      next();
    } catch (error) {
      const cause = causeOf(error);
      if (!(cause instanceof KycError)) return next(error);
      const advice = 'Send a token with the scope kyc:admin, or give the metrics a port of their own: METRICS_PORT.';
      const isOutage = cause.code === 'AUTHENTICATION_UNAVAILABLE';
      sendError(response, isOutage ? cause : new KycError(cause.code, advice));
    }
  };
}

function metricsHandler(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.set('Content-Type', registry.contentType).send(await registry.metrics());
  };
}

/** The last word on a request that failed: the log has the error, the client does not. */
function failure(log: Logger): ErrorRequestHandler {
  return (error, request, response, next) => {
    // A client that left in the middle of its request is no failure of ours, and hears no answer.
    if (request.readableAborted || request.destroyed) return response.destroy();
    log.error({ err: error }, 'a request failed');
    if (response.headersSent) return next(error);
    sendError(response, new KycError('INTERNAL_SERVER_ERROR', 'Internal error; see the server log.'));
  };
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const deadline = setTimeout(() => server.closeAllConnections(), STOP_DEADLINE_MS);
  await closed;
  clearTimeout(deadline);
}
