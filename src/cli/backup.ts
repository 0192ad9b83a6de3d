/** `xgateway-kyc backup`: a copy of an SQLite journal, made beside a running server. */
import { existsSync } from 'node:fs';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../journal/open.ts';
import { backUpSqlite } from '../journal/sqlite/backup.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { defineCommand, UsageError } from './command.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Copies the journal to a new file, as of one moment; a server may go on writing meanwhile. To restore, stop the server, move\n' +
    'the copy to the path of the journal, and delete the files beside it that end in -wal and -shm. Reads only DATABASE_URL.',
  positionals: '<file>',
  options: {},
  examples: ['xgateway-kyc backup /backups/kyc-2026-11-24.db'],
  async run(_values, [file, ...more]) {
    if (file === undefined || more.length > 0) throw new UsageError('Name one file to write to.');
    if (existsSync(file))
      throw new UsageError(`${file} already exists, and a backup never overwrites a file. Name another one.`);
    const database = parseDatabaseUrl(databaseUrlFrom(process.env) ?? DEFAULT_DATABASE_URL);
    if (database.kind === 'memory')
      throw new UsageError(
        'A journal in memory (sqlite::memory:) cannot be backed up: only its own process can read it.',
      );
    if (database.kind !== 'sqlite') throw new UsageError('The journal is in Postgres. Back it up with pg_dump.');
    const position = backUpSqlite(database.path, file);
    process.stdout.write(`${file} holds the journal up to position ${position}.\n`);
    return 0;
  },
});
