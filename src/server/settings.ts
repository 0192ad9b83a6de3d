/** Settings: from the environment to values that are known to be valid. Every mistake is named at once. */
import { dirname } from 'node:path';
import type { JwtOptions } from '../access/jwt.ts';
import type { LimitOptions } from '../access/limits.ts';
import { messageOf } from '../errors.ts';
import type { SubgraphEntity } from '../graphql/federation-entity.ts';
import { parseDatabaseUrl } from '../journal/open.ts';
import type { SignInOptions } from '../sign-in/options.ts';
import type { LogCustomerIds } from '../telemetry/customer-ids.ts';
import type { LogLevel } from '../telemetry/log.ts';
import type { CallbackSecrets } from '../xgateway/callback-hash.ts';
import { type DevelopmentSecretsFile, developmentSecrets } from './development-secrets.ts';
import { limitOptions } from './environment/limits.ts';
import { type Environment, environment } from './environment.ts';
import { changedSettings } from './setting-changes.ts';
import {
  developmentProblems,
  pathProblems,
  productionProblems,
  productionWarnings,
  secretProblems,
  signInProblems,
} from './setting-checks.ts';
import { readSettingFiles } from './setting-files.ts';
import { misspellings, unknownNames } from './setting-names.ts';
import { signInSettings } from './sign-in-settings.ts';
import { readManifest } from './trusted-documents.ts';

/** Everything that the environment says about a server. */
export interface Settings {
  /** `NODE_ENV` is `production`. */
  readonly production: boolean;
  readonly port: number;
  /** The default port, and not production: when it is in use, another is taken. */
  readonly anotherPort?: boolean | undefined;
  readonly host: string;
  readonly databaseUrl: string;
  readonly secrets: CallbackSecrets;
  readonly access: JwtOptions;
  /** How many days the audit log is kept; 0: for ever. Undefined: the gateway's default. */
  readonly auditLogDays?: number | undefined;
  /** How people sign in to the console; null: with a token that they paste. */
  readonly signIn?: SignInOptions | null | undefined;
  /** The path that a proxy serves the server under, without a slash at its end; empty: none. */
  readonly basePath: string;
  /** Where callbacks are received, below `basePath`. */
  readonly callbackPath: string;
  /** XGateway's API, to confirm what callbacks say; null without `XGATEWAY_API_KEY`. */
  readonly xgatewayApi: { readonly key: string; readonly url: string } | null;
  readonly requireConfirmation: boolean;
  /** Whether two people have to agree before a customer becomes verified on a person's word. */
  readonly confirmRequiresTwo: boolean;
  readonly callbackAllowedIps: readonly string[];
  /** Changes of one customer that callbacks may bring in a minute; 0: no limit; undefined: the gateway's default. */
  readonly callbacksPerCustomerPerMinute?: number | undefined;
  /** Express' `trust proxy`: how many hops, or which networks; false: nobody. */
  readonly trustProxy: number | readonly string[] | false;
  /** Origins of browsers that may read GraphQL; `*` for any. */
  readonly corsOrigins: readonly string[];
  /** Limits on GraphQL operations and connections that differ from the defaults. */
  readonly limits: LimitOptions;
  /** The merchant's entity, where the schema is served as a subgraph; null: it is not. */
  readonly federation?: SubgraphEntity | null | undefined;
  /** Callback URLs of Apollo Routers, and the private addresses that they may have. None: the protocol is off. */
  readonly subscriptionCallbackUrls?: readonly string[] | undefined;
  /** The documents of `TRUSTED_DOCUMENTS`, where they were read from, and whether others are refused; null: there are none. */
  readonly trustedDocuments?: TrustedDocumentSettings | null | undefined;
  /** A customer's page in the merchant's own system, with `{customerId}`, for the console. */
  readonly customerUrlTemplate?: string | undefined;
  /** A port of its own for `/metrics`; null: on the server's port, for `kyc:admin`. */
  readonly metricsPort: number | null;
  readonly logLevel: LogLevel;
  readonly logCustomerIds: LogCustomerIds;
  /** The settings that differ from their defaults, by name. Secrets, and what may hold one, are shown as `set`. */
  readonly changed: Readonly<Record<string, string>>;
  /** The file of development secrets, where there was a secret to make or to read from it; null: every secret is set. */
  readonly developmentSecrets: DevelopmentSecretsFile | null;
  /** Warnings, one line each, for the log: allowed, but probably not intended. */
  readonly warnings: readonly string[];
}

/** The trusted documents of a server. */
export interface TrustedDocumentSettings {
  readonly path: string;
  readonly documents: ReadonlyMap<string, string>;
  readonly only: boolean;
}

/** The settings are wrong or incomplete. `problems` has a line for each; the message also lists the warnings. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[], warnings: readonly string[] = []) {
    const also = warnings.length === 0 ? '' : `\nAlso check:\n${listed(warnings)}`;
    super(`The settings are invalid:\n${listed(problems)}${also}`);
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** How settings are read. */
export interface ReadOptions {
  /** Whether secrets for development that are missing are made and kept. Default true; else they are new each time and not kept. */
  readonly makesSecrets?: boolean;
}

