/** The composition root: everything of the gateway put together, to mount in an Express and Apollo application. */
import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { RequestHandler, Router } from 'express';
import type { GraphQLSchema } from 'graphql';
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { type Logger, pino } from 'pino';
import { type Authenticate, type JwtOptions, jwtAuthenticator } from './access/jwt.ts';
import type { Viewer } from './access/viewer.ts';
import type { CallbackSecrets } from './callback/hash.ts';
import { createIntake } from './callback/intake.ts';
import { callbackRouter } from './callback/router.ts';
import { Feed } from './feed/feed.ts';
import type { KycContext } from './graphql/context.ts';
import { formatError } from './graphql/format-error.ts';
import { createSchema, resolvers, typeDefs } from './graphql/schema.ts';
import { CommitQueue } from './journal/commit-queue.ts';
import { DEFAULT_DATABASE_URL, openJournal } from './journal/open.ts';
import { httpHandler } from './transport/http.ts';
import { webSocketTransport } from './transport/ws.ts';

/** What a gateway is made from. */
export interface KycGatewayOptions {
  /** The secret shared with XGateway, and the one before while it is rotated. */
  readonly secrets: CallbackSecrets;
  /** Where the journal lives: `sqlite:<path>`. Default `sqlite:data/kyc.db`. */
  readonly databaseUrl?: string;
  /** How tokens are verified: JWT options, or a function of the owner's own. */
  readonly access: JwtOptions | Authenticate;
  /** A `FULL_USER` is verified only once it is confirmed. Default false. */
  readonly requireConfirmation?: boolean;
  /** CIDR ranges that callbacks may come from; default anywhere. */
  readonly callbackAllowedIps?: readonly string[];
  /** Leave callbacks of other types to the application's next handler. Default false: answer 422. */
  readonly passOtherCallbackTypes?: boolean;
  /** Answer introspection queries. Default true. */
  readonly introspection?: boolean;
  /** Tells several gateways that the journal has grown. Default: in this process alone. */
  readonly doorbell?: PubSubEngine;
  readonly log?: Logger;
}

/** A gateway's parts, to mount where the application likes. */
export interface KycGateway {
  /** Mount at the path that is registered with XGateway. */
  readonly callbacks: Router;
  /** Mount at `/graphql`. */
  readonly graphql: RequestHandler;
  /** Takes WebSocket upgrades at `path`, default `/graphql`. */
  attachWebSocket(server: Server, path?: string): void;
  readonly typeDefs: string;
  readonly resolvers: typeof resolvers;
  readonly schema: GraphQLSchema;
  /** The context that the resolvers want, for the value of an `Authorization` header. */
  context(authorization: string | undefined): Promise<KycContext>;
  /** Resolves when a callback could be recorded now. */
  checkReady(): Promise<void>;
  /** Must resolve before anything is served. */
  start(): Promise<void>;
  /** Refuses new callbacks, finishes the commit in hand, closes the sockets and the journal. */
  stop(): Promise<void>;
}

const SOCKET_DEADLINE_MS = 3_000;

/** Opens the journal and makes a gateway. Rejects when another process serves the journal. */
export async function createKycGateway(options: KycGatewayOptions): Promise<KycGateway> {
  const log = options.log ?? pino({ level: 'warn' });
  const journal = await openJournal(options.databaseUrl ?? DEFAULT_DATABASE_URL);
  const feed = new Feed(journal, options.doorbell ?? new PubSub());
  const queue = new CommitQueue(journal, {
    onCommit: (outcomes) => feed.committed(outcomes.flatMap((one) => (one.outcome === 'applied' ? [one.update] : []))),
  });
  const verify = typeof options.access === 'function' ? options.access : jwtAuthenticator(options.access);
  const authenticate = async (authorization: string | undefined): Promise<Viewer | null> => verify(authorization);
  const contextFor = (viewer: Viewer | null): KycContext => ({ journal, feed, viewer });
  const context = async (authorization: string | undefined) => contextFor(await authenticate(authorization));
  const schema = createSchema();
  const apollo = new ApolloServer<KycContext>({
    schema,
    formatError,
    introspection: options.introspection ?? true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: { requestHeaders: ['authorization', 'x-apollo-operation-name', 'apollo-require-preflight'] },
    parseOptions: { maxTokens: 1_000 },
    plugins: [ApolloServerPluginLandingPageDisabled(), ApolloServerPluginCacheControlDisabled()],
  });
  const sockets = webSocketTransport({ schema, authenticate, contextFor });
  const intake = createIntake({
    queue,
    secrets: options.secrets,
    requireConfirmation: options.requireConfirmation ?? false,
    log,
  });
  let stopping: Promise<void> | null = null;
  const shutDown = async () => {
    await queue.close();
    feed.stop();
    await sockets.stop(SOCKET_DEADLINE_MS);
    await apollo.stop();
    await journal.close();
  };

  return {
    callbacks: callbackRouter({
      intake,
      allowedIps: options.callbackAllowedIps ?? [],
      passOtherTypes: options.passOtherCallbackTypes ?? false,
    }),
    graphql: httpHandler(apollo, context),
    attachWebSocket: (server, path = '/graphql') => sockets.attach(server, path),
    typeDefs,
    resolvers,
    schema,
    context,
    checkReady: async () => journal.checkWritable(),
    async start() {
      await feed.start();
      await apollo.start();
    },
    stop: () => (stopping ??= shutDown()),
  };
}
