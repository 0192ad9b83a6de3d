/** What a gateway is made from, and what is checked before anything is opened. */
import type { PubSubEngine } from 'graphql-subscriptions';
import type { Logger } from 'pino';
import { guardedAuthenticate } from '../access/guarded-authenticate.ts';
import { type JwtAuthenticator, type JwtOptions, jwtAuthenticator } from '../access/jwt.ts';
import { type LimitOptions, resolveLimits } from '../access/limits.ts';
import { refusedOriginReporter } from '../access/refused-origins.ts';
import type { Authenticate, FindViewer } from '../access/viewer.ts';
import { DEFAULT_AUDIT_LOG_DAYS } from '../audit/retention.ts';
import { DEFAULT_CALLBACKS_PER_CUSTOMER_PER_MINUTE } from '../callback/intake.ts';
import { CONFIRMATION_SCHEDULE, type ConfirmationSchedule } from '../confirmation/schedule.ts';
import { withoutCredentials } from '../errors.ts';
import type { TrustedDocuments } from '../graphql/documents/trusted-documents.ts';
import type { SubgraphEntity } from '../graphql/federation-entity.ts';
import type { IntrospectionAccess } from '../graphql/limits.ts';
import { invalidAddressRanges } from '../http/address-range.ts';
import { type AllowedUrls, invalidAllowedUrls, parseAllowedUrls } from '../http/allowed-urls.ts';
import type { TrustProxy } from '../http/client-address.ts';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../journal/open.ts';
import type { AnsweredCallback } from '../telemetry/callback-line.ts';
import { CustomerNames, type LogCustomerIds } from '../telemetry/customer-ids.ts';
import { guardedLog } from '../telemetry/guarded-log.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import { openDefaultLog } from '../telemetry/server-log.ts';
import type { CallbackSecrets } from '../xgateway/callback-hash.ts';
import type { XgatewayApiOptions } from '../xgateway/kyc-api.ts';
import { checkOptions } from './option-checks.ts';
import { Secrets } from './secrets.ts';