/**
 * Reads the settings from `env`, and from the files that it names. An empty value counts as not set. Outside production, secrets that
 * are missing are made and kept in a file beside the database. Throws `SettingsError`.
 */
export function readSettings(env: NodeJS.ProcessEnv, { makesSecrets = true }: ReadOptions = {}): Settings {
  const { env: withFiles, files, problems: fileProblems } = readSettingFiles(env);
  const given = Object.fromEntries(Object.entries(withFiles).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const problems = (parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`);
  // Everything readable is checked even if something else is wrong, so that every mistake is named at once.
  const read = (parsed.data ?? given) as Partial<Environment>;
  const production = read.NODE_ENV === 'production';
  const host = read.HOST ?? (production ? '0.0.0.0' : '127.0.0.1');
  // A secret whose file can't be read is not missing as well.
  const known = { ...Object.fromEntries([...files.keys()].map((name) => [name, ''])), ...read };
  problems.push(...(production ? productionProblems(known) : developmentProblems(known, host)));
  problems.push(...secretProblems(read), ...pathProblems(read), ...signInProblems(known), ...unknownNames(given));
  const { trusted, problems: documentProblems } = trustedDocumentsOf(read);
  const all = [...fileProblems, ...withPaths(problems, files), ...documentProblems];
  const warnings = [...misspellings(given), ...(production ? productionWarnings(read) : [])];
  if (all.length > 0 || parsed.data === undefined) throw new SettingsError(all, warnings);

  const values = parsed.data;
  let made: DevelopmentSecretsFile | null = null;
  const development = () => {
    made ??= developmentSecrets(developmentFolder(values.DATABASE_URL), makesSecrets);
    return made.secrets;
  };
  return {
    production,
    port: values.PORT,
    anotherPort: !production && given['PORT'] === undefined,
    host,
    databaseUrl: values.DATABASE_URL,
    secrets: {
      current: values.XGATEWAY_SECRET_KEY ?? development().callbackSecret,
      previous: values.XGATEWAY_SECRET_KEY_PREVIOUS,
    },
    access: {
      key:
        values.JWT_JWKS_URL === undefined
          ? { secret: values.JWT_SECRET ?? development().jwtSecret, previous: values.JWT_SECRET_PREVIOUS }
          : { jwksUrl: values.JWT_JWKS_URL },
      issuer: values.JWT_ISSUER,
      audience: values.JWT_AUDIENCE,
      customerClaim: values.JWT_CUSTOMER_CLAIM,
    },
    xgatewayApi:
      values.XGATEWAY_API_KEY === undefined ? null : { key: values.XGATEWAY_API_KEY, url: values.XGATEWAY_API_URL },
    requireConfirmation: values.REQUIRE_CONFIRMATION ?? values.XGATEWAY_API_KEY !== undefined,
    confirmRequiresTwo: values.CONFIRM_REQUIRES_TWO,
    signIn: signInSettings(values),
    auditLogDays: values.AUDIT_LOG_DAYS,
    basePath: values.BASE_PATH,
    callbackPath: values.CALLBACK_PATH,
    callbackAllowedIps: values.CALLBACK_ALLOWED_IPS,
    callbacksPerCustomerPerMinute: values.CALLBACKS_PER_CUSTOMER_PER_MINUTE,
    trustProxy: values.TRUST_PROXY ?? false,
    corsOrigins: values.CORS_ORIGINS,
    limits: limitOptions(values),
    federation: values.FEDERATION ?? null,
    subscriptionCallbackUrls: values.SUBSCRIPTION_CALLBACK_URLS,
    trustedDocuments: trusted,
    customerUrlTemplate: values.CUSTOMER_URL_TEMPLATE,
    metricsPort: values.METRICS_PORT ?? null,
    logLevel: values.LOG_LEVEL,
    logCustomerIds: values.LOG_CUSTOMER_IDS,
    changed: changedSettings(values, given),
    developmentSecrets: made,
    warnings,
  };
}

/** Reads the manifest, if there is one, or says why it can't be used. */
function trustedDocumentsOf({ TRUSTED_DOCUMENTS: path, TRUSTED_DOCUMENTS_ONLY: only = false }: Partial<Environment>) {
  if (path === undefined) {
    const missing =
      'TRUSTED_DOCUMENTS_ONLY is true and TRUSTED_DOCUMENTS is not set. Set it to a manifest of documents.';
    // What could not be read is still text here.
    return { trusted: null, problems: only === true ? [missing] : [] };
  }
  try {
    return { trusted: { path, documents: readManifest(path), only }, problems: [] };
  } catch (error) {
    return { trusted: null, problems: [`TRUSTED_DOCUMENTS: ${messageOf(error)}`] };
  }
}

function listed(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join('\n');
}

/** Says of each problem of a value from a file which file that is. */
function withPaths(problems: readonly string[], files: ReadonlyMap<string, string>): readonly string[] {
  return problems.map((problem) => {
    const path = files.get(problem.split(' ', 1)[0] ?? '');
    return path === undefined ? problem : `${problem} It was read from ${path}.`;
  });
}

function developmentFolder(databaseUrl: string): string {
  const database = parseDatabaseUrl(databaseUrl);
  return database.kind === 'sqlite' ? dirname(database.path) : 'data';
}
