/** `xgateway-kyc migrate`: brings the schema of the journal up to date, and exits. */
import { DEFAULT_DATABASE_URL, migrateJournal } from '../journal/open.ts';
import { defineCommand } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Applies the migrations that the journal lacks, and exits. A server does the same when it starts; run this before, where\n' +
    'servers may not change the schema or a deployment should stop at a migration that fails. Takes only DATABASE_URL.',
  options: {},
  examples: ['DATABASE_URL=postgres://owner:…@db/kyc xgateway-kyc migrate'],
  async run() {
    const applied = await migrateJournal(process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
    process.stdout.write(applied.length === 0 ? 'Up to date.\n' : applied.map((name) => `Applied ${name}.\n`).join(''));
    return 0;
  },
});
