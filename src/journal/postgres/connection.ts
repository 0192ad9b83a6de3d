/** Connections to the Postgres behind a journal, and what every session is set to. */
import { Socket } from 'node:net';
import { Client, type ClientBase, type ClientConfig, escapeIdentifier, Pool } from 'pg';
import { withCredentials } from '../credentials.ts';
import { condemnsEveryConnection } from './errors.ts';
import { ask, setAnswerDeadline } from './query.ts';
import { type PostgresSettings, readPostgresUrl } from './url.ts';

/** The connections of one instance. */
export interface PostgresDatabase {
  /** Checked out for one change; pipelined: a statement need not wait for the answer to the one before. */
  readonly writers: Pool;
  readonly readers: Pool;
  /** Closes every connection, even those in use: pending queries fail. */
  cut(): void;
  close(): Promise<void>;
}

/** How much longer than the server's own deadline we wait for an answer before we take the network for dead. */
const ANSWER_GRACE_MS = 1_000;
/** How long an unused connection is kept. */
const IDLE_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;

/** How the connections of an instance are set up. */
export interface PostgresOptions {
  /** No session can write. Default false. */
  readonly readOnly?: boolean;
  /** Where the journal's tables are. Default: the URL's, or wherever the server's search path leads. */
  readonly schema?: string;
  /** The URL with the current user and password, asked for each new connection. Default: those of the URL. */
  readonly currentUrl?: (() => string) | undefined;
  /** Run on each new connection; when it rejects, the connection is not used. */
  readonly onConnect?: (client: ClientBase) => Promise<void>;
}

/** Makes the pools; connects to nothing yet. Throws when the URL is invalid. */
export function openPostgres(url: string, options: PostgresOptions = {}): PostgresDatabase {
  const { settings, config, schema } = readPostgresUrl(url);
  const session = sessionSettings(settings, { ...(schema !== null && { schema }), ...options });
  const sockets = new Set<Socket>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const pool = (max: number, role: string, pipeline: boolean): Pool => {
    const made = new Pool({
      ...config(role),
      Client: clientWith(() => configOf(url, role, options.currentUrl)),
      max,
      pipeline,
      idleTimeoutMillis: IDLE_MS,
      stream: () => tracked(new Socket(), sockets),
      onConnect: async (client) => {
        // The query that fails reports the error to its caller; without a listener Node would exit.
        client.on('error', () => {});
        setAnswerDeadline(client, settings.statement_timeout + ANSWER_GRACE_MS);
        await ask(client, { text: session });
        await options.onConnect?.(client);
      },
    });
    made.on('release', (error: unknown) => {
      if (condemnsEveryConnection(error)) cut();
    });
    // An idle connection that broke has left the pool already.
    return made.on('error', () => {});
  };
  const writers = pool(2, 'writer', true);
  const readers = pool(settings.pool_size, 'reader', false);
  return {
    writers,
    readers,
    cut,
    async close() {
      // A half-open connection never confirms its end.
      const deadline = setTimeout(cut, CLOSE_DEADLINE_MS);
      await Promise.all([writers.end(), readers.end()]);
      clearTimeout(deadline);
    },
  };
}

/** A connection to `url` for `role`, with the current credentials. */
function configOf(url: string, role: string, currentUrl?: () => string): ClientConfig {
  return readPostgresUrl(currentUrl === undefined ? url : withCredentials(url, currentUrl())).config(role);
}

/** A pool makes its connections from options that are fixed when it is made: this asks for each connection. */
function clientWith(config: () => ClientConfig): new (options?: ClientConfig) => Client {
  return class extends Client {
    constructor(options?: ClientConfig) {
      super({ ...options, ...config() });
    }
  };
}

function tracked(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

/**
 * A connection that its owner opens and ends. Its errors reach the query that fails, and the `end` event.
 * `deadlineMs`: how long an answer may take; default: without limit.
 */
export function postgresClient(url: string, role: string, config: ClientConfig = {}, deadlineMs?: number): Client {
  const client = new Client({ ...readPostgresUrl(url).config(role), ...config }).on('error', () => {});
  if (deadlineMs !== undefined) setAnswerDeadline(client, deadlineMs);
  return client;
}

/** Nothing that another user of the database could create may shadow our tables; temporary tables come last. */
export function searchPath(schema: string): string {
  return `search_path = ${escapeIdentifier(schema)}, pg_temp`;
}

function sessionSettings(settings: PostgresSettings, { readOnly = false, schema }: PostgresOptions): string {
  const { lock_timeout, statement_timeout, idle_in_transaction_session_timeout } = settings;
  return [
    // A commit returns when it is on disk, whatever the server's default.
    'set synchronous_commit = on',
    // Appending must see what was committed before its turn; a stricter level would fail and retry instead.
    "set default_transaction_isolation = 'read committed'",
    `set lock_timeout = ${lock_timeout}`,
    `set statement_timeout = ${statement_timeout}`,
    `set idle_in_transaction_session_timeout = ${idle_in_transaction_session_timeout}`,
    // Every statement finds its rows by an index. A plan made while the tables were empty must not scan them later.
    'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
    // Before release 18, a discouraged scan that is the only option has such a high cost that it is JIT-compiled each time.
    'set jit = off',
    ...(schema === undefined ? [] : [`set ${searchPath(schema)}`]),
    ...(readOnly ? ['set default_transaction_read_only = on'] : []),
  ].join('; ');
}
