#!/usr/bin/env node
/** The command line: finds the command, and turns its result into an exit code. */
import { table, UsageError } from './command.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { enablePrivateCompileCache } from './compile-cache.ts';
import { endWithoutOutput } from './terminal.ts';

const ALL: Readonly<Record<string, CommandEntry>> = {
  ...COMMANDS,
  completion: { summary: 'Print completions for bash, zsh or fish.', load: () => import('./completion.ts') },
};

async function main([name = '', ...words]: readonly string[]): Promise<number> {
  if (name === '--version') {
    process.stdout.write(`${await version()}\n`);
    return 0;
  }
  // `help send` is `send --help`.
  if (name === 'help' && words[0] !== undefined) return main([words[0], '--help']);
  const entry = Object.hasOwn(ALL, name) ? ALL[name] : undefined;
  if (entry === undefined) {
    const isAsked = name === '--help' || name === '-h' || name === 'help';
    const problem = isAsked || name === '' ? '' : `Unknown command "${name}".\n`;
    (isAsked ? process.stdout : process.stderr).write(`${problem}${help()}`);
    return isAsked ? 0 : 2;
  }
  if (!words.includes('--help') && !words.includes('-h')) {
    const { loadEnvFile } = await import('../server/env-file.ts');
    const { note } = loadEnvFile('.env', process.env);
    if (note !== null) process.stderr.write(`${note}\n`);
  }
  const { command } = await entry.load();
  return command.run(words, name);
}

function help(): string {
  const rows = Object.entries(ALL).map(([name, { summary }]) => [name, summary]);
  return [
    '',
    'Usage: xgateway-kyc <command> [options]',
    '',
    'Commands:',
    ...table(rows),
    '',
    'Run xgateway-kyc <command> --help, or help <command>, for its options. Settings come from the environment and a .env file; see the README.',
    '',
    '',
  ].join('\n');
}

async function version(): Promise<string> {
  const { default: manifest } = await import('../../package.json', { with: { type: 'json' } });
  return manifest.version;
}

function report(error: unknown, name: string): number {
  const isUsage = error instanceof UsageError;
  // Our errors say what to do next; DEBUG=1 shows the stack.
  const text = error instanceof Error ? (process.env['DEBUG'] ? error.stack : error.message) : String(error);
  process.stderr.write(`${text}\n${isUsage ? `Run xgateway-kyc ${name} --help for its options.\n` : ''}`);
  return isUsage ? 2 : 1;
}

enablePrivateCompileCache();
endWithoutOutput();
process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => report(error, process.argv[2] ?? ''));
