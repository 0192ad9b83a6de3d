/** `xgateway-kyc migrate`: brings the schema of the journal up to date, and exits. */
import { DEFAULT_DATABASE_URL, migrateJournal, moveJournalToSchema } from '../journal/open.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Applies the migrations that the journal lacks, and exits. A server does the same when it starts; run this before, where\n' +
    'servers may not change the schema, or where a deployment should stop at a migration that fails. Takes only DATABASE_URL.',
  options: {
    schema: {
      type: 'string',
      placeholder: '<name>',
      description: 'Move a journal in Postgres into this schema, and do nothing else. Stop every instance before.',
    },
  },
  examples: [
    'DATABASE_URL=postgres://owner:…@db/kyc xgateway-kyc migrate',
    'xgateway-kyc migrate --schema xgateway_kyc',
  ],
  async run({ schema }) {
    const url = process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL;
    if (schema !== undefined) {
      if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
        throw new UsageError('--schema is a name of a-z, 0-9 and _, not beginning with a digit or pg_.');
      }
      const from = await moveJournalToSchema(url, schema);
      const advice = schema === 'xgateway_kyc' ? '' : ` Add schema=${schema} to the parameters of DATABASE_URL.`;
      process.stdout.write(from === null ? `Already in ${schema}.\n` : `Moved from ${from} to ${schema}.${advice}\n`);
      return 0;
    }
    const applied = await migrateJournal(url);
    process.stdout.write(applied.length === 0 ? 'Up to date.\n' : applied.map((name) => `Applied ${name}.\n`).join(''));
    return 0;
  },
});
