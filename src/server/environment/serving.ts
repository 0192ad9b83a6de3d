/** The settings about the server itself: where it listens, which proxies it trusts, what it logs. */
import { z } from 'zod';
import { isCustomerUrlTemplate } from '../../console/customer-url.ts';
import { readSubgraphEntity } from '../../graphql/federation-entity.ts';
import { isPlainPath } from '../../http/base-path.ts';
import { LOG_CUSTOMER_IDS } from '../../telemetry/customer-ids.ts';
import { LOG_LEVELS } from '../../telemetry/log.ts';
import { isOwnPath } from './callbacks.ts';
import { allowedUrls, flag, origins, port, trustedProxies } from './values.ts';

/** The settings of this subject. */
export const serving = {
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
  TRUST_PROXY: trustedProxies
    .optional()
    .describe('The proxies in front: how many hops, or their CIDR ranges. Default: none is trusted.'),
  CORS_ORIGINS: origins
    .default([])
    .describe('Origins of web pages that may use GraphQL over HTTP, separated by commas; `*` for any. Default: none.'),
  FEDERATION: z
    .string()
    .transform(readSubgraphEntity)
    .refine(
      (entity) => entity !== null,
      "must be <entity>:<key>:<field>, such as Customer:id:kyc, of GraphQL names that are not the gateway's; :auth may follow",
    )
    .optional()
    .describe(
      'Serve the schema as a subgraph of Apollo Federation 2: your entity, its key (the customer ID) and the field it gets, such as `Customer:id:kyc`. `Customer:id:kyc:auth` adds `@authenticated` and `@requiresScopes`. Default: not.',
    ),
  TRUSTED_DOCUMENTS: z
    .string()
    .optional()
    .describe(
      'A manifest of documents that clients may name by `documentId`: `{"<id>": "<text>"}`, or Apollo\'s persisted query manifest. It is read again on SIGHUP and when it changes. Default: none.',
    ),
  TRUSTED_DOCUMENTS_ONLY: flag
    .default(false)
    .describe(
      '`true` refuses every document that is not in `TRUSTED_DOCUMENTS`, but for tokens with `kyc:admin`. Default `false`.',
    ),
  CUSTOMER_URL_TEMPLATE: z
    .string()
    .refine(isCustomerUrlTemplate, 'must be an http(s) URL with {customerId} in its path, query or fragment')
    .optional()
    .describe(
      "A customer's page in your own system, which the console links to, such as `https://crm.example/customers/{customerId}`. The ID is percent-encoded. Default: no link.",
    ),
  SUBSCRIPTION_CALLBACK_URLS: allowedUrls
    .default([])
    .describe(
      'Callback URLs of Apollo Routers that may subscribe by the HTTP callback protocol, separated by commas: scheme, host, port and the first path segments, such as `http://router:4040/callback`; also CIDR ranges of private addresses that their hosts may have. Default: none, and the protocol is off.',
    ),
  METRICS_PORT: port
    .optional()
    .describe('A port of its own for `/metrics`. Default: the main port, for tokens with `kyc:admin`.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe(
      '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`. Default `info`: a line for each callback.',
    ),
  LOG_CUSTOMER_IDS: z
    .enum(LOG_CUSTOMER_IDS, `must be one of ${LOG_CUSTOMER_IDS.join(', ')}`)
    .default('plain')
    .describe(
      'How the log names customers: `plain`, by their ID, or `hashed`, by a hash with a key that belongs to the journal, so that a name stays the same. Default `plain`.',
    ),
};
