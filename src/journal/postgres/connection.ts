/** Connections to the Postgres behind a journal: the URL's settings, what every session is told, and what errors mean. */
import { Socket } from 'node:net';
import {
  Client,
  type ClientBase,
  type ClientConfig,
  DatabaseError,
  Pool,
  type PoolClient,
  Query,
  type QueryResult,
  type QueryResultRow,
  types,
} from 'pg';
import { KycError } from '../../errors.ts';

/** How an instance uses its database. Each can be set by a parameter of that name in the URL. */
export const POSTGRES_DEFAULTS = {
  /** Connections for reading. Two more write, and one listens. */
  pool_size: 4,
  /** Milliseconds that a batch waits for its turn to write. */
  lock_timeout: 4_000,
  /** Milliseconds that one statement takes at most, its wait for a lock included. */
  statement_timeout: 5_000,
  /** Milliseconds after which the server ends a transaction whose instance has fallen silent, so that the others go on. */
  idle_in_transaction_session_timeout: 3_000,
  /** Milliseconds that opening a connection takes at most. */
  connect_timeout: 3_000,
} as const;

type Settings = { readonly [Name in keyof typeof POSTGRES_DEFAULTS]: number };

/** What is asked of a database. One with a name is prepared once on each connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** The connections of one instance. */
export interface PostgresDatabase {
  /** Checked out for one change; pipelined: a statement need not wait for the answer to the one before. */
  readonly writers: Pool;
  readonly readers: Pool;
  close(): Promise<void>;
}

/** What an application sees in `pg_stat_activity`, unless the URL says otherwise. */
const APPLICATION = 'xgateway-kyc';

/** How much longer than the server allows itself we wait for an answer before we take the network for dead. */
const ANSWER_GRACE_MS = 1_000;
const KEEP_ALIVE_AFTER_MS = 10_000;
/** How long a connection that nobody needs is kept. */
const IDLE_MS = 60_000;
const CLOSE_DEADLINE_MS = 2_000;

/** Makes the pools; connects to nothing yet. `readOnly`: no session can write. Throws when the URL is none of ours. */
export function openPostgres(url: string, readOnly = false): PostgresDatabase {
  const { settings, config } = readUrl(url);
  const sockets = new Set<Socket>();
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const pool = (max: number, role: string, pipeline: boolean): Pool => {
    const made = new Pool({
      ...config(role),
      max,
      pipeline,
      idleTimeoutMillis: IDLE_MS,
      stream: () => tracked(new Socket(), sockets),
      onConnect: async (client) => {
        // Reported to whoever holds the connection by the query that fails; without a listener Node would exit.
        client.on('error', () => {});
        answerMs.set(client, settings.statement_timeout + ANSWER_GRACE_MS);
        await ask(client, { text: sessionSettings(settings, readOnly) });
      },
    });
    made.on('release', (error: unknown) => {
      if (isOverFor(error)) cut();
    });
    // An idle connection that broke has left the pool already.
    return made.on('error', () => {});
  };
  const writers = pool(2, 'writer', true);
  const readers = pool(settings.pool_size, 'reader', false);
  return {
    writers,
    readers,
    async close() {
      // A connection that is half open never says goodbye.
      const deadline = setTimeout(cut, CLOSE_DEADLINE_MS);
      await Promise.all([writers.end(), readers.end()]);
      clearTimeout(deadline);
    },
  };
}

function tracked(socket: Socket, sockets: Set<Socket>): Socket {
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
}

/**
 * A connection that its owner opens and ends. What goes wrong with it is told by the query that fails, and by `end`.
 * `deadlineMs`: how long an answer may take; default: as long as it takes.
 */
export function postgresClient(url: string, role: string, config: ClientConfig = {}, deadlineMs?: number): Client {
  const client = new Client({ ...readUrl(url).config(role), ...config }).on('error', () => {});
  if (deadlineMs !== undefined) answerMs.set(client, deadlineMs);
  return client;
}

/** Lends a connection of its own, on which a statement may take as long as it takes. */
export async function withClient<Result>(
  url: string,
  role: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = postgresClient(url, role);
  await client.connect().catch((error: unknown) => {
    throw asJournalError(error);
  });
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** How long an answer may take on a connection, in milliseconds. */
const answerMs = new WeakMap<ClientBase, number>();

/** The server did not answer within its own deadline: it is gone, or the connection is half open. */
class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}

/**
 * Asks a pool or a connection. Rejects with `JOURNAL_UNAVAILABLE` when the fault is not in the data. A connection that does not
 * answer in time is closed, so that whatever else waits for it hears of it at once.
 *
 * With a callback and a deadline of our own, and not pg's promises and its `query_timeout`. For those, pg makes a function anew for
 * each query and assigns it to a property, which V8 takes for a method and puts with what lives long. There it keeps all that
 * the query held until the next full collection: a sixth of all garbage, and pauses three times as long.
 */
