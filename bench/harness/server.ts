/** A measured server: a process of its own on core 0, asked over IPC for the CPU time and memory that it has used. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CALLBACK_SECRET, JWT_SECRET } from './fixtures.ts';

/** The core that servers run on, and the one that the load runs on. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

const START_DEADLINE_MS = 60_000;
const QUIET_MS = 200;
const QUIET_CPU_MICROS = 6_000;
const CONTROL = join(import.meta.dirname, 'control.js');

/** What a server process has used so far, as control.js says. */
export interface Usage {
  /** CPU time of all its threads, user and system, in microseconds (getrusage). */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly resident: number;
  /** Live JavaScript objects and their buffers in bytes. Exact after a collection. */
  readonly heap: number;
  /** Timers that exist, as of the last collection. */
  readonly timers: number;
  /** With `moments.js`: when the last request passed each point, in milliseconds on the monotonic clock (`process.hrtime`). */
  readonly moments?: Readonly<Record<string, number>>;
}

/** What the harness asks: usage as it is, or after a full garbage collection. */
export type UsageRequest = 'usage' | 'collect';

/** How to start a server. It listens on the port in `PORT`, keeps its data in the working directory, and is killed at the end. */
export interface ServerSpec {
  /** The name in tables. */
  readonly name: string;
  /** The module, and what comes after it on the command line. */
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of node. */
  readonly flags?: readonly string[];
  /** A path that answers 200 once the server is ready; default: any answer at `/` will do. */
  readonly readyPath?: string;
  /** Where it runs; default `SERVER_CORE`. Null: anywhere. */
  readonly core?: number | null;
}

/** A running server. */
export interface BenchServer extends AsyncDisposable {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the exec of node to the first answer of `readyPath`. */
  readonly startedInMs: number;
  /** Its working directory, removed at the end. */
  readonly folder: string;
  /** What it has used, as it is or after a full garbage collection. */
  usage(task?: UsageRequest): Promise<Usage>;
  /** Resolves when it has stopped working: less than 3% of a core for a fifth of a second. */
  settled(): Promise<void>;
}

/** Starts a server and resolves when it answers. A folder that is given outlives it. */
export async function startServer(spec: ServerSpec, given?: string): Promise<BenchServer> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'bench-'));
  const port = await freePort();
  const core = spec.core === undefined ? SERVER_CORE : spec.core;
  const node = [process.execPath, '--expose-gc', ...(spec.flags ?? []), '--import', CONTROL, ...spec.command];
  const [program = '', ...args] = core === null || !canPin() ? node : ['taskset', '-c', String(core), ...node];
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'production', ...environment(port), ...spec.env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await answering(child, spec, port);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const startedInMs = performance.now() - startedAt;
  const usage = async (task: UsageRequest = 'usage'): Promise<Usage> => {
    const answer = once(child, 'message');
    child.send(task);
    return (await answer)[0] as Usage;
  };
  return {
    name: spec.name,
    port,
    pid: child.pid as number,
    startedInMs,
    folder,
    usage,
    async settled() {
      for (let before = (await usage()).cpu; ; ) {
        await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
        const { cpu } = await usage();
        if (cpu - before < QUIET_CPU_MICROS) return;
        before = cpu;
      }
    },
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      if (child.connected) {
        // The control module ends the process at once, but lets node write a profile.
        child.disconnect();
        await exited;
      }
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Starts several servers; all of them stop together. An idle one costs the others nothing. */
export async function startServers(
  specs: readonly ServerSpec[],
): Promise<{ servers: BenchServer[] } & AsyncDisposable> {
  await using stack = new AsyncDisposableStack();
  const servers: BenchServer[] = [];
  for (const spec of specs) servers.push(stack.use(await startServer(spec)));
  const resources = stack.move();
  return { servers, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Puts this process, the load, on its core. */
export function pinLoad(): void {
  if (canPin())
    execFileSync('taskset', ['-a', '-c', '-p', String(LOAD_CORE), String(process.pid)], { stdio: 'ignore' });
}

/** Runs work whose processes share all cores, this one included. */
export async function withoutPinning<Result>(work: () => Promise<Result>): Promise<Result> {
  const pin = (cores: string) =>
    execFileSync('taskset', ['-a', '-c', '-p', cores, String(process.pid)], { stdio: 'ignore' });
  if (canPin()) pin(`0-${cpus().length - 1}`);
  try {
    return await work();
  } finally {
    if (canPin()) pin(String(LOAD_CORE));
  }
}

let pinning: boolean | null = null;

/** Whether servers and load can be given cores of their own (Linux with `taskset`). */
export function canPin(): boolean {
  if (pinning === null) {
    try {
      execFileSync('taskset', ['-c', `${SERVER_CORE},${LOAD_CORE}`, 'true'], { stdio: 'ignore' });
      pinning = true;
    } catch {
      pinning = false;
    }
  }
  return pinning;
}

function environment(port: number): Record<string, string> {
  return {
    PORT: String(port),
    HOST: '127.0.0.1',
    XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
    JWT_SECRET,
    JWT_ISSUER: 'bench',
    JWT_AUDIENCE: 'bench',
    DATABASE_URL: 'sqlite:kyc.db',
    // The default: a line for each callback.
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'info',
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(child: ChildProcess, { name, readyPath }: ServerSpec, port: number): Promise<void> {
  const deadline = performance.now() + START_DEADLINE_MS;
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`The server "${name}" ended with code ${child.exitCode}.`);
    const response = await fetch(`http://127.0.0.1:${port}${readyPath ?? '/'}`).catch(() => null);
    await response?.arrayBuffer();
    if (response !== null && (readyPath === undefined || response.ok)) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`The server "${name}" was not ready within a minute.`);
}
