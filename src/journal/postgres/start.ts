/** The first connection to the Postgres of a journal: waits while it starts, checks that it can hold one, explains failures. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { OpenJournalOptions } from '../open.ts';
import { postgresClient } from './connection.ts';
import { codeOf, startError } from './errors.ts';
import { ask } from './query.ts';
import { describePostgres } from './url.ts';

/** How long a start waits for a database that is starting as well. */
const START_MS = 30_000;
const PAUSE_MS = 500;
/** `server_version_num` of the oldest release that is supported. */
const OLDEST_VERSION = 140_000;

/** Nothing listens yet, the name does not resolve yet, or Postgres reports that it is starting up. */
const STARTING: ReadonlySet<string | undefined> = new Set(['ECONNREFUSED', 'EAI_AGAIN', '57P03']);

/** How a start connects. */
export interface StartOptions {
  /** Where waiting is reported. */
  readonly log?: OpenJournalOptions['log'];
  /** How long to wait for a database that is starting, in milliseconds, default 30,000; 0 does not wait. */
  readonly waitMs?: number;
}

/**
 * Lends a connection of its own to the Postgres at `url`, on which statements have no deadline. Rejects with an error that
 * names the target, the cause and what to do, also for rights that `work` turns out to lack.
 */
export async function withFirstConnection<Result>(
  url: string,
  role: string,
  work: (client: Client) => Promise<Result>,
  options: StartOptions = {},
): Promise<Result> {
  const client = await connect(url, role, options);
  try {
    await requireSuitable(client, url);
    return await work(client);
  } catch (error) {
    throw startError(url, error);
  } finally {
    await client.end();
  }
}

async function connect(url: string, role: string, { log, waitMs = START_MS }: StartOptions): Promise<Client> {
  const endsAt = performance.now() + waitMs;
  for (let isTold = false; ; ) {
    const client = postgresClient(url, role);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => {});
      if (!STARTING.has(codeOf(error)) || performance.now() + PAUSE_MS > endsAt) throw startError(url, error);
      if (!isTold) {
        log?.warn(
          { journal: describePostgres(url), waitSeconds: waitMs / 1_000 },
          'Waiting for Postgres to accept connections',
        );
      }
      isTold = true;
      await sleep(PAUSE_MS);
    }
  }
}

/** Throws unless this Postgres can hold a journal. */
async function requireSuitable(client: Client, url: string): Promise<void> {
  const text = `select current_setting('server_version_num')::integer as number, current_setting('server_version') as version,
    current_setting('server_encoding') as encoding`;
  const { number, version, encoding } = (await ask(client, { text })).rows[0] ?? {};
  const where = describePostgres(url);
  if (Number(number) < OLDEST_VERSION) {
    throw new Error(`The Postgres at ${where} is release ${version}. A journal needs release 14 or later: upgrade it.`);
  }
  if (encoding !== 'UTF8') {
    throw new Error(
      `The database ${where} has the encoding ${encoding}, which cannot hold every name. Create one with: ` +
        "create database kyc encoding 'UTF8' template template0. Then set DATABASE_URL to it.",
    );
  }
}
