/** `xgateway-kyc backup`: a copy of an SQLite journal, made beside a running server. */
import { existsSync } from 'node:fs';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../journal/open.ts';
import { backUpSqlite } from '../journal/sqlite/backup.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Writes a copy of the journal to a new file, as of one moment, while a server may go on writing. To restore it, stop the\n' +
    'server, put the copy in the place of the journal and delete the files beside it that end in -wal and -shm. Takes only\n' +
    'DATABASE_URL.',
  positionals: '<file>',
  options: {},
  examples: ['xgateway-kyc backup /backups/kyc-2026-11-24.db'],
  async run(_values, [file, ...more]) {
    if (file === undefined || more.length > 0) throw new UsageError('Say one file to write to.');
    if (existsSync(file)) throw new UsageError(`${file} exists. A backup never overwrites: name another file.`);
    const database = parseDatabaseUrl(process.env['DATABASE_URL'] || DEFAULT_DATABASE_URL);
    if (database.kind !== 'sqlite') throw new UsageError('This journal is in Postgres: back it up with pg_dump.');
    const position = backUpSqlite(database.path, file);
    process.stdout.write(`${file} holds the journal up to position ${position}.\n`);
    return 0;
  },
});
