/** The server: the gateway behind an HTTP listener of its own. */
import type { Logger } from 'pino';
import { createKycGateway, type KycGateway, type KycGatewayOptions, type KycSecrets } from '../gateway/create.ts';
import { observeTurns } from '../http/turn.ts';
import type { JournalFacts } from '../journal/journal.ts';
import { type SessionSecrets, type SessionTimes, signInUrls } from '../sign-in/options.ts';
import { createSignIn, type SignIn } from '../sign-in/sign-in.ts';
import { monitorEventLoop } from '../telemetry/event-loop.ts';
import { guardedLog } from '../telemetry/guarded-log.ts';
import { collectProcessMetrics, createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { messageClasses } from './express-messages.ts';
import { listen } from './listener.ts';
import { receive } from './receive.ts';
import { application, GRAPHQL_PATH, metricsApplication } from './routes.ts';
import { createServerMetrics } from './server-metrics.ts';
import type { Settings } from './settings.ts';
import { ReplaceableDocuments } from './trusted-documents.ts';

export { STOP_DEADLINE_MS } from './listener.ts';

/** What `rotateSecrets` replaces. What is left out stays as it is. */
export interface ServerSecrets extends KycSecrets {
  /** The secrets that session cookies are encrypted with. Ignored where nobody signs in. */
  readonly sessions?: SessionSecrets | undefined;
}

/** A server that listens. */
export interface KycServer {
  /** For example `http://127.0.0.1:4000`, with `BASE_PATH`. */
  readonly url: string;
  /** Replaces secrets while it runs. Throws a `TypeError`, and replaces none, when one can't be used. */
  rotateSecrets(secrets: ServerSecrets): void;
  /** Replaces the trusted documents. Does nothing on a server that was started without any. */
  replaceTrustedDocuments(documents: ReadonlyMap<string, string>): void;
  /** Shows in the metrics whether the secrets in files are those in use. */
  secretsRead(areInUse: boolean): void;
  /** Where the journal is, its position at start, and whether it was made. */
  readonly journal: JournalFacts;
  /**
   * Refuses new callbacks, finishes the work in progress, then closes every connection. Requests in progress have
   * `STOP_DEADLINE_MS`. Safe to call more than once.
   * @param graceMs how long requests that arrive on open connections are still answered, default 0. Load balancers need some.
   */
  stop(graceMs?: number): Promise<void>;
}

/** Options that do not come from the environment. */
export interface ServerOptions
  extends Pick<
    Partial<KycGatewayOptions>,
    'stallMs' | 'access' | 'confirmationSchedule' | 'onCallback' | 'trustedDocuments'
  > {
  /** The most open connections. Default: what the limit on file descriptors allows. */
  readonly maxConnections?: number;
  /** How long sessions last, for tests. */
  readonly sessionTimes?: Partial<SessionTimes>;
  /** How many lines of the log were dropped so far, for the metrics. Default: none ever. */
  readonly droppedLogLines?: (() => number) | undefined;
}

/**
 * Starts a server. Resolves when it is ready. Rejects when the journal can't be opened or the port can't be listened on, with
 * everything released again.
 */
export async function startServer(given: Settings, ownerLog: Logger, options: ServerOptions = {}): Promise<KycServer> {
  // The console signs callbacks with the secret that holds when it does.
  const settings = { ...given, secrets: { ...given.secrets } };
  const { maxConnections, droppedLogLines, sessionTimes, ...gatewayOptions } = options;
  const { host } = settings;
  const log = guardedLog(ownerLog);
  await using stack = new AsyncDisposableStack();
  const metrics = createMetrics();
  collectProcessMetrics(metrics.registry);
  const eventLoop = stack.use(monitorEventLoop(metrics.registry));
  observeTurns((tookMs) => eventLoop.took('graphql', tookMs));
  const { secretsRead } = createServerMetrics(metrics.registry, Object.keys(settings.changed), droppedLogLines);
  const signIn = signInOf(settings, sessionTimes, log);
  const { trustedDocuments: trusted } = settings;
  const documents = trusted == null ? undefined : new ReplaceableDocuments(trusted.documents);
  const gateway = await createGateway(settings, log, metrics, {
    trustedDocuments: documents && { documents, only: trusted?.only },
    ...(signIn !== null && { session: signIn.viewer }),
    onBlockingCommit: (tookMs) => eventLoop.took('commit', tookMs),
    ...gatewayOptions,
  });
  stack.defer(() => gateway.stop());
  await gateway.start();

  const { port, anotherPort, basePath } = settings;
  const app = application({ gateway, settings, log, signIn });
  const messages = messageClasses(app);
  const main = { port, anotherPort, host, setting: 'PORT', log, maxConnections, messages } as const;
  const listener = await listen(receive(app, settings), main, (server) => {
    gateway.attachWebSocket(server, GRAPHQL_PATH);
    if (basePath !== '') gateway.attachWebSocket(server, basePath + GRAPHQL_PATH);
  });
  let grace = 0;
  stack.defer(() => listener.close(grace));
  if (settings.metricsPort !== null) {
    const own = { port: settings.metricsPort, host, setting: 'METRICS_PORT', log } as const;
    const metricsListener = await listen(receive(metricsApplication(metrics.registry), settings), own);
    stack.defer(() => metricsListener.close());
  }
  // Before the connections close: callbacks that arrive now get 503, sockets close with a code that makes clients reconnect.
  stack.defer(() => {
    listener.beginDraining();
    return gateway.drain();
  });

  const resources = stack.move();
  let stopping: Promise<void> | null = null;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${listener.port}${basePath}`,
    journal: gateway.journalFacts,
    secretsRead,
    replaceTrustedDocuments: (replacement) => documents?.replace(replacement),
    rotateSecrets({ sessions, ...secrets }) {
      if (sessions !== undefined) signIn?.rotate(sessions);
      gateway.rotateSecrets(secrets);
      Object.assign(settings.secrets, secrets.callbacks);
    },
    stop(graceMs = 0) {
      if (stopping === null) {
        grace = graceMs;
        stopping = resources.disposeAsync();
      }
      return stopping;
    },
  };
}

function signInOf({ signIn }: Settings, times: Partial<SessionTimes> | undefined, log: Logger): SignIn | null {
  return signIn == null ? null : createSignIn({ ...signIn, times: { ...signIn.times, ...times } }, log);
}

function createGateway(
  settings: Settings,
  log: Logger,
  metrics: Metrics,
  options: Partial<KycGatewayOptions>,
): Promise<KycGateway> {
  const { xgatewayApi, production } = settings;
  return createKycGateway({
    secrets: settings.secrets,
    databaseUrl: settings.databaseUrl,
    access: settings.access,
    requireConfirmation: settings.requireConfirmation,
    confirmRequiresTwo: settings.confirmRequiresTwo,
    xgatewayApi: xgatewayApi === null ? undefined : { ...xgatewayApi, allowHttp: !production },
    callbackAllowedIps: settings.callbackAllowedIps,
    trustProxy: settings.trustProxy === false ? undefined : settings.trustProxy,
    callbacksPerCustomerPerMinute: settings.callbacksPerCustomerPerMinute,
    limits: settings.limits,
    auditLogDays: settings.auditLogDays,
    logCustomerIds: settings.logCustomerIds,
    allowedOrigins: [
      ...settings.corsOrigins,
      ...(settings.signIn ? [signInUrls(settings.signIn.publicUrl).origin] : []),
    ],
    introspection: production ? 'admin' : 'everyone',
    // In a federated graph, nodes are the router's concern.
    relayNode: settings.federation == null,
    federation: settings.federation ?? undefined,
    subscriptionCallbackUrls: settings.subscriptionCallbackUrls,
    log,
    metrics,
    ...options,
  });
}
