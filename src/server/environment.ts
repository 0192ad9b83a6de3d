/** The environment variables: what each means, and what its text may be. */
import { z } from 'zod';
import { DEFAULT_LIMITS, type LimitOptions } from '../access/limits.ts';
import { invalidAddressRanges } from '../http/address-range.ts';
import { isPlainPath } from '../http/base-path.ts';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../journal/open.ts';
import { LOG_LEVELS } from '../telemetry/log.ts';

/** Where callbacks are received unless `CALLBACK_PATH` says otherwise. */
export const DEFAULT_CALLBACK_PATH = '/callbacks/kyc';
/** The other paths of the server. */
const OWN_PATHS = ['/graphql', '/console', '/health', '/metrics'];

const list = z.string().transform(split);
const RANGES = 'must be IP addresses or CIDR ranges, separated by commas';
const addressRanges = list.superRefine((items, context) => {
  nameInvalid(context, invalidAddressRanges(items), RANGES);
});
const TRUSTED = 'must be a number of hops or CIDR ranges (never "true")';
const ORIGINS = 'must be origins such as https://shop.example, separated by commas';
const port = z
  .string()
  .refine((text) => isCount(text) && Number(text) <= 65_535, 'must be a port number')
  .transform(Number);
const url = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' });
const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true');

/** A limit: a positive integer. Its default stands in access/limits.ts. */
function limit(description: string) {
  return z
    .string()
    .refine(
      (text) => isCount(text) && Number(text) >= 1 && Number.isSafeInteger(Number(text)),
      'must be a number from 1',
    )
    .transform(Number)
    .optional()
    .describe(description);
}

