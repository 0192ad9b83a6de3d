/** Turns the settings into sign-in options. */
import { randomBytes } from 'node:crypto';
import type { SignInOptions } from '../sign-in/options.ts';
import type { Environment } from './environment.ts';

/** Outside production, without a secret: sessions end with the process. One for all of it, as settings are read again for rotations. */
const DEVELOPMENT_SECRET = randomBytes(32).toString('base64');
const HOUR_MS = 60 * 60_000;

/** How people sign in; null without `OIDC_ISSUER`. The settings are known to fit together. */
export function signInSettings(values: Environment): SignInOptions | null {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_ROLE_MAP: roleMap, PUBLIC_URL: publicUrl } = values;
  if (issuer === undefined || clientId === undefined || roleMap == null || publicUrl === undefined) return null;
  return {
    issuer,
    clientId,
    clientSecret: values.OIDC_CLIENT_SECRET,
    scope: values.OIDC_SCOPE,
    roleClaim: values.OIDC_ROLE_CLAIM,
    roleMap,
    // A path in it is the prefix under which the proxy serves this server, the same as BASE_PATH.
    publicUrl: new URL(publicUrl).pathname === '/' ? publicUrl + values.BASE_PATH : publicUrl,
    secrets: {
      current: values.SESSION_SECRET ?? DEVELOPMENT_SECRET,
      previous: values.SESSION_SECRET_PREVIOUS,
    },
    times: { maxMs: values.SESSION_HOURS * HOUR_MS },
  };
}
