/** The settings in a Postgres URL. */
import { type ClientConfig, types } from 'pg';

/** How an instance uses its database. Each can be set by a parameter of that name in the URL. */
export const POSTGRES_DEFAULTS = {
  /** Connections for reading. Two more write, and one listens. */
  pool_size: 4,
  /** Milliseconds that a batch waits for its turn to write. */
  lock_timeout: 4_000,
  /** Milliseconds that one statement may take, its wait for a lock included. */
  statement_timeout: 5_000,
  /** Milliseconds after which the server ends a transaction whose instance has fallen silent. */
  idle_in_transaction_session_timeout: 3_000,
  /** Milliseconds that opening a connection may take. */
  connect_timeout: 3_000,
} as const;

/** The settings of one instance. */
export type PostgresSettings = { readonly [Name in keyof typeof POSTGRES_DEFAULTS]: number };

/** What a URL says. */
export interface PostgresUrl {
  /** The schema that the URL names; null: it names none. */
  readonly schema: string | null;
  readonly settings: PostgresSettings;
  /** The configuration of a connection that shows up as `role` in `pg_stat_activity`. */
  readonly config: (role: string) => ClientConfig;
}

/** What an application is called in `pg_stat_activity`, unless the URL says otherwise. */
const APPLICATION = 'xgateway-kyc';

/** Valid schema names: nothing that has to be quoted, and none of Postgres' own schemas. */
export const SCHEMA_NAME = /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,62}$/;

const KEEP_ALIVE_AFTER_MS = 10_000;

/** Reads a URL. Throws, naming the parameter, when a setting is not a positive whole number. */
export function readPostgresUrl(url: string): PostgresUrl {
  const parsed = new URL(url);
  const settings: Record<string, number> = { ...POSTGRES_DEFAULTS };
  for (const name of Object.keys(POSTGRES_DEFAULTS)) {
    const value = parsed.searchParams.get(name);
    if (value === null) continue;
    // Not passed through pg: a pooler may refuse them as start-up parameters.
    parsed.searchParams.delete(name);
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`DATABASE_URL: ${name} must be a whole number above 0.`);
    settings[name] = Number(value);
  }
  const application = parsed.searchParams.get('application_name') ?? APPLICATION;
  parsed.searchParams.delete('application_name');
  const schema = parsed.searchParams.get('schema');
  parsed.searchParams.delete('schema');
  if (schema !== null && !SCHEMA_NAME.test(schema)) {
    throw new Error(
      'DATABASE_URL: schema must be a name of a-z, 0-9 and _, not beginning with a digit or pg_, and not information_schema.',
    );
  }
  // pg's own deadline for an answer: ours follows from `statement_timeout`.
  parsed.searchParams.delete('query_timeout');
  const config = (role: string): ClientConfig => ({
    connectionString: parsed.href,
    application_name: `${application} ${role}`,
    connectionTimeoutMillis: settings['connect_timeout'] as number,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    types: { getTypeParser },
  });
  return { schema, settings: settings as unknown as PostgresSettings, config };
}

/** Where a Postgres is, for a message: host and database, never user or password. */
export function describePostgres(url: string): string {
  const { host, pathname, searchParams } = new URL(url);
  return `postgres://${host || searchParams.get('host') || 'localhost'}${pathname}`;
}

/** Positions and times are bigints in Postgres and safe integers here. */
const getTypeParser: typeof types.getTypeParser = (type: number, format?: 'text' | 'binary') =>
  type === types.builtins.INT8 ? Number : types.getTypeParser(type, format as 'text');
