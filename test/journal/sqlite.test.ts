import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqliteJournal, openSqliteReader } from '../../src/journal/sqlite/journal.ts';
import { attentionContract } from './attention-contract.ts';
import { confirmationTasksContract } from './confirmation-tasks-contract.ts';
import { consumersContract } from './consumers-contract.ts';
import { journalContract, submission } from './contract.ts';
import { deadLettersContract } from './dead-letters-contract.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kyc-'));
  path = join(folder, 'data', 'kyc.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the contract', () => journalContract(async () => openSqliteJournal(path)));
describe('dead letters', () => deadLettersContract(async (limits) => openSqliteJournal(path, limits)));
describe('consumers', () =>
  consumersContract(async (consumerLimits) => openSqliteJournal(path, undefined, { consumerLimits })));
describe('confirmation tasks', () => confirmationTasksContract(async () => openSqliteJournal(path)));
describe('what waits for a person', () => attentionContract(async () => openSqliteJournal(path)));

test('a second writer is refused with a message that names Postgres, a reader is not', async () => {
  const journal = openSqliteJournal(path);
  await journal.append([submission('a', 'CREATED')]);
  expect(() => openSqliteJournal(path)).toThrow(/Postgres/);
  const reader = openSqliteReader(path);
  expect(await reader.head()).toEqual(await journal.head());
  await reader.close();
  await journal.close();
  await openSqliteJournal(path).close();
});

test('a newer schema is refused', async () => {
  await openSqliteJournal(path).close();
  const database = new DatabaseSync(path);
  database.exec('pragma user_version = 99');
  database.close();
  expect(() => openSqliteJournal(path)).toThrow(/schema version 99/);
});
