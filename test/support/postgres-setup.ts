/**
 * Vitest's global set-up: one Postgres for the whole run, started by the first test that asks for it. Tests run in workers;
 * they ask over loopback.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Answers with the URL of the shared server's first database. */
    postgresBroker: string;
  }
}

/** Opens the broker. Returns what ends it, and the server if there is one. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let server: Promise<PostgresServer> | undefined;
  const broker = createServer((_request, response) => {
    server ??= startPostgres({ settings: ['max_connections=300'] });
    server.then(
      (started) => response.end(started.url('postgres')),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  project.provide('postgresBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}`);
  return async () => {
    broker.close();
    broker.closeAllConnections();
    await (await server)?.[Symbol.asyncDispose]();
  };
}
