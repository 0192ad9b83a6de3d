/** The built server with its console in a process of its own, and a link that signs in to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { freePort } from '../../test/support/free-port.ts';
import { CALLBACK_SECRET, JWT_SECRET } from './fixtures.ts';

const DEADLINE_MS = 60_000;

/** A running server. */
export interface ConsoleServer extends AsyncDisposable {
  readonly url: string;
  /** The console, signed in with `kyc:admin`. */
  readonly link: string;
}

/** Starts it on a journal, and resolves when it is ready. */
export async function startConsoleServer(databaseUrl: string): Promise<ConsoleServer> {
  const port = await freePort();
  const main = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'main.js');
  const env = {
    ...process.env,
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    XGATEWAY_SECRET_KEY: CALLBACK_SECRET,
    JWT_SECRET,
    LOG_LEVEL: 'error',
  };
  const server = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(server, 'exit');
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  while (!(await isReady(url))) {
    if (server.exitCode !== null || performance.now() - startedAt > DEADLINE_MS) {
      server.kill();
      throw new Error(`The server at ${url} did not start; its output is above.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const token = await new SignJWT({ sub: 'bench', scope: 'kyc:admin' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('2h')
    .sign(new TextEncoder().encode(JWT_SECRET));
  return {
    url,
    link: `${url}/console#token=${token}`,
    async [Symbol.asyncDispose]() {
      server.kill();
      await exited;
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health/ready`)).ok;
  } catch {
    return false;
  }
}
