/** Shell commands of the documentation, run as written: `npx xgateway-kyc` and `npm start` run the sources. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverEnv } from './process.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** How a command ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly output: string;
}

/** Puts the shims into `folder`, in which the commands run. */
export function shellShims(folder: string) {
  // Without npm's second of start-up.
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const main = `${process.execPath} ${MAIN}`;
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n[ "$1" = xgateway-kyc ] || exit 9\nshift\nexec ${main} "$@"\n`);
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\n[ "$1" = start ] || exit 9\nexec ${main} serve\n`);
  for (const name of ['npx', 'npm']) chmodSync(join(bin, name), 0o755);
  return {
    /** The shell's environment, with the shims first in its path. */
    env: (more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
      ...serverEnv(folder),
      ...more,
      PATH: `${bin}:${process.env['PATH']}`,
    }),
    /** Runs a command to its end, or until it has printed something where it runs on. */
    run: (command: string, env: NodeJS.ProcessEnv): Promise<CommandResult> =>
      /\bwatch\b|curl -N/.test(command) ? runUntilOutput(command, folder, env) : runToEnd(command, folder, env),
  };
}

function runToEnd(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd, env }, (error, stdout, stderr) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error === null ? 0 : null,
        output: stdout + stderr,
      }),
    );
  });
}

async function runUntilOutput(command: string, cwd: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const child = spawn('bash', ['-c', command], { cwd, env, detached: true });
  const [chunk] = await once(child.stdout, 'data');
  process.kill(-(child.pid as number), 'SIGTERM');
  await once(child, 'exit');
  return { code: 0, output: String(chunk) };
}
