/** The composition root: everything of the gateway put together, to mount in an Express and Apollo application. */
import type { Server } from 'node:http';
import type { ApolloServerPlugin } from '@apollo/server';
import type { RequestHandler, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { PubSubEngine } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import { type JwtOptions, jwtAuthenticator } from '../access/jwt.ts';
import type { Authenticate, AuthenticationRequest, Viewer } from '../access/viewer.ts';
import { createActions } from '../admin/actions.ts';
import { createReplay } from '../admin/replay.ts';
import { logHeadDaily } from '../audit/head-log.ts';
import { DeadLetterQueue } from '../callback/dead-letter-queue.ts';
import { createIntake } from '../callback/intake.ts';
import { callbackRouter } from '../callback/router.ts';
import { Confirmer } from '../confirmation/confirmer.ts';
import { CONFIRMATION_SCHEDULE, type ConfirmationSchedule } from '../confirmation/schedule.ts';
import { KycError } from '../errors.ts';
import { Feed } from '../feed/feed.ts';
import { openNotifier } from '../feed/notifier.ts';
import { createApollo, createApolloPlugin } from '../graphql/apollo.ts';
import type { KycContext } from '../graphql/context.ts';
import { contextError } from '../graphql/format-error.ts';
import type { IntrospectionAccess } from '../graphql/limits.ts';
import { operationPreparer } from '../graphql/operation.ts';
import { createSchema, resolvers, typeDefs } from '../graphql/schema.ts';
import { CommitQueue } from '../journal/commit-queue.ts';
import { DEFAULT_DATABASE_URL, openJournal } from '../journal/open.ts';
import { createLog } from '../telemetry/log.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { findTracing } from '../telemetry/tracing.ts';
import { Connections } from '../transport/connections.ts';
import { httpHandler } from '../transport/graphql-http.ts';
import { eventStreamTransport } from '../transport/sse/transport.ts';
import { type LiveTransportOptions, webSocketTransport } from '../transport/websocket/transport.ts';
import { type CallbackSecrets, checkSecrets } from '../xgateway/callback-hash.ts';
import type { XgatewayApiOptions } from '../xgateway/kyc-api.ts';

/** What a gateway is made from. */
export interface KycGatewayOptions {
  /** The secret shared with XGateway, and the one before while it is rotated. */
  readonly secrets: CallbackSecrets;
  /** Where the journal lives: `sqlite:<path>`, or `postgres://…` for several instances. Default `sqlite:data/kyc.db`. */
  readonly databaseUrl?: string;
  /** How tokens are verified: JWT options, or a function of the owner's own. */
  readonly access: JwtOptions | Authenticate;
  /** A `FULL_USER` is verified only once it is confirmed. Default false. */
  readonly requireConfirmation?: boolean;
  /** XGateway's API, to confirm what callbacks say. Default: nothing is confirmed but by people. */
  readonly xgatewayApi?: XgatewayApiOptions | undefined;
  /** How XGateway's API is asked. */
  readonly confirmationSchedule?: Partial<ConfirmationSchedule> | undefined;
  /** CIDR ranges that callbacks may come from; default anywhere. */
  readonly callbackAllowedIps?: readonly string[];
  /** Leave callbacks of other types to the application's next handler. Default false: answer 422. */
  readonly passOtherCallbackTypes?: boolean;
  /** Who may ask for the schema itself, default everyone. */
  readonly introspection?: IntrospectionAccess;
  /** Tells several gateways that the journal has grown; stays the owner's to close. Default: LISTEN/NOTIFY in Postgres. */
  readonly notifier?: PubSubEngine;
  /** Default: a log of its own that tells of warnings and errors. */
  readonly log?: Logger;
  /** Default: in a registry of its own (`gateway.metrics.registry`). */
  readonly metrics?: Metrics;
  /** How long a subscriber may leave a frame unread before it is disconnected, in milliseconds, default 30,000. */
  readonly stallMs?: number;
}

/** A gateway's parts, to mount where the application likes. */
export interface KycGateway {
  /** Mount at the path that is registered with XGateway. */
  readonly callbacks: Router;
  /** Mount at `/graphql`. */
  readonly graphql: RequestHandler;
  /** GraphQL over server-sent events. Mount at `/graphql/stream`, before `graphql`. */
  readonly stream: RequestHandler;
  /** Takes WebSocket upgrades at `path`, default `/graphql`. */
  attachWebSocket(server: Server, path?: string): void;
  readonly typeDefs: string;
  readonly resolvers: typeof resolvers;
  readonly schema: GraphQLSchema;
  /** For an Apollo Server of the application's own: the operation limits, and a drain of the gateway when it stops. */
  readonly apolloPlugin: ApolloServerPlugin<KycContext>;
  readonly metrics: Metrics;
  /**
   * The context that the resolvers want, for a request. Rejects with a `GraphQLError` for a bad token, which an Apollo Server
   * answers with 401, or with 503 when that can't be told for now.
   */
  context(request: AuthenticationRequest): Promise<KycContext>;
  /** Resolves when a callback could be recorded now. */
  checkReady(): Promise<void>;
  /** Must resolve before anything is served. */
  start(): Promise<void>;
  /**
   * Refuses new callbacks with 503, finishes the commit in hand, and closes the sockets and streams so that clients come back. Queries
   * are still answered.
   */
  drain(): Promise<void>;
  /** Drains, and closes the journal. */
  stop(): Promise<void>;
}

/** Everybody who comes meets an outage of the issuer: the log is told of it once in a while. */
const OUTAGE_TOLD_EVERY_MS = 10_000;

/** Opens the journal and makes a gateway. Rejects when a secret is missing, or another process serves the journal. */
export async function createKycGateway(options: KycGatewayOptions): Promise<KycGateway> {
  checkSecrets(options.secrets);
  const verify = typeof options.access === 'function' ? options.access : jwtAuthenticator(options.access);
  const log = options.log ?? createLog('warn');
  const metrics = options.metrics ?? createMetrics();
  const introspection = options.introspection ?? 'everyone';
  const databaseUrl = options.databaseUrl ?? DEFAULT_DATABASE_URL;
  const journal = await openJournal(databaseUrl, { log });
  const notifier =
    options.notifier === undefined
      ? await openNotifier(databaseUrl)
      : { engine: options.notifier, close: async () => {} };
  const feed = new Feed(journal, notifier.engine);
  const tracing = findTracing();
  const queue = new CommitQueue(journal, {
    onCommit(outcomes, tookMs, batch) {
      const durableAt = performance.now();
      metrics.commitSize.observe(outcomes.length);
      metrics.commitDuration.observe(tookMs / 1_000);
      const updates = outcomes.flatMap((one) => (one.outcome === 'applied' ? [one.update] : []));
      feed.committed(updates);
      const pushedAt = performance.now();
      confirmer?.committed(updates);
      tracing?.committed(batch, outcomes, { startedAt: durableAt - tookMs, durableAt, pushedAt });
    },
    onUnavailable: (error) => log.error({ err: error }, 'reports could not be recorded: their senders try again'),
  });
  const requireConfirmation = options.requireConfirmation ?? false;
  const pace = { ...CONFIRMATION_SCHEDULE, ...options.confirmationSchedule };
  const confirmer: Confirmer | null =
    options.xgatewayApi === undefined
      ? null
      : new Confirmer({
          journal,
          queue,
          api: options.xgatewayApi,
          pace,
          requireConfirmation,
          log,
          observe: metrics.lookups,
        });
  metrics.watch({ journal, feedPosition: () => feed.position, isApiPaused: () => confirmer?.isPaused ?? null });
  const replay = createReplay({
    queue,
    deadLetters: journal.deadLetters,
    secrets: options.secrets,
    requireConfirmation,
    onSuperseded: (customerId) => confirmer?.ask(customerId),
  });
  const actions = createActions({ journal, queue, feed, replay, confirmer, requireConfirmation, log });
  const deadLetters = new DeadLetterQueue(journal.deadLetters);
  let outageToldAt = 0;
  const authenticate = async (request: AuthenticationRequest): Promise<Viewer | null> => {
    try {
      return await verify(request);
    } catch (error) {
      const isOutage = error instanceof KycError && error.code === 'AUTHENTICATION_UNAVAILABLE';
      if (isOutage && Date.now() - outageToldAt > OUTAGE_TOLD_EVERY_MS) {
        outageToldAt = Date.now();
        log.error({ err: error }, 'nobody new is let in: who they are cannot be told for now');
      }
      throw error;
    }
  };
  const contextFor = (viewer: Viewer | null): KycContext => ({ journal, feed, actions, viewer, log });
  const context = async (request: AuthenticationRequest) => {
    const viewer = await authenticate(request).catch((error: unknown) => {
      throw contextError(error);
    });
    return contextFor(viewer);
  };
  const schema = createSchema();
  const intake = createIntake({
    queue,
    deadLetters,
    secrets: options.secrets,
    requireConfirmation,
    passOtherTypes: options.passOtherCallbackTypes ?? false,
    log,
    tracing,
    onGenuine: (secret) => metrics.genuineCallbacks.labels(secret).inc(),
  });
  const live: LiveTransportOptions = {
    authenticate,
    contextFor,
    prepare: operationPreparer(schema, introspection),
    connections: new Connections(),
    metrics,
    log,
    stallMs: options.stallMs ?? 30_000,
  };
  const sockets = webSocketTransport(live);
  const streams = eventStreamTransport(live);
  let draining: Promise<void> | null = null;
  const drain = () =>
    (draining ??= Promise.all([
      queue.close(),
      deadLetters.settled(),
      confirmer?.stop(),
      sockets.stop(),
      streams.stop(),
    ]).then(() => {}));
  const apolloPlugin = createApolloPlugin({ introspection, drain });
  const apollo = createApollo(schema, apolloPlugin, log);
  let headLog: Disposable | null = null;
  const shutDown = async () => {
    headLog?.[Symbol.dispose]();
    await drain();
    await apollo.stop();
    feed.stop();
    await notifier.close();
    await journal.close();
  };
  let stopping: Promise<void> | null = null;

  return {
    callbacks: callbackRouter({
      intake,
      allowedIps: options.callbackAllowedIps ?? [],
      passOtherTypes: options.passOtherCallbackTypes ?? false,
      onOutcome: ({ answer }) => metrics.callbacks.labels(answer).inc(),
    }),
    graphql: httpHandler(apollo, context),
    stream: streams.handler,
    attachWebSocket: (server, path = '/graphql') => sockets.attach(server, path),
    typeDefs,
    resolvers,
    schema,
    apolloPlugin,
    metrics,
    context,
    async checkReady() {
      if (draining !== null) throw new KycError('SHUTTING_DOWN', 'The gateway is shutting down.');
      await journal.checkWritable();
    },
    async start() {
      await feed.start();
      await confirmer?.start();
      headLog = logHeadDaily(journal, log);
      await apollo.start();
    },
    drain,
    stop: () => (stopping ??= shutDown()),
  };
}
