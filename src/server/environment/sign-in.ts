/** The settings about people who sign in to the console with an OpenID provider. */
import { z } from 'zod';
import { readRoleMap } from '../../sign-in/roles.ts';
import { count, limit, signingSecret, url } from './values.ts';

const PUBLIC_URL_MUST =
  'must be an http(s) URL without a query, such as https://kyc.shop.example; https, unless its host is localhost, 127.0.0.1 or [::1]';
const MAX_CLAIM_LENGTH = 256;

/** The settings of this subject. */
export const signIn = {
  PUBLIC_URL: z
    .string()
    .refine(isPublicUrl, PUBLIC_URL_MUST)
    .transform((text) => new URL(text).href.replace(/\/+$/, ''))
    .optional()
    .describe(
      'What browsers see in front of `BASE_PATH`: `https://kyc.shop.example`. Required with `OIDC_ISSUER`: the provider sends people back to `/console/sign-in/callback` below it.',
    ),
  OIDC_ISSUER: url
    .optional()
    .describe(
      'Staff sign in to the console with this OpenID Connect provider: its issuer URL. The token form is gone then. Default: none.',
    ),
  OIDC_CLIENT_ID: z.string().optional().describe('The ID of this server at the provider. Required with `OIDC_ISSUER`.'),
  OIDC_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('The secret of this server at the provider. Default: none, a public client (PKCE is always used).'),
  OIDC_SCOPE: z
    .string()
    .refine((text) => text.split(' ').includes('openid'), 'must be scopes separated by spaces, openid among them')
    .default('openid profile email offline_access')
    .describe(
      'The scopes to ask the provider for. Default `openid profile email offline_access`; the last is left out where the provider does not offer it.',
    ),
  OIDC_ROLE_CLAIM: z
    .string()
    .max(MAX_CLAIM_LENGTH, `must have ${MAX_CLAIM_LENGTH} characters or fewer`)
    .default('roles')
    .describe('The claim with the roles of a person: a name, or a path such as `realm_access.roles`. Default `roles`.'),
  OIDC_ROLE_MAP: z
    .string()
    .transform(readRoleMap)
    .refine(
      (map) => map !== null,
      'must be roles with their scopes, such as compliance=kyc:admin,support=kyc:read; each role once, with kyc:read or kyc:admin',
    )
    .optional()
    .describe(
      'What each role may do: `compliance=kyc:admin,support=kyc:read`. A person with none of them is refused. Required with `OIDC_ISSUER`.',
    ),
  SESSION_SECRET: signingSecret
    .optional()
    .describe(
      'Encrypts the cookies of people who signed in; 32 bytes or more, the same for every instance. Required with `OIDC_ISSUER` in production; else a new one at each start.',
    ),
  SESSION_SECRET_PREVIOUS: signingSecret
    .optional()
    .describe('The previous `SESSION_SECRET`, during a rotation: sessions that it encrypted go on.'),
  SESSION_HOURS: limit
    .refine((hours) => hours <= 168, 'must be 168 or less')
    .default(12)
    .describe('How long a session lasts at most, in hours, however often it is renewed. Default `12`.'),
  AUDIT_LOG_DAYS: count
    .default(730)
    .describe(
      'How many days the audit log of what people did and whose data they opened is kept. Default `730`; `0` keeps it for ever.',
    ),
};

/** Whether `text` is an origin, or one with a plain path below it, that cookies are safe at. */
function isPublicUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '' || search !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
}

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);
