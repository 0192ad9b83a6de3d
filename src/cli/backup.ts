/** `xgateway-kyc backup`: a copy of the journal, made beside running servers. */
import { existsSync, statSync } from 'node:fs';
import { backUpJournal } from '../journal/backup.ts';
import { DEFAULT_DATABASE_URL, parseDatabaseUrl } from '../journal/open.ts';
import { databaseUrlFrom } from '../server/setting-files.ts';
import { counted } from '../text/counted.ts';
import { backUpInto } from './backup-folder.ts';
import { defineCommand, UsageError } from './command.ts';
import { ProgressLine } from './terminal.ts';

/** The command. */
export const command = defineCommand({
  about:
    'Copies the journal to a new file, as of one moment; servers may go on writing meanwhile. The copy is an SQLite journal, also of a\n' +
    'journal in Postgres. With --to the file is named by the time, for a schedule. To restore, stop the server. SQLite: move the copy\n' +
    'to the path of the journal, and delete the files beside it that end in -wal and -shm. Postgres: "xgateway-kyc move <copy>" into\n' +
    'an empty database. Reads only DATABASE_URL.',
  positionals: '[<file>]',
  options: {
    to: {
      type: 'string',
      placeholder: '<folder>',
      description: 'A folder of backups, kyc-<time>.db. It has to exist.',
    },
    keep: {
      type: 'string',
      placeholder: '<n>',
      description: 'With --to: remove the oldest backups beyond this many. Other files in the folder are left alone.',
    },
    verify: {
      type: 'boolean',
      default: false,
      description:
        'With --to: check every digest of the copy before it gets its name and before older ones are removed.',
    },
  },
  examples: ['xgateway-kyc backup /backups/kyc-2026-11-24.db', 'xgateway-kyc backup --to /backups --keep 7 --verify'],
  async run({ to, keep, verify }, [file, ...more]) {
    if (to !== undefined && file === undefined) return intoFolder(to, countOf(keep), verify);
    if (keep !== undefined || verify) throw new UsageError('--keep and --verify go with --to <folder>.');
    if (to !== undefined || file === undefined || more.length > 0)
      throw new UsageError('Name one file to write to, or a folder with --to.');
    if (existsSync(file))
      throw new UsageError(`${file} already exists, and a backup never overwrites a file. Name another one.`);
    const position = await copyTo(file);
    process.stdout.write(`${file} holds the journal up to position ${position}.\n`);
    return 0;
  },
});

async function intoFolder(folder: string, keep: number | undefined, verify: boolean): Promise<number> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(
      `${folder} is not a folder. Make it first: a disk that is not mounted should not go unnoticed.`,
    );
  const { file, position, removed } = await backUpInto(copyTo, { folder, keep, verify });
  const checked = verify ? ', and every digest in it holds' : '';
  const pruned = removed.length === 0 ? '' : ` Removed ${counted(removed.length, 'older backup')}.`;
  process.stdout.write(`${file} holds the journal up to position ${position}${checked}.${pruned}\n`);
  return 0;
}

function countOf(keep: string | undefined): number | undefined {
  if (keep === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(keep)) return Number(keep);
  throw new UsageError(`--keep must be a number from 1, not "${keep}".`);
}

async function copyTo(file: string): Promise<number> {
  const database = parseDatabaseUrl(databaseUrlFrom(process.env) ?? DEFAULT_DATABASE_URL);
  if (database.kind === 'memory') throw new UsageError('A journal in memory cannot be backed up.');
  if (database.kind === 'sqlite') return await backUpJournal(database, file);
  let progress = { rows: 0, of: 0 };
  using _line = new ProgressLine(() => `${progress.rows} of ${counted(progress.of, 'row')}`);
  return await backUpJournal(database, file, (reached) => {
    progress = reached;
  });
}
