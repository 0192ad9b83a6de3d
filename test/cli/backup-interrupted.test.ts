/** Ctrl-C, and a scheduler that gives up, in the middle of a backup: no unfinished file stays. */
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { submission } from '../journal/contract.ts';
import { eventually } from '../support/eventually.ts';
import { freshDatabase } from '../support/postgres.ts';
import { commandLine, start } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: ReturnType<typeof temporaryFolder>;
let backups: string;
beforeEach(() => {
  folder = temporaryFolder();
  backups = join(folder.path, 'backups');
  mkdirSync(backups);
});
afterEach(() => folder[Symbol.dispose]());

/** Starts a backup, sends it a signal once it has begun to write, and says how it ended. */
async function interrupt(databaseUrl: string, words: readonly string[], signal: NodeJS.Signals) {
  await using backup = start(commandLine(['backup', ...words]), folder.path, { DATABASE_URL: databaseUrl });
  await eventually(() => readdirSync(backups).some((name) => isWriting(join(backups, name))));
  return await backup.kill(signal);
}

/** It may be gone by now. */
const isWriting = (file: string) =>
  /\.partial$/.test(file) && (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;

const WAYS: [string, string[], NodeJS.Signals][] = [
  ['to a file', ['backups/kyc.db'], 'SIGINT'],
  ['into a folder', ['--to', 'backups', '--verify'], 'SIGTERM'],
  ['from a terminal that is closed', ['backups/kyc.db'], 'SIGHUP'],
];

test.each(WAYS)('SQLite, %s', async (_what, words, signal) => {
  const path = join(folder.path, 'kyc.db');
  const journal = await openJournal(`sqlite:${path}`);
  await journal.append([submission('ana', 'CREATED')]);
  await journal.close();
  // A copy of this takes a while.
  const database = new DatabaseSync(path);
  database.exec('create table filler (blob)');
  const fill = database.prepare('insert into filler values (zeroblob(100000000))');
  for (let count = 0; count < 3; count++) fill.run();
  database.close();
  expect(await interrupt(`sqlite:${path}`, words, signal)).toMatchObject({ code: null, signal });
  expect(readdirSync(backups)).toEqual([]);
  expect(existsSync(path)).toBe(true);
});

test.each(WAYS)('Postgres, %s', async (_what, words, signal) => {
  const url = await freshDatabase();
  const journal = await openJournal(url);
  await journal.append([submission('ana', 'CREATED')]);
  await journal.close();
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // The copy waits for it, with its file begun.
    await client.query('begin; lock table xgateway_kyc.consumers in access exclusive mode');
    expect(await interrupt(url, words, signal)).toMatchObject({ code: null, signal });
    expect(readdirSync(backups)).toEqual([]);
  } finally {
    await client.end();
  }
});
