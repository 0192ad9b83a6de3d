/** The command line as real processes: started from the sources, heard, and ended as a test likes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { CALLBACK_SECRET, JWT_SECRET } from './server.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const READY_MS = 20_000;

/** How a process ended, and what it said. */
export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that runs. */
export interface Running extends AsyncDisposable {
  readonly pid: number;
  /** What it has said so far. */
  readonly said: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
  /** Resolves with the first line of its standard output that `matches`; rejects when it ends, or takes too long. */
  line(matches: (line: string) => boolean): Promise<string>;
  /** Sends a signal, and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ended>;
}

/** A server process that is ready. */
export interface ServerProcess extends Running {
  readonly url: string;
}

/** The environment of a server in `folder`, on a free port. Nothing of the test's own environment gets in but the path. */
export function serverEnv(folder: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    PORT: '0',
    DATABASE_URL: `sqlite:${folder}/kyc.db`,
    XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
    JWT_SECRET,
    ...more,
  };
}

/** What starts the command line with these words. */
export function commandLine(words: readonly string[]): [program: string, ...words: string[]] {
  return [process.execPath, MAIN, ...words];
}

/** Starts a program. `cwd` keeps a `.env` of the developer's out. */
export function start(
  [program, ...words]: readonly [string, ...string[]],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Running {
  const child = spawn(program, words, { cwd, env: { PATH: process.env['PATH'], ...env } });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const ended = endOf(child).then(([code, signal]) => ({ code, signal, ...said }));
  const kill = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    pid: child.pid as number,
    said,
    ended,
    kill,
    async line(matches) {
      const late = AbortSignal.timeout(READY_MS);
      const stop = new AbortController();
      void ended.then(() => stop.abort());
      for (;;) {
        const lines = said.stdout.split('\n');
        const found = lines.slice(0, -1).find(matches);
        if (found !== undefined) return found;
        if (late.aborted || stop.signal.aborted) throw new Error(`It did not say so:\n${said.stdout}${said.stderr}`);
        await once(child.stdout, 'data', { signal: AbortSignal.any([late, stop.signal]) }).catch(() => {});
      }
    },
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL');
    },
  };
}

/** Runs a command of the command line to its end. */
export async function run(words: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return start(commandLine(words), cwd, env).ended;
}

/** Starts a server and waits until it is ready. `program`: what starts it, default the command line itself. */
export async function serve(
  cwd: string,
  env: NodeJS.ProcessEnv = serverEnv(cwd),
  program: readonly [string, ...string[]] = commandLine(['serve']),
): Promise<ServerProcess> {
  const running = start(program, cwd, env);
  try {
    const ready = await running.line((line) => line.startsWith('{') && JSON.parse(line).msg === 'ready');
    return { ...running, url: JSON.parse(ready).url, said: running.said };
  } catch (error) {
    await running.kill('SIGKILL');
    throw error;
  }
}

async function endOf(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  // `close`, not `exit`: by then everything that it said has been heard.
  const [code, signal] = await once(child, 'close');
  return [code, signal];
}
