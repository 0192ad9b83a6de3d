/** The commands. Each is a file of its own, loaded only when it runs. */
import type { Command } from './command.ts';
import { setStartingFlags } from './v8-flags.ts';

/** A command that is not loaded yet. */
export interface CommandEntry {
  readonly summary: string;
  load(): Promise<{ readonly command: Command }>;
}

/** Every command but `completion`, which is made from them, in the order in which `help` shows them. */
export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  serve: {
    summary: 'Run the server.',
    load() {
      setStartingFlags();
      return import('./serve.ts');
    },
  },
  init: { summary: 'Write a .env with fresh secrets.', load: () => import('./init.ts') },
  check: { summary: 'Check the settings and what they name.', load: () => import('./check.ts') },
  send: { summary: 'Send signed callbacks, as XGateway would.', load: () => import('./send.ts') },
  watch: { summary: 'Follow updates in the terminal.', load: () => import('./watch.ts') },
  token: { summary: 'Make a token for development.', load: () => import('./token.ts') },
  schema: { summary: 'Print the GraphQL schema.', load: () => import('./schema.ts') },
  replay: { summary: 'Replay dead letters.', load: () => import('./replay.ts') },
  consumers: { summary: 'Show and change the named consumers.', load: () => import('./consumers.ts') },
  refresh: { summary: "Look up customers at XGateway's API.", load: () => import('./refresh.ts') },
  erase: { summary: 'Erase a customer.', load: () => import('./erase.ts') },
  export: { summary: 'Write the history as JSON lines or CSV.', load: () => import('./export.ts') },
  verify: { summary: "Check the journal's digests.", load: () => import('./verify.ts') },
  backup: { summary: 'Copy the journal while it is in use.', load: () => import('./backup.ts') },
  migrate: { summary: "Bring the journal's schema up to date.", load: () => import('./migrate.ts') },
  move: { summary: 'Move an SQLite journal into Postgres.', load: () => import('./move.ts') },
};