export function ask<Row extends QueryResultRow = QueryResultRow>(
  database: Pool | ClientBase,
  statement: Statement,
  values?: unknown[],
): Promise<QueryResult<Row>> {
  if (database instanceof Pool) return checkedOut(database, (client) => ask<Row>(client, statement, values));
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      reject(asJournalError(new NoAnswer('Postgres did not answer in time.')));
      (database as Client).connection.stream.destroy();
    };
    const deadlineMs = answerMs.get(database);
    const deadline = deadlineMs === undefined ? undefined : setTimeout(giveUp, deadlineMs);
    const answered = (error: Error | null | undefined, result: QueryResult<Row>): void => {
      clearTimeout(deadline);
      if (error) reject(asJournalError(error));
      else resolve(result);
    };
    const query = new Query<Row>(statement.text, values, answered as never);
    database.query(Object.assign(query, { name: statement.name }));
  });
}

/** The same, for the rows alone. */
export async function rowsOf<Row extends QueryResultRow>(...asked: Parameters<typeof ask>): Promise<Row[]> {
  return (await ask<Row>(...asked)).rows;
}

/** Lends a connection, also for a transaction that `work` begins and ends. One that fails is ended here, or the connection is. */
export async function checkedOut<Result>(pool: Pool, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
  const client = await pool.connect().catch((error: unknown) => {
    throw asJournalError(error);
  });
  try {
    const result = await work(client);
    client.release();
    return result;
  } catch (error) {
    if (isOverFor(error)) client.release(error);
    else
      ask(client, ROLLBACK).then(
        () => client.release(),
        (reason: unknown) => client.release(reason instanceof Error ? reason : true),
      );
    throw error;
  }
}

const ROLLBACK: Statement = { text: 'rollback' };

/**
 * Whether what one connection met goes for all of them. The server did not answer within its own deadline: they are half open.
 * It is read-only: another has taken its place, and the same name leads there. Not each connection has to find out by itself.
 */
function isOverFor(error: unknown): error is Error {
  if (error instanceof KycError) return isOverFor(error.cause);
  if (error instanceof DatabaseError) return error.code === READ_ONLY_TRANSACTION;
  return error instanceof NoAnswer;
}

const READ_ONLY_TRANSACTION = '25006';

// Classes of SQLSTATE (appendix A of the manual) that speak of the data or of our SQL: another try will not help.
const LASTING_CLASSES: ReadonlySet<string> = new Set(['21', '22', '23', '42']);

/** Turns what `pg` threw into `JOURNAL_UNAVAILABLE` when it is about the connection or the server and not about the data. */
export function asJournalError(error: unknown): unknown {
  if (error instanceof KycError) return error;
  if (error instanceof DatabaseError && LASTING_CLASSES.has(error.code?.slice(0, 2) ?? '')) return error;
  return new KycError(
    'JOURNAL_UNAVAILABLE',
    'The journal cannot be used for now. Check its Postgres, then try again.',
    {
      cause: error,
    },
  );
}

/** Where a Postgres is, for a message: never with user or password. */
export function describePostgres(url: string): string {
  const { host, pathname } = new URL(url);
  return `postgres://${host}${pathname}`;
}

function sessionSettings(settings: Settings, readOnly: boolean): string {
  const { lock_timeout, statement_timeout, idle_in_transaction_session_timeout } = settings;
  return [
    // A commit returns when it is on disk, whatever the server's default.
    'set synchronous_commit = on',
    // Appending needs to see what was committed before its turn; at a stricter level it takes a longer way.
    "set default_transaction_isolation = 'read committed'",
    `set lock_timeout = ${lock_timeout}`,
    `set statement_timeout = ${statement_timeout}`,
    `set idle_in_transaction_session_timeout = ${idle_in_transaction_session_timeout}`,
    // Every statement finds its rows by an index. A plan that was made while the tables were empty must not scan them later.
    'set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off',
    // Before release 18 a scan that is discouraged but the only way counts as so costly that it is compiled first, each time.
    'set jit = off',
    ...(readOnly ? ['set default_transaction_read_only = on'] : []),
  ].join('; ');
}

function readUrl(url: string): { settings: Settings; config: (role: string) => ClientConfig } {
  const parsed = new URL(url);
  const settings: Record<string, number> = { ...POSTGRES_DEFAULTS };
  for (const name of Object.keys(POSTGRES_DEFAULTS)) {
    const value = parsed.searchParams.get(name);
    if (value === null) continue;
    // Not left to pg: as start-up parameters a pooler may refuse them.
    parsed.searchParams.delete(name);
    if (!/^[1-9]\d{0,6}$/.test(value)) throw new Error(`DATABASE_URL: ${name} must be a whole number above 0.`);
    settings[name] = Number(value);
  }
  const application = parsed.searchParams.get('application_name') ?? APPLICATION;
  parsed.searchParams.delete('application_name');
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
  return { settings: settings as unknown as Settings, config };
}

/** Positions and times are bigints in Postgres and safe integers here. */
const getTypeParser: typeof types.getTypeParser = (type: number, format?: 'text' | 'binary') =>
  type === types.builtins.INT8 ? Number : types.getTypeParser(type, format as 'text');
