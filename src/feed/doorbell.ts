/** The doorbell that goes with a journal, unless the owner brings another `PubSubEngine`. */
import { PubSub, type PubSubEngine } from 'graphql-subscriptions';
import { parseDatabaseUrl } from '../journal/open.ts';

/** A doorbell, and what releases it. */
export interface Doorbell {
  readonly engine: PubSubEngine;
  close(): Promise<void>;
}

/** Makes the doorbell for the journal at `databaseUrl`: an SQLite journal has one process, and that hears itself. */
export async function openDoorbell(databaseUrl: string): Promise<Doorbell> {
  const database = parseDatabaseUrl(databaseUrl);
  if (database.kind === 'sqlite') return { engine: new PubSub(), close: async () => {} };
  const { PostgresDoorbell } = await import('./postgres-doorbell.ts');
  const engine = new PostgresDoorbell(database.url);
  return { engine, close: () => engine.close() };
}