/** The environment variables, each with what the README says of it. */
export const environment = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test (or not set)')
    .optional()
    .describe('`production`, `development` or `test`. `production` asks for real secrets. Default: development.'),
  PORT: port
    .default(4_000)
    .describe(
      'The port. Default `4000`, and outside production the next free one when that is in use; `0` takes any free one.',
    ),
  HOST: z.string().optional().describe('The address to listen on. Default `127.0.0.1`; `0.0.0.0` in production.'),
  DATABASE_URL: z
    .string()
    .refine((text) => isDatabaseUrl(text), 'must be sqlite:<path to a file> or postgres://…')
    .default(DEFAULT_DATABASE_URL)
    .describe('The journal: `sqlite:<file>`, or `postgres://…` for several instances. Default `sqlite:data/kyc.db`.'),
  XGATEWAY_SECRET_KEY: z
    .string()
    .optional()
    .describe('The secret key of your XGateway account; it authenticates callbacks. Required in production.'),
  XGATEWAY_SECRET_KEY_PREVIOUS: z
    .string()
    .optional()
    .describe('The previous secret key, during a rotation. A metric shows when no callback uses it any more.'),
  JWT_SECRET: z
    .string()
    .refine((secret) => Buffer.byteLength(secret) >= 32, 'must have 32 bytes or more')
    .optional()
    .describe('Verifies HS256 tokens; 32 bytes or more. This or `JWT_JWKS_URL` is required in production, never both.'),
  JWT_JWKS_URL: url
    .optional()
    .describe('Verifies asymmetric tokens with the keys at this URL. Production needs issuer and audience with it.'),
  JWT_ISSUER: z.string().optional().describe('The `iss` that tokens must have.'),
  JWT_AUDIENCE: z.string().optional().describe('The `aud` that tokens must have.'),
  JWT_CUSTOMER_CLAIM: z.string().default('sub').describe("The claim that holds the customer's ID. Default `sub`."),
  XGATEWAY_API_KEY: z
    .string()
    .optional()
    .describe("Confirms what callbacks say with XGateway's API. Without it, nothing is confirmed."),
  XGATEWAY_API_URL: url
    .default('https://api.xgateway.tech/api/v2')
    .describe("The base URL of XGateway's API. Default `https://api.xgateway.tech/api/v2`."),
  REQUIRE_CONFIRMATION: flag
    .optional()
    .describe(
      '`true`: a `FULL_USER` is `verified` only once the API, or a person, has confirmed it. Default: `true` with `XGATEWAY_API_KEY`, else `false`.',
    ),
  CALLBACK_ALLOWED_IPS: addressRanges
    .default([])
    .describe(
      'Addresses and CIDR ranges that callbacks may come from. Default: any. Behind a proxy, set `TRUST_PROXY` too.',
    ),
  CALLBACKS_PER_CUSTOMER_PER_MINUTE: z
    .string()
    .refine((text) => isCount(text) && Number.isSafeInteger(Number(text)), 'must be a whole number, 0 or more')
    .transform(Number)
    .optional()
    .describe(
      'How many changes per minute callbacks may make to one customer; further ones get 429, and XGateway sends them again. What takes ' +
        '`FULL_USER` away is never refused. Default `120`; `0` turns it off.',
    ),
  CALLBACK_PATH: z
    .string()
    .refine(
      (path) => isPlainPath(path) && !isOwnPath(path),
      'must be a path such as /callbacks/kyc, of letters, digits and . _ ~ -, and not another path of this server',
    )
    .default(DEFAULT_CALLBACK_PATH)
    .describe(
      'Where callbacks are received. Default `/callbacks/kyc`; one that cannot be guessed keeps unknown senders away, and is not logged.',
    ),
  BASE_PATH: z
    .string()
    .transform((text) => text.replace(/\/+$/, ''))
    .refine(
      (path) => path === '' || (isPlainPath(path) && !isOwnPath(path)),
      'must be a path such as /kyc, of letters, digits and . _ ~ -, and not another path of this server',
    )
    .default('')
    .describe(
      'The path that a proxy serves this server under, such as `/kyc`. Requests are served with and without it, and links carry it. Default: none, or `X-Forwarded-Prefix` from a proxy in `TRUST_PROXY`.',
    ),
  TRUST_PROXY: z
    .string()
    .superRefine((text, context) => {
      if (!isCount(text)) nameInvalid(context, invalidAddressRanges(split(text)), TRUSTED);
    })
    .transform((text) => (isCount(text) ? Number(text) : split(text)))
    .optional()
    .describe('The proxies in front: how many hops, or their CIDR ranges. Default: none is trusted.'),
  CORS_ORIGINS: list
    .superRefine((origins, context) => {
      nameInvalid(
        context,
        origins.filter((origin) => !isOrigin(origin)),
        ORIGINS,
      );
    })
    .default([])
    .describe('Origins of web pages that may use GraphQL over HTTP, separated by commas; `*` for any. Default: none.'),
  LIMIT_DEPTH: limit(`The deepest GraphQL selection, in fields. Default \`${DEFAULT_LIMITS.depth}\`.`),
  LIMIT_TOKENS: limit(`Lexical tokens of a GraphQL document. Default \`${DEFAULT_LIMITS.tokens}\`.`),
  LIMIT_MESSAGE_BYTES: limit(`A GraphQL request or message, in bytes. Default \`${DEFAULT_LIMITS.messageBytes}\`.`),
  LIMIT_COST: limit(`The cost of a customer's operation. Default \`${DEFAULT_LIMITS.customer.cost}\`.`),
  LIMIT_ALIASES: limit(`Aliases in a customer's operation. Default \`${DEFAULT_LIMITS.customer.aliases}\`.`),
  LIMIT_SUBSCRIPTIONS_PER_SOCKET: limit(
    `Subscriptions of a customer's WebSocket. Default \`${DEFAULT_LIMITS.customer.subscriptionsPerSocket}\`.`,
  ),
  LIMIT_CONNECTIONS: limit(
    `WebSockets and event streams of one customer. Default \`${DEFAULT_LIMITS.customer.connections}\`.`,
  ),
  LIMIT_CONCURRENT_OPERATIONS: limit(
    `Operations of one customer that execute at once. Default \`${DEFAULT_LIMITS.customer.concurrentOperations}\`.`,
  ),
  LIMIT_QUEUED_OPERATIONS: limit(
    `Operations of one customer that wait for their turn. Default \`${DEFAULT_LIMITS.customer.queuedOperations}\`.`,
  ),
  LIMIT_SERVICE_COST: limit(`\`LIMIT_COST\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.cost}\`.`),
  LIMIT_SERVICE_ALIASES: limit(
    `\`LIMIT_ALIASES\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.aliases}\`.`,
  ),
  LIMIT_SERVICE_SUBSCRIPTIONS_PER_SOCKET: limit(
    `\`LIMIT_SUBSCRIPTIONS_PER_SOCKET\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.subscriptionsPerSocket}\`.`,
  ),
  LIMIT_SERVICE_CONNECTIONS: limit(
    `\`LIMIT_CONNECTIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.connections}\`.`,
  ),
  LIMIT_SERVICE_CONCURRENT_OPERATIONS: limit(
    `\`LIMIT_CONCURRENT_OPERATIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.concurrentOperations}\`.`,
  ),
  LIMIT_SERVICE_QUEUED_OPERATIONS: limit(
    `\`LIMIT_QUEUED_OPERATIONS\` of a token with kyc:read. Default \`${DEFAULT_LIMITS.service.queuedOperations}\`.`,
  ),
  METRICS_PORT: port
    .optional()
    .describe('A port of its own for `/metrics`. Default: the main port, for tokens with `kyc:admin`.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. Default `info`.'),
});

