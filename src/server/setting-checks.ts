/** Checks settings against each other, beyond what each may be alone. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NO_MEMORY_IN_PRODUCTION } from '../journal/open.ts';
import { areAmbiguous } from '../xgateway/callback-hash.ts';
import { type Environment, SECRET_SETTINGS } from './environment.ts';

type Read = Partial<Environment>;

/** What production refuses to start with. */
export function productionProblems(read: Read): string[] {
  const problems: string[] = [];
  if (read.XGATEWAY_SECRET_KEY === undefined) {
    problems.push('XGATEWAY_SECRET_KEY is missing: the secret key of your XGateway account authenticates callbacks.');
  }
  if (read.JWT_SECRET === undefined && read.JWT_JWKS_URL === undefined) {
    problems.push('JWT_SECRET or JWT_JWKS_URL is missing: one of them verifies tokens.');
  }
  if (read.DATABASE_URL === 'sqlite::memory:')
    problems.push(`DATABASE_URL is sqlite::memory:. ${NO_MEMORY_IN_PRODUCTION}`);
  if (read.JWT_JWKS_URL !== undefined) {
    if (read.JWT_ISSUER === undefined) problems.push('JWT_ISSUER is missing: JWT_JWKS_URL needs it in production.');
    if (read.JWT_AUDIENCE === undefined) problems.push('JWT_AUDIENCE is missing: JWT_JWKS_URL needs it in production.');
  }
  if (read.OIDC_ISSUER !== undefined && read.SESSION_SECRET === undefined) {
    problems.push(
      'SESSION_SECRET is missing: it encrypts the cookies of people who sign in. Make one: openssl rand -base64 32',
    );
  }
  for (const name of ['JWT_JWKS_URL', 'XGATEWAY_API_URL', 'OIDC_ISSUER'] as const) {
    if (read[name]?.startsWith('http:')) problems.push(`${name} must be an https URL in production.`);
  }
  // On another host plain http is refused in development too.
  if (/^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/.test(read.PUBLIC_URL ?? '')) {
    problems.push('PUBLIC_URL must be an https URL in production.');
  }
  return problems;
}

/** What a server without real secrets refuses to start with. */
export function developmentProblems(read: Read, host: string): string[] {
  const missing = [
    ...(read.XGATEWAY_SECRET_KEY === undefined ? ['XGATEWAY_SECRET_KEY'] : []),
    ...(read.JWT_SECRET === undefined && read.JWT_JWKS_URL === undefined ? ['JWT_SECRET'] : []),
  ];
  if (missing.length === 0 || isLoopback(host)) return [];
  return [
    `HOST is ${host}, which other machines can reach; development secrets work on loopback only. Set ${missing.join(' and ')}.`,
  ];
}

/** Secrets that are obviously mistaken. No value is repeated. */
export function secretProblems(read: Read): string[] {
  const problems: string[] = [];
  for (const name of SECRET_SETTINGS) {
    const value = read[name];
    if (typeof value === 'string' && value !== value.trim()) {
      problems.push(`${name} begins or ends with whitespace. Remove it: a secret is used exactly as it is set.`);
    }
  }
  const { XGATEWAY_SECRET_KEY: current, XGATEWAY_SECRET_KEY_PREVIOUS: previous } = read;
  if (current !== undefined && previous !== undefined && areAmbiguous({ current, previous })) {
    problems.push(
      'XGATEWAY_SECRET_KEY and XGATEWAY_SECRET_KEY_PREVIOUS are ambiguous: one ends with "." and the other, so one hash would fit two customers. Rotate to a key without that ending.',
    );
  }
  for (const name of ['XGATEWAY_SECRET_KEY', 'JWT_SECRET'] as const) {
    if (read[`${name}_PREVIOUS`] !== undefined && read[name] === undefined) {
      problems.push(`${name}_PREVIOUS is set and ${name} is not. Set ${name} to the secret that replaces it.`);
    }
  }
  if (read.JWT_SECRET !== undefined && read.JWT_JWKS_URL !== undefined) {
    problems.push('JWT_SECRET and JWT_JWKS_URL are both set: tokens are verified with one of them, never both.');
  }
  return problems;
}

/** What signing in with an OpenID provider needs. */
export function signInProblems(read: Read): string[] {
  if (read.OIDC_ISSUER === undefined) {
    return (['OIDC_CLIENT_ID', 'OIDC_ROLE_MAP'] as const)
      .filter((name) => read[name] !== undefined)
      .map(
        (name) =>
          `${name} is set and OIDC_ISSUER is not. Set OIDC_ISSUER to the URL of your provider, or remove ${name}.`,
      );
  }
  const problems: string[] = [];
  const { PUBLIC_URL: publicUrl, BASE_PATH: base = '' } = read;
  const needed = {
    OIDC_CLIENT_ID: 'the ID that your provider knows this server by',
    OIDC_ROLE_MAP: 'it says which roles may use the console, such as compliance=kyc:admin,support=kyc:read',
    PUBLIC_URL: 'your provider sends people back to a page below it, such as https://kyc.shop.example',
  } as const;
  for (const [name, why] of Object.entries(needed)) {
    if (read[name as keyof typeof needed] === undefined)
      problems.push(`${name} is missing: ${why}. OIDC_ISSUER needs it.`);
  }
  if (read.SESSION_SECRET_PREVIOUS !== undefined && read.SESSION_SECRET === undefined) {
    problems.push(
      'SESSION_SECRET_PREVIOUS is set and SESSION_SECRET is not. Set SESSION_SECRET to the secret that replaces it.',
    );
  }
  if (publicUrl === undefined || !URL.canParse(publicUrl)) return problems;
  const path = new URL(publicUrl).pathname.replace(/\/+$/, '');
  if (path !== '' && base !== '' && path.toLowerCase() !== base.toLowerCase()) {
    problems.push(`PUBLIC_URL has the path ${path}, and BASE_PATH is ${base}. Leave the path out of PUBLIC_URL.`);
  }
  return problems;
}

/** Paths that conflict. */
export function pathProblems({ BASE_PATH: base = '', CALLBACK_PATH: callback }: Read): string[] {
  if (base === '' || callback === undefined || !`${callback}/`.toLowerCase().startsWith(`${base}/`.toLowerCase()))
    return [];
  return [
    `CALLBACK_PATH ${callback} begins with BASE_PATH ${base}. Callbacks are received below BASE_PATH in any case: leave it out of CALLBACK_PATH, or choose another.`,
  ];
}

/** Warnings for production: it starts, but an operator should know. */
export function productionWarnings(read: Read): string[] {
  const isProtected = read.XGATEWAY_API_KEY !== undefined || (read.CALLBACK_ALLOWED_IPS ?? []).length > 0;
  if (!isProtected) {
    return [
      "Neither XGATEWAY_API_KEY nor CALLBACK_ALLOWED_IPS is set: a leaked hash is enough to forge a customer's status. Set one of them",
    ];
  }
  if (read.XGATEWAY_API_KEY === undefined) {
    return ['XGATEWAY_API_KEY is not set: what callbacks say is not confirmed with XGateway'];
  }
  return [];
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) > 0 && ipaddr.process(host).range() === 'loopback');
}
