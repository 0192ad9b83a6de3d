/** The notifier that goes with a journal, unless the owner brings another `PubSubEngine`. */
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { parseDatabaseUrl } from '../journal/open.ts';

/** A notifier, and what releases it. */
export interface Notifier {
  readonly engine: PubSubEngine;
  close(): Promise<void>;
}

/**
 * Makes the notifier for the journal at `databaseUrl`: an SQLite journal, or one in memory, has one process, which needs no notifications.
 * `currentUrl`: the URL with the current user and password, asked for each new connection to a Postgres.
 */
export async function openNotifier(databaseUrl: string, currentUrl?: () => string): Promise<Notifier> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind !== 'postgres') return { engine: new PubSub(), close: async () => {} };
  const { PostgresNotifier } = await import('./postgres-notifier.ts');
  const engine = new PostgresNotifier(database.url, { currentUrl });
  return { engine, close: () => engine.close() };
}
