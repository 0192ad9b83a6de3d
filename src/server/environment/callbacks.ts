/** The settings about XGateway: its callbacks, and its API. */
import { z } from 'zod';
import { isPlainPath } from '../../http/base-path.ts';
import { addressRanges, count, flag, url } from './values.ts';

/** Where callbacks are received unless `CALLBACK_PATH` says otherwise. */
export const DEFAULT_CALLBACK_PATH = '/callbacks/kyc';
/** The other paths of the server. */
const OWN_PATHS = ['/graphql', '/console', '/health', '/metrics'];

/** The settings of this subject. */
export const callbacks = {
  XGATEWAY_SECRET_KEY: z
    .string()
    .optional()
    .describe('The secret key of your XGateway account; it authenticates callbacks. Required in production.'),
  XGATEWAY_SECRET_KEY_PREVIOUS: z
    .string()
    .optional()
    .describe('The previous secret key, during a rotation. A metric shows when no callback uses it any more.'),
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
  CONFIRM_REQUIRES_TWO: flag
    .default(false)
    .describe(
      "`true`: two people have to agree before a customer becomes verified on a person's word. Default `false`.",
    ),
  CALLBACK_ALLOWED_IPS: addressRanges
    .default([])
    .describe(
      'Addresses and CIDR ranges that callbacks may come from. Default: any. Behind a proxy, set `TRUST_PROXY` too.',
    ),
  CALLBACKS_PER_CUSTOMER_PER_MINUTE: count
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
};

/** Whether a path, of whatever case, is another one of the server. */
export function isOwnPath(path: string): boolean {
  return OWN_PATHS.some((own) => path.toLowerCase() === own || path.toLowerCase().startsWith(`${own}/`));
}