/** What a gateway is made from. */
export interface KycGatewayOptions {
  /** The secret shared with XGateway, and the previous one while you rotate. */
  readonly secrets: CallbackSecrets;
  /** Where the journal is: `sqlite:<path>`, `postgres://…` for several instances, or `sqlite::memory:` for tests. Default `sqlite:data/kyc.db`. */
  readonly databaseUrl?: string;
  /**
   * How callers are authenticated: JWT options, or a function of yours. The function has 10 seconds to answer, and at most 1,000
   * calls wait at once; beyond either, the caller gets `AUTHENTICATION_UNAVAILABLE` (503, or close code 1013).
   */
  readonly access: JwtOptions | Authenticate;
  /**
   * Identifies people by a session of their own, such as a cookie, where a request brings no token. It has to check `origin`: a browser
   * sends cookies with the requests of any page. Default: only `access` counts.
   */
  readonly session?: Authenticate | undefined;
  /** How many days the audit log of what people did is kept. Default 730; 0 keeps it for ever. */
  readonly auditLogDays?: number | undefined;
  /** A `FULL_USER` is `verified` only once it is confirmed. Default: true when `xgatewayApi` is given, else false. */
  readonly requireConfirmation?: boolean;
  /**
   * Two people have to agree before a customer becomes verified on a person's word: with `confirmKyc` and `correctKyc`, or with `confirm` and
   * `correct` in code; `record` then refuses `verified`. Default false.
   */
  readonly confirmRequiresTwo?: boolean | undefined;
  /** XGateway's API, to confirm what callbacks say. Default: only people confirm. */
  readonly xgatewayApi?: XgatewayApiOptions | undefined;
  /** When and how often XGateway's API is called. */
  readonly confirmationSchedule?: Partial<ConfirmationSchedule> | undefined;
  /** IP addresses and CIDR ranges that callbacks may come from. Default: any. */
  readonly callbackAllowedIps?: readonly string[];
  /**
   * How many changes per minute callbacks may make to one customer, dead letters included; further ones get 429. Repetitions don't count,
   * and what takes `FULL_USER` away is never refused. Default 120; 0 turns the limit off.
   */
  readonly callbacksPerCustomerPerMinute?: number | undefined;
  /**
   * The proxies in front whose `X-Forwarded-For` is believed: how many hops, or their addresses and CIDR ranges. It decides whose address
   * is checked and counted, over every transport. Default: Express' `trust proxy`; WebSockets then have the connection's address.
   */
  readonly trustProxy?: TrustProxy | undefined;
  /** Pass callbacks of other types to the application's next handler. Default false: answer 422. */
  readonly passOtherCallbackTypes?: boolean;
  /** Who may read the schema itself. Default: `admin` with `NODE_ENV=production`, else everyone. */
  readonly introspection?: IntrospectionAccess;
  /**
   * Adds `interface Node` and the queries `node` and `nodes` to the schema, for Relay. Default false: leave them out where your schema
   * has its own.
   */
  readonly relayNode?: boolean | undefined;
  /**
   * Origins of web pages, such as `https://shop.example`, that may use the gateway with cookies or with an `access` function of
   * yours. Pages of the gateway's own host always may, and pages of `localhost` unless `NODE_ENV` is `production`. Default: none.
   */
  readonly allowedOrigins?: readonly string[];
  /** Serve the schema as a subgraph of Apollo Federation 2, at all of the gateway's paths. Default: no. */
  readonly federation?: SubgraphEntity | undefined;
  /**
   * Documents that are registered beforehand, which clients name by `documentId` over every transport. With `only: true` no other document
   * is executed. Default: none, and every document is.
   */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /**
   * The callback URLs of Apollo Routers that may subscribe by the HTTP callback protocol: scheme, host, port and the first path segments,
   * such as `http://router:4040/callback`; also CIDR ranges of private addresses that their hosts may have. Default: none, and the
   * protocol is off.
   */
  readonly subscriptionCallbackUrls?: readonly string[] | undefined;
  /** Limits on GraphQL operations and connections. What is left out keeps its default (`DEFAULT_LIMITS`). */
  readonly limits?: LimitOptions | undefined;
  /**
   * Tells other gateways that the journal has grown. You close it, after `stop()`. Default: `LISTEN`/`NOTIFY` in Postgres,
   * nothing for SQLite.
   */
  readonly notifier?: PubSubEngine;
  /** Default: a log of warnings and errors on standard output. A log that throws is ignored. */
  readonly log?: Logger;
  /** How the log names customers: by their ID (default), or `hashed`: by a keyed hash, the same for as long as the journal exists. */
  readonly logCustomerIds?: LogCustomerIds | undefined;
  /**
   * Called with each genuine callback when it is answered, instead of the line `callback` in `log` (level info). An error that it throws
   * is logged.
   */
  readonly onCallback?: ((callback: AnsweredCallback) => void) | undefined;
  /** Called after each commit that held the event loop (SQLite), with how long it took in milliseconds. */
  readonly onBlockingCommit?: ((tookMs: number) => void) | undefined;
  /** Default: metrics in a registry of their own (`gateway.metrics.registry`). */
  readonly metrics?: Metrics;
  /** How long a subscriber may leave a frame unread before it is disconnected, in milliseconds. Default 30,000. */
  readonly stallMs?: number;
}

/** The options with their defaults. Nothing is open yet. */
export type ResolvedOptions = ReturnType<typeof resolveOptions>;

