import { describe, expect, test } from 'vitest';
import { createKycGateway } from '../../src/index.ts';
import { migrateJournal, openJournal, openReader } from '../../src/journal/open.ts';
import { openMemoryJournal } from '../../src/journal/sqlite/memory.ts';
import { readSettings } from '../../src/server/settings.ts';
import { CALLBACK_SECRET, JWT_SECRET, readerToken, startTestServer } from '../support/server.ts';
import { journalContract, submission } from './contract.ts';

const URL = 'sqlite::memory:';

journalContract(async () => openMemoryJournal());

test('each journal is its own', async () => {
  const [one, other] = [await openJournal(URL), await openJournal(URL)];
  await one.append([submission('c', 'CREATED')]);
  expect([await one.customer('c'), await other.customer('c')]).toMatchObject([{ latest: { revision: 1 } }, null]);
  expect(one.facts).toMatchObject({ isNew: true, position: 0, description: expect.stringContaining('lost') });
  await Promise.all([one.close(), other.close()]);
});

test('a server serves it, and says at its start that it is lost at the end', async () => {
  await using server = await startTestServer({ databaseUrl: URL });
  await server.callback('c', { status: 'FULL_USER' });
  const { data } = await server.query('{ kyc(customerId: "c") { verified } }', await readerToken());
  expect(data.kyc).toEqual({ verified: true });
  expect(server.logged.join('\n')).toContain('everything is lost when this process ends');
});

describe('production refuses it', () => {
  test('in the settings', () => {
    const env = { NODE_ENV: 'production', DATABASE_URL: URL, XGATEWAY_SECRET_KEY: CALLBACK_SECRET, JWT_SECRET };
    expect(() => readSettings(env)).toThrow(/DATABASE_URL is sqlite::memory:\. A journal in memory would lose/);
  });

  test('in the plugin', async () => {
    await expect(openJournal(URL, { production: true })).rejects.toThrow(/sqlite:<path to a file>/);
    const access = { key: { secret: JWT_SECRET } };
    const gateway = await createKycGateway({ secrets: { current: CALLBACK_SECRET }, access, databaseUrl: URL });
    await gateway.stop();
  });
});

test('readers and migrate say that only its own process can read it', async () => {
  await expect(openReader(URL)).rejects.toThrow(/only be read by the process that has it/);
  await expect(migrateJournal(URL)).rejects.toThrow(/only be read by the process that has it/);
});
