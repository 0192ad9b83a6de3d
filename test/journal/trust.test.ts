/** Trust as the journal keeps it: the same in both stores, also for journals that release 0.1 wrote. */
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/audit/verify-chain.ts';
import type { Circumstances } from '../../src/domain/update.ts';
import type { AppendOutcome, Journal } from '../../src/journal/journal.ts';
import { openPostgresJournal } from '../../src/journal/postgres/journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { freshDatabase, query } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { submission } from './contract.ts';

interface Store {
  open(): Promise<Journal>;
  run(sql: string): Promise<unknown>;
}

const STORES: Readonly<Record<string, (path: string) => Promise<Store>>> = {
  SQLite: async (path) => ({
    open: async () => openSqliteJournal(path),
    async run(sql) {
      const database = new DatabaseSync(path, { timeout: 5_000 });
      database.exec(sql.replaceAll('decode(', 'unhex(').replaceAll(", 'hex')", ')'));
      database.close();
    },
  }),
  Postgres: async () => {
    const url = await freshDatabase();
    return { open: () => openPostgresJournal(url), run: (sql) => query(url, sql) };
  },
};

describe.each(Object.keys(STORES))('%s', (name) => {
  let folder: ReturnType<typeof temporaryFolder>;
  let store: Store;
  let journal: Journal;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await (STORES[name] as (typeof STORES)[string])(`${folder.path}/kyc.db`);
    journal = await store.open();
  });
  afterEach(async () => {
    await journal.close();
    folder[Symbol.dispose]();
  });

  const says = async (status: string, how: Partial<Circumstances> = {}, endUserMessage?: string) => {
    const { report, circumstances } = submission('c', status, endUserMessage === undefined ? {} : { endUserMessage });
    const [outcome] = await journal.append([{ report, circumstances: { ...circumstances, ...how } }]);
    return outcome as AppendOutcome;
  };
  const latest = async () => (await journal.customer('c'))?.latest;

  test('a denial about an earlier revision keeps the status, is no confirmation, and outlives a restart', async () => {
    await says('FULL_USER');
    await says('FULL_USER', {}, 'moved on');
    const denial = { source: 'API', atRevision: 1 } as const;
    expect(await says('HARD_KYC_FAILED', denial)).toMatchObject({ outcome: 'applied' });
    expect(await journal.customer('c')).toMatchObject({
      confirmedAt: null,
      latest: { revision: 3, status: 'FULL_USER', verified: false, doubt: 'DENIAL', endUserMessage: 'moved on' },
    });
    await journal.close();
    journal = await store.open();
    expect(await says('HARD_KYC_FAILED', denial)).toEqual({ outcome: 'superseded', revision: 3, denied: true });
    await says('FULL_USER', {}, 'again');
    expect(await latest()).toMatchObject({ revision: 4, verified: false, doubt: 'DENIAL' });
    await says('FULL_USER', { source: 'API', atRevision: 4 });
    await says('FULL_USER', { requireConfirmation: true }, 'and again');
    expect(await latest()).toMatchObject({ revision: 6, verified: true, confirmedBy: { source: 'API' } });
    expect(Object.fromEntries(await journal.statusCounts())).toEqual({ FULL_USER: 1 });
    expect(await verifyChain(journal, () => {})).toMatchObject({ state: 'holds' });
  });

  test('two submissions of one batch see the doubt that the first one raises', async () => {
    await says('FULL_USER');
    await journal.append(['KYC_PENDING', 'X', 'FULL_USER'].map((status) => submission('c', status)));
    expect(await latest()).toMatchObject({ revision: 4, verified: false });
  });

  describe('a journal of release 0.1', () => {
    /** Turns what is there into what release 0.1 would have written, but for its digests. */
    const age = async (revisions: number) => {
      await store.run(`update entries set content = replace(content, '"doubt":"REVERSAL",', '')`);
      await store.run(`update customers set fingerprints = decode('${'00'.repeat(10 * revisions)}', 'hex')`);
    };

    test('remembers what its updates said, and which reversal nobody has lifted', async () => {
      for (const status of ['FULL_USER', 'SOFT_KYC_FAILED', 'KYC_PENDING']) await says(status);
      await age(3);
      expect((await latest())?.doubt).toBeUndefined();
      await says('SOFT_KYC_FAILED');
      expect(await latest()).toMatchObject({ revision: 4, repeatsRevision: 2, doubt: 'REVERSAL' });
      await says('FULL_USER', {}, 'new');
      expect(await latest()).toMatchObject({ revision: 5, verified: false, repeatsRevision: null });
    });

    test('remembers a reversal further back than fingerprints reach', async () => {
      for (const status of ['FULL_USER', 'KYC_PENDING']) await says(status);
      for (let index = 0; index < 40; index++) await says('KYC_PENDING', {}, `message ${index}`);
      await age(32);
      await says('FULL_USER');
      expect(await latest()).toMatchObject({ revision: 43, verified: false, doubt: 'REVERSAL' });
    });

    test('knows a confirmation that still holds', async () => {
      for (const status of ['FULL_USER', 'SOFT_KYC_FAILED', 'FULL_USER']) await says(status);
      await says('FULL_USER', { source: 'API' });
      await age(4);
      await says('FULL_USER', { requireConfirmation: true }, 'new');
      expect(await latest()).toMatchObject({ revision: 5, verified: true, confirmedBy: { source: 'API' } });
    });
  });
});
