/** Starts the small applications of this folder, each in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

/** An application that has printed its URL. */
export interface Application extends AsyncDisposable {
  readonly url: string;
}

/**
 * Starts a file of `apps/`, with Node's modules as hooks.js resolves them. Rejects with what it wrote to standard error when it ends before it printed a
 * URL.
 */
export async function startApplication(name: string, env: Record<string, string>): Promise<Application> {
  // Not as the main script: a gateway would look up the graphql of this folder, and refuse it.
  const start = `import(${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'apps', name)))})`;
  const hooks = pathToFileURL(join(import.meta.dirname, 'hooks.js')).href;
  const child = spawn(process.execPath, ['--import', hooks, '--input-type=module', '-e', start], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4_000);
  });
  const exited = once(child, 'exit');
  const url = await firstUrl(child);
  if (url === undefined) {
    await exited;
    throw new Error(`${name} did not start: ${said}`);
  }
  return {
    url,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

async function firstUrl({ stdout }: ChildProcess): Promise<string | undefined> {
  if (stdout === null) throw new Error('The application has no standard output.');
  // Logs come before it.
  for await (const line of createInterface({ input: stdout })) {
    if (line.startsWith('http')) {
      stdout.resume();
      return line.replace(/\/$/, '');
    }
  }
  return undefined;
}
