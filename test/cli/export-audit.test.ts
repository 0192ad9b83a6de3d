import { expect, test } from 'vitest';
import { openJournal } from '../../src/journal/open.ts';
import { run } from '../support/process.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

test('export --audit writes the audit log as JSON lines or CSV, of one customer or since a date', async () => {
  using folder = temporaryFolder();
  const databaseUrl = `sqlite:${folder.path}/kyc.db`;
  const journal = await openJournal(databaseUrl);
  const report = { customerId: 'alice', status: 'FULL_USER' };
  await journal.append([
    {
      report: {
        processingStatus: null,
        missingDocuments: [],
        rejectLabels: [],
        endUserMessage: null,
        extra: null,
        ...report,
      },
      circumstances: { source: 'CALLBACK', receivedAt: Date.now(), isConfirmed: false },
    } as never,
  ]);
  const entry = {
    issuer: 'https://login.shop.example',
    subject: '1',
    type: 'query',
    requestId: null,
    codes: [],
    customerIds: ['alice'],
  } as const;
  await journal.auditLog.write([
    { ...entry, key: '1', at: Date.parse('2026-01-01'), name: '=cmd()', operationName: 'Old', fields: ['kyc'] },
    {
      ...entry,
      key: '2',
      at: Date.parse('2026-02-01'),
      name: 'Ada',
      operationName: null,
      fields: ['a', 'b'],
      codes: null,
    },
    {
      ...entry,
      key: '3',
      at: Date.parse('2026-03-01'),
      name: 'Ada',
      operationName: 'New',
      fields: [],
      customerIds: [],
    },
  ]);
  await journal.close();
  const exported = async (...options: string[]) => {
    const { stdout } = await run(['export', '--audit', ...options], folder.path, { DATABASE_URL: databaseUrl });
    return stdout.split(/\r?\n/).filter((line) => line !== '');
  };
  const lines = await exported();
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { operationName: 'New', customerIds: [] },
    { outcome: 'unknown', fields: ['a', 'b'], customerIds: ['alice'], at: '2026-02-01T00:00:00.000Z' },
    { operationName: 'Old', outcome: 'done', issuer: 'https://login.shop.example' },
  ]);
  const csv = await exported('--format', 'csv', '--customer', 'alice');
  expect(csv[0]).toMatch(/^at,name,subject,issuer,operation/);
  expect(csv).toHaveLength(3);
  // Text that a spreadsheet would run.
  expect(csv[2]).toContain("'=cmd()");
  expect(await exported('--since', '2026-02-15')).toHaveLength(1);
});
