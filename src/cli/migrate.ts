/** `xgateway-kyc migrate`: brings the schema of the journal up to date, and exits. */
import { DEFAULT_DATABASE_URL, migrateJournal, moveJournalToSchema } from '../journal/open.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Applies pending migrations to the journal and exits. A server does the same at start; run this first where servers may not\n' +
    'change the schema, or where a failed migration should stop the deployment. Reads only DATABASE_URL.',
  options: {
    schema: {
      type: 'string',
      placeholder: '<name>',
      description: 'Only move a journal in Postgres into this schema. Stop every instance first.',
    },
  },
  examples: [
    'DATABASE_URL=postgres://owner:…@db/kyc xgateway-kyc migrate',
    'xgateway-kyc migrate --schema xgateway_kyc',
  ],
  async run({ schema }) {
    const url = databaseUrlFrom(process.env) ?? DEFAULT_DATABASE_URL;
    if (schema !== undefined) {
      if (!/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
        throw new UsageError('--schema must consist of a-z, 0-9 and _, and must not begin with a digit or pg_.');
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