/** The environment once it is understood. */
export type Environment = z.output<typeof environment>;

/** The `LIMIT_*` settings as the gateway's `limits` option. */
export function limitOptions(read: Environment): LimitOptions {
  return {
    ...given({ depth: read.LIMIT_DEPTH, tokens: read.LIMIT_TOKENS, messageBytes: read.LIMIT_MESSAGE_BYTES }),
    customer: given({
      cost: read.LIMIT_COST,
      aliases: read.LIMIT_ALIASES,
      subscriptionsPerSocket: read.LIMIT_SUBSCRIPTIONS_PER_SOCKET,
      connections: read.LIMIT_CONNECTIONS,
      concurrentOperations: read.LIMIT_CONCURRENT_OPERATIONS,
      queuedOperations: read.LIMIT_QUEUED_OPERATIONS,
    }),
    service: given({
      cost: read.LIMIT_SERVICE_COST,
      aliases: read.LIMIT_SERVICE_ALIASES,
      subscriptionsPerSocket: read.LIMIT_SERVICE_SUBSCRIPTIONS_PER_SOCKET,
      connections: read.LIMIT_SERVICE_CONNECTIONS,
      concurrentOperations: read.LIMIT_SERVICE_CONCURRENT_OPERATIONS,
      queuedOperations: read.LIMIT_SERVICE_QUEUED_OPERATIONS,
    }),
  };
}

function given<Name extends string>(values: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Record<Name, number>>;
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function isCount(text: string): boolean {
  return /^\d+$/.test(text);
}

/** Adds a problem that names the items of a list that are wrong. Lists hold nothing secret. */
function nameInvalid(context: z.core.$RefinementCtx, invalid: readonly string[], expected: string): void {
  if (invalid.length === 0) return;
  const named = invalid.slice(0, 5).map((item) => JSON.stringify(item.slice(0, 60)));
  context.addIssue({ code: 'custom', message: `${expected}: ${named.join(', ')} is not` });
}

function isOwnPath(path: string): boolean {
  return OWN_PATHS.some((own) => path.toLowerCase() === own || path.toLowerCase().startsWith(`${own}/`));
}

function isOrigin(text: string): boolean {
  return text === '*' || (URL.canParse(text) && new URL(text).origin === text);
}

function isDatabaseUrl(text: string): boolean {
  try {
    parseDatabaseUrl(text);
    return true;
  } catch {
    return false;
  }
}
