/** Settings: from the environment to values that are known to be good. Every mistake is named at once. */
import { isIP } from 'node:net';
import { dirname } from 'node:path';
import ipaddr from 'ipaddr.js';
import type { JwtOptions } from '../access/jwt.ts';
import type { LimitOptions } from '../access/limits.ts';
import { parseDatabaseUrl } from '../journal/open.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { CallbackSecrets } from '../xgateway/callback-hash.ts';
import { type DevelopmentSecrets, developmentSecrets } from './development-secrets.ts';
import { type Environment, environment, limitOptions } from './environment.ts';

/** Everything that the environment says about a server. */
export interface Settings {
  /** `NODE_ENV` is `production`. */
  readonly production: boolean;
  readonly port: number;
  readonly host: string;
  readonly databaseUrl: string;
  readonly secrets: CallbackSecrets;
  readonly access: JwtOptions;
  /** XGateway's API, to confirm what callbacks say; null without `XGATEWAY_API_KEY`. */
  readonly xgatewayApi: { readonly key: string; readonly url: string } | null;
  readonly requireConfirmation: boolean;
  readonly callbackAllowedIps: readonly string[];
  /** Express' `trust proxy`: how many hops, or which networks; false: nobody. */
  readonly trustProxy: number | readonly string[] | false;
  /** Origins of browsers that may read GraphQL; `*` for any. */
  readonly corsOrigins: readonly string[];
  /** Limits on GraphQL operations and connections that differ from the defaults. */
  readonly limits: LimitOptions;
  /** A port of its own for `/metrics`; null: on the server's port, for `kyc:admin`. */
  readonly metricsPort: number | null;
  readonly logLevel: LogLevel;
}

/** The settings are wrong or incomplete. `problems` has a line for each. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The settings are not usable:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/**
 * Reads the settings from `env`. An empty value counts as not set. Outside production, secrets that are missing are made
 * and kept in a file beside the database. Throws `SettingsError`.
 */
export function readSettings(env: NodeJS.ProcessEnv): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`);
  // What can be judged is judged even where something else is wrong, so that every mistake is named at once.
  const read = (parsed.data ?? given) as Partial<Environment>;
  const production = read.NODE_ENV === 'production';
  const host = read.HOST ?? (production ? '0.0.0.0' : '127.0.0.1');
  problems.push(...(production ? productionProblems(read) : developmentProblems(read, host)));
  if (read.JWT_SECRET !== undefined && read.JWT_JWKS_URL !== undefined) {
    problems.push('JWT_SECRET and JWT_JWKS_URL are both set: tokens are verified with one of them, never both.');
  }
  if (problems.length > 0 || parsed.data === undefined) throw new SettingsError(problems);

  const values = parsed.data;
  let made: DevelopmentSecrets | undefined;
  const development = () => (made ??= developmentSecrets(developmentFolder(values.DATABASE_URL)));
  return {
    production,
    port: values.PORT,
    host,
    databaseUrl: values.DATABASE_URL,
    secrets: {
      current: values.XGATEWAY_SECRET_KEY ?? development().callbackSecret,
      previous: values.XGATEWAY_SECRET_KEY_PREVIOUS,
    },
    access: {
      key:
        values.JWT_JWKS_URL === undefined
          ? { secret: values.JWT_SECRET ?? development().jwtSecret }
          : { jwksUrl: values.JWT_JWKS_URL },
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
      customerClaim: values.JWT_CUSTOMER_CLAIM,
    },
    xgatewayApi:
      values.XGATEWAY_API_KEY === undefined ? null : { key: values.XGATEWAY_API_KEY, url: values.XGATEWAY_API_URL },
    requireConfirmation: values.REQUIRE_CONFIRMATION,
    callbackAllowedIps: values.CALLBACK_ALLOWED_IPS,
    trustProxy: values.TRUST_PROXY ?? false,
    corsOrigins: values.CORS_ORIGINS,
    limits: limitOptions(values),
    metricsPort: values.METRICS_PORT ?? null,
    logLevel: values.LOG_LEVEL,
  };
}

function productionProblems(read: Partial<Environment>): string[] {
  const problems: string[] = [];
  if (read.XGATEWAY_SECRET_KEY === undefined) {
    problems.push('XGATEWAY_SECRET_KEY is missing: the secret key of your XGateway account proves callbacks.');
  }
  if (read.JWT_SECRET === undefined && read.JWT_JWKS_URL === undefined) {
    problems.push('JWT_SECRET or JWT_JWKS_URL is missing: one of them proves the tokens of those who ask.');
  }
  if (read.JWT_JWKS_URL !== undefined) {
    if (read.JWT_ISSUER === undefined) problems.push('JWT_ISSUER is missing: JWT_JWKS_URL needs it in production.');
    if (read.JWT_AUDIENCE === undefined) problems.push('JWT_AUDIENCE is missing: JWT_JWKS_URL needs it in production.');
  }
  for (const name of ['JWT_JWKS_URL', 'XGATEWAY_API_URL'] as const) {
    if (read[name]?.startsWith('http:')) problems.push(`${name} must be an https URL in production.`);
  }
  return problems;
}

function developmentProblems(read: Partial<Environment>, host: string): string[] {
  const missing = [
    ...(read.XGATEWAY_SECRET_KEY === undefined ? ['XGATEWAY_SECRET_KEY'] : []),
    ...(read.JWT_SECRET === undefined && read.JWT_JWKS_URL === undefined ? ['JWT_SECRET'] : []),
  ];
  if (missing.length === 0 || isLoopback(host)) return [];
  return [
    `HOST is ${host}, which others can reach: development secrets are made for loopback only. Set ${missing.join(' and ')}.`,
  ];
}

function developmentFolder(databaseUrl: string): string {
  const database = parseDatabaseUrl(databaseUrl);
  return database.kind === 'sqlite' ? dirname(database.path) : 'data';
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || (isIP(host) > 0 && ipaddr.process(host).range() === 'loopback');
}
