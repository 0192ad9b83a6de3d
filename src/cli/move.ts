/** `xgateway-kyc move`: moves an SQLite journal into the Postgres database at `DATABASE_URL`. */

import { moveJournal } from '../journal/move.ts';
import { parseDatabaseUrl } from '../journal/open.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { counted } from '../text/counted.ts';
import { defineCommand, UsageError } from './command.ts';
import { ProgressLine } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Moves the journal in an SQLite file into the empty Postgres database at DATABASE_URL, with its positions, revisions, times,\n' +
    'digests and cursors, so clients continue where they are. Stop the server first. The file stays unchanged, and either all of\n' +
    'it is moved or nothing. Then start any number of servers with the same DATABASE_URL; keep the file until they have run.',
  positionals: '<file>',
  options: {},
  examples: ['DATABASE_URL=postgres://kyc:…@db/kyc xgateway-kyc move data/kyc.db'],
  async run(_values, [file, ...more]) {
    if (file === undefined || more.length > 0) throw new UsageError('Name the one SQLite file to move.');
    const database = parseDatabaseUrl(databaseUrlFrom(process.env) ?? '');
    if (database.kind !== 'postgres') throw new UsageError('Set DATABASE_URL to the Postgres database to move into.');
    let progress = { rows: 0, of: 0 };
    using line = new ProgressLine(() => `${progress.rows} of ${counted(progress.of, 'row')}`);
    const { position, rows } = await moveJournal(file, database.url, (reached) => {
      progress = reached;
    });
    line[Symbol.dispose]();
    const moved = Object.entries(rows).map(([table, count]) => `${table} ${count}`);
    process.stdout.write(
      `Moved up to position ${position} (${moved.join(', ')}). Run xgateway-kyc verify to check the digests.\n`,
    );
    return 0;
  },
});