/** Checks the options and adds the defaults. Throws a `TypeError` that names the option. */
export function resolveOptions(options: KycGatewayOptions) {
  checkOptions(options);
  const customerNames = new CustomerNames(options.logCustomerIds);
  const log = customerNames.in(guardedLog(options.log ?? openDefaultLog()));
  const callbackAllowedIps = options.callbackAllowedIps ?? [];
  checkRanges('callbackAllowedIps', callbackAllowedIps);
  checkTrustProxy(options.trustProxy);
  const databaseUrl = options.databaseUrl ?? DEFAULT_DATABASE_URL;
  parseDatabaseUrl(databaseUrl);
  const { access } = options;
  const tokens = typeof access === 'function' ? null : jwtAuthenticator(access);
  const secrets = new Secrets({ callbacks: options.secrets, tokens, apiKey: options.xgatewayApi?.key, databaseUrl });
  return {
    secrets,
    customerNames,
    onCallback: options.onCallback,
    onBlockingCommit: options.onBlockingCommit,
    databaseUrl,
    // Tokens in the cache are answered however many others wait for the issuer's keys, which have a deadline of their own.
    authenticate: withSession(
      typeof access === 'function'
        ? guardedAuthenticate(access, log)
        : guardedAuthenticate(tokens as JwtAuthenticator, log, { maxInFlight: Number.POSITIVE_INFINITY }),
      options.session && guardedAuthenticate(options.session, log),
    ),
    requireConfirmation: options.requireConfirmation ?? options.xgatewayApi !== undefined,
    confirmRequiresTwo: options.confirmRequiresTwo ?? false,
    xgatewayApi: options.xgatewayApi && { ...options.xgatewayApi, key: secrets.apiKey },
    confirmationSchedule: { ...CONFIRMATION_SCHEDULE, ...options.confirmationSchedule },
    callbackAllowedIps,
    trustProxy: options.trustProxy,
    callbacksPerCustomerPerMinute: options.callbacksPerCustomerPerMinute ?? DEFAULT_CALLBACKS_PER_CUSTOMER_PER_MINUTE,
    passOtherCallbackTypes: options.passOtherCallbackTypes ?? false,
    introspection: options.introspection ?? (process.env['NODE_ENV'] === 'production' ? 'admin' : 'everyone'),
    relayNode: options.relayNode ?? false,
    origins: {
      allowedOrigins: options.allowedOrigins ?? [],
      customAuthenticate: typeof options.access === 'function',
      allowLoopback: process.env['NODE_ENV'] !== 'production',
      onRefused: refusedOriginReporter(log),
    },
    federation: options.federation,
    trustedDocuments: options.trustedDocuments,
    subscriptionCallbackUrls: allowedUrls(options.subscriptionCallbackUrls ?? []),
    auditLogDays: options.auditLogDays ?? DEFAULT_AUDIT_LOG_DAYS,
    limits: resolveLimits(options.limits),
    notifier: options.notifier,
    log,
    metrics: options.metrics ?? createMetrics(),
    stallMs: options.stallMs ?? 30_000,
  };
}

/** A token takes precedence over any cookie: a bad token is refused. */
function withSession(access: FindViewer, session: FindViewer | undefined): FindViewer {
  if (session === undefined) return access;
  return async (request) => (await access(request)) ?? (await session(request));
}

/** Null: none are allowed. Throws a `TypeError` that names an item that is no URL and no range. */
function allowedUrls(items: readonly string[]): AllowedUrls | null {
  const [invalid] = invalidAllowedUrls(items);
  if (invalid === undefined) return items.length === 0 ? null : parseAllowedUrls(items);
  throw new TypeError(
    `subscriptionCallbackUrls: "${withoutCredentials(invalid).slice(0, 100)}" is neither a plain http(s) URL such as http://router:4040/callback nor a CIDR range.`,
  );
}

function checkTrustProxy(trustProxy: unknown): void {
  if (trustProxy === undefined) return;
  if (Array.isArray(trustProxy)) checkRanges('trustProxy', trustProxy);
  else if (!Number.isSafeInteger(trustProxy) || (trustProxy as number) < 0) {
    throw new TypeError(
      `trustProxy must be a number of hops or a list of addresses and CIDR ranges, not ${String(trustProxy)}.`,
    );
  }
}

function checkRanges(option: string, items: readonly string[]): void {
  const [invalid] = invalidAddressRanges(items);
  if (invalid === undefined) return;
  throw new TypeError(`${option}: "${invalid}" is not an IP address or a CIDR range such as 203.0.113.0/24.`);
}
