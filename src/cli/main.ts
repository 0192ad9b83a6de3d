#!/usr/bin/env node
/** The command line. Each command is a file of its own, loaded only when it runs. */
import { type Command, table, UsageError } from './command.ts';
import { enablePrivateCompileCache } from './compile-cache.ts';
import { keepYoungGenerationSmall } from './young-generation.ts';

interface Entry {
  readonly summary: string;
  load(): Promise<{ readonly command: Command }>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  serve: {
    summary: 'Run the server.',
    load() {
      keepYoungGenerationSmall();
      return import('./serve.ts');
    },
  },
  check: { summary: 'Check the settings and what they name.', load: () => import('./check.ts') },
  send: { summary: 'Send signed callbacks, as XGateway would.', load: () => import('./send.ts') },
  watch: { summary: 'Follow updates in the terminal.', load: () => import('./watch.ts') },
  token: { summary: 'Make a token for development.', load: () => import('./token.ts') },
  replay: { summary: 'Replay dead letters.', load: () => import('./replay.ts') },
  refresh: { summary: "Look up customers at XGateway's API.", load: () => import('./refresh.ts') },
  erase: { summary: 'Erase a customer.', load: () => import('./erase.ts') },
  export: { summary: 'Write the history as JSON lines or CSV.', load: () => import('./export.ts') },
  verify: { summary: "Check the journal's digests.", load: () => import('./verify.ts') },
  backup: { summary: 'Copy the journal while it is in use.', load: () => import('./backup.ts') },
  migrate: { summary: "Bring the journal's schema up to date.", load: () => import('./migrate.ts') },
  move: { summary: 'Move an SQLite journal into Postgres.', load: () => import('./move.ts') },
};

async function main([name = '', ...words]: readonly string[]): Promise<number> {
  if (name === '--version') {
    process.stdout.write(`${await version()}\n`);
    return 0;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
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
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => [name, summary]);
  return [
    '',
    'Usage: xgateway-kyc <command> [options]',
    '',
    'Commands:',
    ...table(rows),
    '',
    'Run xgateway-kyc <command> --help for its options. Settings come from the environment and a .env file; see the README.',
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
process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => report(error, process.argv[2] ?? ''));
