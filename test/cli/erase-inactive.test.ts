import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inactiveBefore } from '../../src/cli/erase-inactive.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/journal.ts';
import { submission } from '../journal/contract.ts';
import { run, type ServerProcess, serve, serverEnv } from '../support/process.ts';
import { adminToken, ask, signedCallback } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describe('with a server', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let server: ServerProcess;
  beforeEach(async () => {
    folder = temporaryFolder();
    const journal = openSqliteJournal(join(folder.path, 'kyc.db'));
    const old = Array.from({ length: 45 }, (_, index) => submission(`old-${index}`, 'FULL_USER'));
    await journal.append([...old, submission('back', 'CREATED')]);
    await journal.close();
    server = await serve(folder.path);
    await fetch(`${server.url}/callbacks/kyc`, { method: 'POST', body: signedCallback('new', { status: 'CREATED' }) });
    await fetch(`${server.url}/callbacks/kyc`, {
      method: 'POST',
      body: signedCallback('back', { status: 'KYC_NEEDED' }),
    });
  });
  afterEach(async () => {
    await server[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const erase = (...words: string[]) =>
    run(['erase', ...words, '--url', `${server.url}/graphql`], folder.path, serverEnv(folder.path));
  const customers = async () => {
    const { data } = await ask(server.url, '{ kycCustomers(first: 200) { nodes { customerId } } }', await adminToken());
    return data.kycCustomers.nodes.map(({ customerId }: { customerId: string }) => customerId).sort();
  };

  test('a dry run lists who has not changed for so long, and erases nobody', async () => {
    const { code, stdout } = await erase('--inactive-for', '1y', '--dry-run');
    expect(code).toBe(0);
    expect(stdout.match(/^"old-\d+" FULL_USER last changed /gm)).toHaveLength(45);
    expect(stdout).toMatch(/^45 customers without a change since .*Nobody was erased\.$/m);
    expect(await customers()).toHaveLength(47);
  });

  test('with --yes they are erased, slice by slice; who has changed since stays; the journal still verifies', async () => {
    expect(await erase('--inactive-for', '1y')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await customers()).toHaveLength(47);
    const { code, stdout } = await erase('--inactive-for', '1y', '--yes');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Erased 45 customers without a change since /)]);
    expect(await customers()).toEqual(['back', 'new']);
    expect(await erase('--inactive-for', '1y', '--yes')).toMatchObject({
      stdout: expect.stringMatching(/^Erased 0 customers/),
    });
    expect(await run(['verify'], folder.path, serverEnv(folder.path))).toMatchObject({ code: 0 });
  });
});

test.each([['0y'], ['5'], ['5m'], ['-1d'], ['1.5y'], ['90000d'], ['y']])('%s is no period', (period) => {
  expect(() => inactiveBefore(period, new Date('2026-11-27T00:00:00Z'))).toThrow('--inactive-for must be');
});

test('years are calendar years', () => {
  const before = (period: string, now: string) => inactiveBefore(period, new Date(now)).toISOString();
  expect(before('5y', '2026-11-27T12:00:00Z')).toBe('2021-11-27T12:00:00.000Z');
  expect(before('1y', '2028-02-29T00:00:00Z')).toBe('2027-03-01T00:00:00.000Z');
  expect(before('30d', '2026-03-01T00:00:00Z')).toBe('2026-01-30T00:00:00.000Z');
});
